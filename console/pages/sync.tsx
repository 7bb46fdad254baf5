/** The way of the data, live: what is received, waits and is loaded; full runs; the history of runs. */
import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { api, usePages, useStream } from '../data/api.ts'
import { type Run, RUN_TONES, runsKey } from '../data/runs.ts'
import { useRefusalOf } from '../data/session.ts'
import { howMuchIsHeld, type Pipeline, syncQuery } from '../data/tenants.ts'
import { InTenant } from '../parts/names.tsx'
import css from '../parts/parts.module.css'
import { FullRun, Pause, Resume } from '../parts/sync-acts.tsx'
import { paths } from '../paths.ts'
import { count, duration, figure, plural } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { Figure, Figures, Mark, Note, Page, Panel, type Tone } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, rowLink, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'

const route = getRouteApi('/tenants/$tenant/sync')

const runColumns = (tenant: string): readonly Column<Run>[] => [
  {
    name: 'Kind',
    share: 1.3,
    cell: ({ id, kind }) => (
      <Link {...paths.run(tenant, id)} className={rowLink}>
        {kind}
      </Link>
    ),
  },
  {
    name: 'Status',
    share: 1.2,
    cell: ({ status }) => <Mark tone={RUN_TONES[status]}>{status}</Mark>,
  },
  { name: 'Started', share: 2.2, cell: ({ startedAt }) => <Time at={startedAt} /> },
  { name: 'Looked at', share: 1.2, cell: ({ taken }) => count(taken) },
  {
    name: 'Identities',
    share: 2,
    cell: (run) =>
      `+${count(run.identitiesCreated)} ~${count(run.identitiesChanged)} −${count(run.identitiesDeleted)}`,
  },
  {
    name: 'Links',
    share: 1.3,
    cell: (run) => `+${count(run.linksAdded)} −${count(run.linksRemoved)}`,
  },
  { name: 'Quarantined', share: 1.2, cell: ({ quarantined }) => count(quarantined) },
]

export function SyncPage() {
  const { tenant } = route.useParams()
  const queries = useQueryClient()
  const asked = useQuery(syncQuery(tenant))
  const runs = usePages(runsKey(tenant), (after) => api.listRuns({ tenant, after }))
  const askRuns = () => void queries.invalidateQueries({ queryKey: runsKey(tenant) })
  const silentSince = useStream(tenant, {
    open: (options) => api.followSync({ tenant }, options),
    tell: (event) => {
      if (event.event === 'pipeline') queries.setQueryData(syncQuery(tenant).queryKey, event.data)
      else askRuns()
    },
    back: askRuns,
  })
  const pipeline = asked.data
  return (
    <Page
      title="Sync"
      above={<InTenant tenant={tenant} />}
      lead="Live: what the identity provider said, on its way to where sites see it."
      actions={pipeline !== undefined && <Acts tenant={tenant} pipeline={pipeline} />}
    >
      {silentSince !== undefined && <NotLive since={silentSince} />}
      <States asked={asked}>
        {pipeline !== undefined && <Picture tenant={tenant} pipeline={pipeline} />}
      </States>
      <Panel flush title="Runs">
        <States
          asked={runs.asked}
          empty={runs.rows.length === 0 && <Standing icon="sync" title="Nothing has run yet" />}
        >
          <Table
            label="Runs"
            columns={runColumns(tenant)}
            rows={runs.rows}
            keyOf={({ id }) => id}
            more={runs.more}
          />
        </States>
      </Panel>
    </Page>
  )
}

function NotLive({ since }: { readonly since: Date }) {
  return (
    <Note
      tone="warn"
      title={
        <>
          Not live since <Time at={since.toISOString()} />
        </>
      }
    >
      <p>What is shown is of then. It is tried again every few seconds.</p>
    </Note>
  )
}

function Acts({ tenant, pipeline: { paused, fullRun, skipped } }: PictureProps) {
  const refusal = useRefusalOf('startFullRun')
  if (refusal !== undefined) return null
  return (
    <>
      {paused ? <Resume tenant={tenant} /> : <Pause tenant={tenant} />}
      {fullRun === null ? (
        <FullRun tenant={tenant} skipped={skipped} />
      ) : (
        <Button variant="default" disabled>
          A full run is under way
        </Button>
      )}
    </>
  )
}

