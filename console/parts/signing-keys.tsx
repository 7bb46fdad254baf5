/** Keys that we sign with, by the stages of their lives; the next is made, or all are withdrawn at once. */
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Item } from '../data/api.ts'
import { Mark, Panel, type Tone } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'
import { AskFirst } from './ask-first.tsx'

type Key = Item<'listSigningKeys'>
type Keys = { readonly items: readonly Key[] }

interface SigningKeysProps {
  readonly title: string
  readonly queryKey: readonly unknown[]
  readonly list: () => Promise<Keys>
  readonly route: 'rotateSigningKey' | 'rotateConnectionKey'
  readonly rotate: (atOnce: boolean) => Promise<Keys>
  /** What it means that a key is withdrawn. */
  readonly atOnce: ReactNode
}

const TONES: Readonly<Record<Key['stage'], Tone>> = {
  next: 'calm',
  signing: 'good',
  published: 'calm',
}

const columns: readonly Column<Key>[] = [
  { name: 'Key', share: 3, cell: ({ id }) => <code>{id}</code> },
  { name: 'Stage', share: 1.2, cell: ({ stage }) => <Mark tone={TONES[stage]}>{stage}</Mark> },
  { name: 'Made', share: 2, cell: ({ createdAt }) => <Time at={createdAt} /> },
  { name: 'Signs from', share: 2, cell: ({ signsFrom }) => <Time at={signsFrom} /> },
  {
    name: 'Published until',
    share: 2.2,
    cell: ({ publishedUntil }) => <Time at={publishedUntil} none="it is replaced" />,
  },
]

export function SigningKeys({ title, queryKey, list, route, rotate, atOnce }: SigningKeysProps) {
  const asked = useQuery({ queryKey, queryFn: list })
  const rows = asked.data?.items ?? []
  const of = { route, changes: [queryKey] }
  return (
    <Panel
      flush
      title={title}
      actions={
        <>
          <AskFirst {...of} act="Rotate" title="Replace the key?" run={() => rotate(false)}>
            Another key is published now and signs from tomorrow on, so that everybody has fetched
            it by then. Nothing is interrupted.
          </AskFirst>
          <AskFirst
            {...of}
            act="Rotate at once"
            title="Withdraw every key?"
            danger
            run={() => rotate(true)}
          >
            For a key that somebody else may have. {atOnce}
          </AskFirst>
        </>
      }
    >
      <States
        asked={asked}
        empty={
          rows.length === 0 && (
            <Standing icon="key" title="There is none yet">
              <p>The first is made when it is first needed.</p>
            </Standing>
          )
        }
      >
        <Table label={title} columns={columns} rows={rows} keyOf={({ id }) => id} />
      </States>
    </Panel>
  )
}
