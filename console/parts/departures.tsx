/** Whom a run took away and nothing has brought back, looked at before it is undone. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, type Item, type Reply, usePages } from '../data/api.ts'
import type { Run } from '../data/runs.ts'
import { paths } from '../paths.ts'
import { plural } from '../ui/format.ts'
import { Mark, Note, Panel } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { AskFirst } from './ask-first.tsx'
import { IdentityLink } from './names.tsx'

type Departure = Item<'listDepartures'>

const columnsOf = (tenant: string, run: Run): readonly Column<Departure>[] => [
  {
    name: 'Who',
    share: 3,
    cell: ({ identity, member }) => <IdentityLink tenant={tenant} identity={member ?? identity} />,
  },
  {
    name: 'What',
    share: 1.6,
    cell: ({ member }) => (
      <Mark tone="warn">{member === null ? 'deactivated' : 'taken out of'}</Mark>
    ),
  },
  {
    name: 'Group',
    share: 2.4,
    cell: ({ identity, member }) =>
      member !== null && <IdentityLink tenant={tenant} identity={identity} isGroup />,
  },
  {
    name: 'Asked for by',
    share: 1.6,
    cell: ({ requestId }) =>
      requestId !== null && requestId !== run.id ? (
        <Link {...paths.provisioning(tenant, { entry: requestId })}>the request</Link>
      ) : (
        <span className="soft">the run itself</span>
      ),
  },
]

interface DeparturesProps {
  readonly tenant: string
  readonly run: Run
}

export function Departures({ tenant, run }: DeparturesProps) {
  const [undone, setUndone] = useState<Reply<'undoRun'>>()
  const key = ['departures', tenant, run.id]
  const { asked, rows, more } = usePages(key, (after) =>
    api.listDepartures({ tenant, run: run.id, limit: 200, ...(after && { after: Number(after) }) }),
  )
  const isUndoable = rows.length > 0 && run.status !== 'running'
  return (
    <>
      {undone !== undefined && (
        <Note tone="good" title="It is undone">
          <p>
            {plural(undone.people, 'person', 'people')} may sign in again;{' '}
            {plural(undone.memberships, 'membership')} came back.
          </p>
        </Note>
      )}
      <Panel
        flush
        title="What it took away"
        actions={
          isUndoable && (
            <AskFirst
              route="undoRun"
              act="Undo"
              title="Undo what it took away?"
              danger
              run={() => api.undoRun({ tenant, run: run.id })}
              changes={[key, ['people', tenant], ['holds', tenant]]}
              onDone={setUndone}
            >
              Whoever was deactivated may sign in again, and the memberships are there again
              {more.has && ', those too that follow below the list'}, until the identity provider
              says something new of them. What was deleted is not brought back.
            </AskFirst>
          )
        }
      >
        <States
          asked={asked}
          empty={
            rows.length === 0 && (
              <Standing icon="check" tone="good" title="Nothing that is gone still">
                <p>It deactivated nobody and ended no membership, or all of that has come back.</p>
              </Standing>
            )
          }
        >
          <Table
            label="What it took away"
            columns={columnsOf(tenant, run)}
            rows={rows}
            keyOf={({ position }) => String(position)}
            more={more}
          />
        </States>
      </Panel>
    </>
  )
}