interface PictureProps {
  readonly tenant: string
  readonly pipeline: Pipeline
}

function Picture({ tenant, pipeline }: PictureProps) {
  const {
    received,
    loaded,
    waiting,
    lagMs,
    paused,
    pausedReason,
    ratePerSecond,
    estimatedEndAt,
    fullRun,
  } = pipeline
  return (
    <>
      {paused && (
        <Note tone="warn" title="Loading is paused">
          <p>{pausedReason} What arrives is kept and waits.</p>
        </Note>
      )}
      <Panel title="Pipeline">
        <div className="stack">
          <div className={css['pipe']}>
            <Stage
              name="Received from the provider"
              value={received.people}
              notes={[plural(received.groups, 'group'), plural(received.members, 'membership')]}
            />
            <Icon name="arrow" />
            <Stage
              name="Waiting"
              value={waiting}
              unit={['change', 'changes']}
              tone={paused && waiting > 0 ? 'warn' : 'calm'}
              notes={[
                waiting === 0 ? 'nothing waits' : `the oldest for ${duration(lagMs)}`,
                `${ratePerSecond.toFixed(1)} loaded a second`,
              ]}
            />
            <Icon name="arrow" />
            <Stage
              name="Known to sites"
              value={loaded.people}
              notes={[plural(loaded.groups, 'group'), plural(loaded.links, 'link')]}
            />
          </div>
          {estimatedEndAt !== null && waiting > 0 && (
            <div className="soft">
              Nothing will wait by <Time at={estimatedEndAt} />, if nothing else arrives.
            </div>
          )}
          {fullRun !== null && <Progress taken={fullRun.taken} expected={fullRun.expected} />}
        </div>
      </Panel>
      <Lags tenant={tenant} pipeline={pipeline} />
    </>
  )
}

function Lags({ tenant, pipeline }: PictureProps) {
  const held = howMuchIsHeld(pipeline)
  return (
    <Figures>
      <Figure name="Half are loaded within" value={lag(pipeline.p50LagMs)} />
      <Figure name="95 of 100 within" value={lag(pipeline.p95LagMs)} />
      <Figure name="99 of 100 within" value={lag(pipeline.p99LagMs)} note="target: 1 s" />
      <Figure
        name="Quarantine"
        value={count(pipeline.quarantined)}
        tone={pipeline.quarantined > 0 ? 'warn' : 'calm'}
        note={
          <>
            <Link {...paths.quarantine(tenant)}>Open it</Link>
            {pipeline.skipped > 0 && ` · ${count(pipeline.skipped)} skipped`}
          </>
        }
      />
      <Figure
        name="Held by the brake"
        value={figure(held)}
        tone={held > 0 ? 'warn' : 'calm'}
        note={<Link {...paths.holds(tenant)}>Decide</Link>}
      />
    </Figures>
  )
}

const lag = (ms: number | null): string => (ms === null ? '–' : duration(ms))

interface StageProps {
  readonly name: string
  readonly value: number
  readonly unit?: readonly [one: string, many: string]
  readonly tone?: Tone
  readonly notes: readonly string[]
}

function Stage({ name, value, unit = ['person', 'people'], tone = 'calm', notes }: StageProps) {
  return (
    <div className={css['stage']} data-tone={tone}>
      <span className="soft">{name}</span>
      <strong>{figure(value)}</strong>
      <div>{unit[value === 1 ? 0 : 1]}</div>
      <div className="soft">{notes.join(' · ')}</div>
    </div>
  )
}

function Progress({ taken, expected }: { readonly taken: number; readonly expected: number }) {
  const share = expected === 0 ? 0 : Math.min(100, Math.round((taken / expected) * 100))
  return (
    <div>
      <div>
        Full run: {count(taken)} of {count(expected)} looked at
      </div>
      <div
        className={css['bar']}
        role="progressbar"
        aria-label="Full run"
        aria-valuenow={share}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <div style={{ width: `${share}%` }} />
      </div>
    </div>
  )
}
