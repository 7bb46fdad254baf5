/**
 * A table of any length: only the rows in view are in the page, and the next page is asked for when
 * the end comes near. What is left out is told to screen readers by the rows' numbers. Where there is
 * no room for its columns it scrolls sideways, by keyboard too.
 */
import { Button } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { count } from './format.ts'
import css from './ui.module.css'

export interface Column<Row> {
  readonly name: string
  /** A share of the width: `2fr` is twice `1fr`. */
  readonly share: number
  /** All of what it says is shown, on as many lines as that takes; else one line, cut. */
  readonly isWhole?: boolean
  readonly cell: (row: Row) => ReactNode
}

interface TableProps<Row> {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly more?: More
}

/** Whether there is more, and how it is had. */
interface More {
  readonly has: boolean
  readonly isComing: boolean
  readonly get: () => unknown
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
  // Rows that are all of one height need not be measured.
  const measure = columns.some(({ isWhole }) => isWhole) ? virtual.measureElement : undefined
  return (
    <>
      <Sideways label={label}>
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
                <tr key={keyOf(row)} ref={measure} data-index={index} aria-rowindex={index + 2}>
                  {columns.map(({ name, isWhole, cell }) => (
                    <td key={name} data-whole={isWhole}>
                      {cell(row)}
                    </td>
                  ))}
                </tr>
              )
            })}
            <Gap height={below} columns={columns.length} />
          </tbody>
        </table>
      </Sideways>
      <Foot shown={rows.length} more={more} />
    </>
  )
}

/** Where it is wider than its place it scrolls; who has no pointer does that by keyboard. */
function Sideways({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  const isNarrow = useMediaQuery('(max-width: 700px)')
  return (
    <div
      className={css['sideways']}
      {...(isNarrow && { tabIndex: 0, role: 'region', 'aria-label': `${label}, scrolls sideways` })}
    >
      {children}
    </div>
  )
}

interface FootProps {
  readonly shown: number
  readonly more: More | undefined
}

function Foot({ shown, more }: FootProps) {
  return (
    <div className={css['foot']} role="status">
      {more?.isComing === true ? 'Loading more …' : `${count(shown)} shown`}
      {more?.has === true && !more.isComing && (
        <Button size="compact-xs" variant="subtle" onClick={() => void more.get()}>
          Show more
        </Button>
      )}
    </div>
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
