/** One run of the loader: what it changed, the drift that a full run found, and taking back what it took away. */
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { api } from '../data/api.ts'
import { type Run, RUN_TONES } from '../data/runs.ts'
import { useRefusalOf } from '../data/session.ts'
import { Departures } from '../parts/departures.tsx'
import { Drift } from '../parts/drift.tsx'
import { InTenant } from '../parts/names.tsx'
import { paths } from '../paths.ts'
import { count, words } from '../ui/format.ts'
import { Facts, Mark, Page, Panel } from '../ui/page.tsx'
import { States } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'

const route = getRouteApi('/tenants/$tenant/sync/runs/$run')

export function RunPage() {
  const { tenant, run: id } = route.useParams()
  const asked = useQuery({
    queryKey: ['run', tenant, id],
    queryFn: () => api.readRun({ tenant, run: id }),
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? 1_000 : false),
  })
  const run = asked.data
  const mayUndo = useRefusalOf('undoRun') === undefined
  return (
    <Page
      title={run === undefined ? 'Run' : `${words(run.kind)} run`}
      above={
        <>
          <InTenant tenant={tenant} /> · <Link {...paths.sync(tenant)}>Sync</Link>
        </>
      }
      lead="What it changed, and how to take back what it took away."
    >
      <Panel title="What it did">
        <States asked={asked}>{run !== undefined && <RunFacts run={run} />}</States>
      </Panel>
      {run?.kind === 'full' && <Drift tenant={tenant} run={run} />}
      {run !== undefined && mayUndo && <Departures tenant={tenant} run={run} />}
    </Page>
  )
}

function RunFacts({ run }: { readonly run: Run }) {
  const { id, status, reason, startedAt, endedAt, taken, expected, quarantined } = run
  return (
    <Facts
      facts={{
        Run: <code>{id}</code>,
        Status: <Mark tone={RUN_TONES[status]}>{status}</Mark>,
        Why: reason ?? undefined,
        Started: <Time at={startedAt} />,
        Ended: <Time at={endedAt} none="not yet" />,
        'Looked at': expected === null ? count(taken) : `${count(taken)} of ${count(expected)}`,
        Identities: `${count(run.identitiesCreated)} came, ${count(run.identitiesChanged)} changed, ${count(run.identitiesDeleted)} went`,
        Links: `${count(run.linksAdded)} came, ${count(run.linksRemoved)} went`,
        Quarantined: count(quarantined),
      }}
    />
  )
}
