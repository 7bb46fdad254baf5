/** Drift: what a full run found missing, extra or different, from what to what, and what it could not put right. */
import { Link } from '@tanstack/react-router'
import { api, type Item, type Reply, usePages } from '../data/api.ts'
import { changesInWords } from '../data/happenings.ts'
import type { Run } from '../data/runs.ts'
import { paths } from '../paths.ts'
import { count, plural, words } from '../ui/format.ts'
import { Figure, Figures, Mark, Note, Panel, type Tone } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { IdentityLink, nameOf } from './names.tsx'

type Found = Item<'listDrift'>

const TONES: Readonly<Record<Found['was'], Tone>> = {
  missing: 'warn',
  extra: 'bad',
  different: 'calm',
}

const columnsOf = (tenant: string): readonly Column<Found>[] => [
  { name: 'Was', share: 1.2, cell: ({ was }) => <Mark tone={TONES[was]}>{was}</Mark> },
  {
    name: 'Who',
    share: 2.2,
    cell: ({ event, identity }) => (
      <IdentityLink tenant={tenant} identity={identity} isGroup={event.startsWith('group.')} />
    ),
  },
  { name: 'Put right by', share: 1.9, cell: ({ event }) => words(event) },
  {
    name: 'What differed',
    isWhole: true,
    share: 4.2,
    cell: (found) => <bdi>{whatDiffered(found)}</bdi>,
  },
]

function whatDiffered({ other, changes }: Found): string {
  return other === null ? changesInWords(changes) : nameOf(other)
}

interface DriftProps {
  readonly tenant: string
  readonly run: Run
}

export function Drift({ tenant, run }: DriftProps) {
  const { asked, rows, more, latest } = usePages(
    ['drift', tenant, run.id],
    (after) =>
      api.listDrift({ tenant, run: run.id, limit: 200, ...(after && { after: Number(after) }) }),
    { live: run.status === 'running' },
  )
  return (
    <>
      {latest !== undefined && <Totals tenant={tenant} totals={latest} />}
      <Panel flush title="Drift">
        <States
          asked={asked}
          empty={
            rows.length === 0 && (
              <Standing
                icon="check"
                tone="good"
                title={
                  run.status === 'running' ? 'Nothing differs so far' : 'Nothing was put right'
                }
              />
            )
          }
        >
          <Table
            label="Drift"
            columns={columnsOf(tenant)}
            rows={rows}
            keyOf={({ position }) => String(position)}
            more={more}
          />
        </States>
      </Panel>
    </>
  )
}

interface TotalsProps {
  readonly tenant: string
  readonly totals: Reply<'listDrift'>
}

function Totals({ tenant, totals: { found, unrepaired } }: TotalsProps) {
  return (
    <>
      <Figures>
        <Figure name="Missing" value={count(found.missing)} />
        <Figure name="Different" value={count(found.different)} />
        <Figure name="Extra" value={count(found.extra)} />
        <Figure name="Links missing" value={count(found.linksMissing)} />
        <Figure name="Links extra" value={count(found.linksExtra)} />
      </Figures>
      {(unrepaired.held > 0 || unrepaired.quarantined > 0) && (
        <Note tone="warn" title="Not all of it is put right">
          {unrepaired.held > 0 && (
            <p>
              The brake holds {plural(unrepaired.held, 'change')}:{' '}
              <Link {...paths.holds(tenant)}>decide</Link>.
            </p>
          )}
          {unrepaired.quarantined > 0 && (
            <p>
              {plural(unrepaired.quarantined, 'record')} cannot be loaded:{' '}
              <Link {...paths.quarantine(tenant)}>look why</Link>.
            </p>
          )}
        </Note>
      )}
    </>
  )
}
