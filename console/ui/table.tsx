/**
 * A table of any length: only the rows in view are in the page, and the next page is asked for when
 * the end comes near. What is left out is told to screen readers by the rows' numbers.
 */
import { Button } from '@mantine/core'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { count } from './format.ts'
import css from './ui.module.css'

export interface Column<Row> {
  readonly name: string
  /** A share of the width: `2fr` is twice `1fr`. */
  readonly share: number
  readonly cell: (row: Row) => ReactNode
}

interface TableProps<Row> {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  /** There is more, and it can be had. */
  readonly more?: { readonly has: boolean; readonly isComing: boolean; readonly get: () => unknown }
}

const ROW_HEIGHT = 45
const NEAR_THE_END = 15

export function Table<Row>({ label, columns, rows, keyOf, more }: TableProps<Row>) {
  const body = useRef<HTMLTableSectionElement>(null)
  const [offset, setOffset] = useState(0)
  useEffect(() => setOffset(body.current?.offsetTop ?? 0), [])
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: 6,
    scrollMargin: offset,
  })
  const shown = virtual.getVirtualItems()
  const last = shown.at(-1)?.index ?? -1
  const above = (shown[0]?.start ?? offset) - offset
  const below = virtual.getTotalSize() - ((shown.at(-1)?.end ?? offset) - offset)

  const wantsMore = more?.has === true && !more.isComing && last >= rows.length - NEAR_THE_END
  const getMore = more?.get
  useEffect(() => {
    if (wantsMore) void getMore?.()
  }, [wantsMore, getMore])

  const whole = columns.reduce((sum, { share }) => sum + share, 0)
  return (
    <>
      <table
        className={css['table']}
        aria-label={label}
        aria-rowcount={more?.has === true ? -1 : rows.length + 1}
      >
        <colgroup>
          {columns.map(({ name, share }) => (
            <col key={name} style={{ width: `${(share / whole) * 100}%` }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          <Gap height={above} columns={columns.length} />
          {shown.map(({ index }) => {
            const row = rows[index]
            return row === undefined ? null : (
              <tr key={keyOf(row)} aria-rowindex={index + 2}>
                {columns.map(({ name, cell }) => (
                  <td key={name}>{cell(row)}</td>
                ))}
              </tr>
            )
          })}
          <Gap height={below} columns={columns.length} />
        </tbody>
      </table>
      <div className={css['foot']} role="status">
        {more?.isComing === true ? 'Loading more …' : `${count(rows.length)} shown`}
        {more?.has === true && !more.isComing && (
          <Button size="compact-xs" variant="subtle" onClick={() => void more.get()}>
            Show more
          </Button>
        )}
      </div>
    </>
  )
}

/** The room that rows out of view take. */
function Gap({ height, columns }: { readonly height: number; readonly columns: number }) {
  if (height <= 0) return null
  return (
    <tr aria-hidden="true">
      <td colSpan={columns} style={{ height }} />
    </tr>
  )
}

export const rowLink: string = css['rowLink'] ?? ''
