/** How the service itself is: what was looked at, the worst first, and what to do; then the nodes and the database. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type Health, healthQuery, VERDICTS } from '../data/health.ts'
import css from '../parts/parts.module.css'
import { paths } from '../paths.ts'
import { bytes, count, duration, plural, words } from '../ui/format.ts'
import { Facts, Figure, Figures, Mark, Page, Panel } from '../ui/page.tsx'
import { States } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'

type Check = Health['checks'][number]
type Node = Health['nodes'][number]

const nodeColumns: readonly Column<Node>[] = [
  {
    name: 'Node',
    share: 2.8,
    cell: ({ name, asked }) => (
      <>
        <bdi>{name}</bdi> {asked && <span className="soft">this one</span>}
      </>
    ),
  },
  {
    name: 'Seen',
    share: 2.3,
    cell: ({ lost, seenAt }) =>
      lost ? (
        <Mark tone="warn">
          silent, <Time at={seenAt} relative />
        </Mark>
      ) : (
        <Time at={seenAt} relative />
      ),
  },
  { name: 'Release', share: 1.2, cell: ({ version }) => version },
  { name: 'Started', share: 1.6, cell: ({ startedAt }) => <Time at={startedAt} relative /> },
  { name: 'Memory', share: 1.2, cell: ({ rssBytes }) => bytes(rssBytes) },
  { name: 'Loop late', share: 1.2, cell: ({ loopDelayMs }) => duration(loopDelayMs) },
  {
    name: 'Connections',
    share: 1.9,
    cell: ({ connectionsBusy, connectionsMost, transactionsWaiting }) =>
      `${count(connectionsBusy)} of ${count(connectionsMost)} busy, ${count(transactionsWaiting)} wait`,
  },
]

export function HealthPage() {
  const asked = useQuery({ ...healthQuery, refetchInterval: 5_000 })
  return (
    <Page title="Service health" lead="How the service itself is, the worst first.">
      <States asked={asked}>{asked.data !== undefined && <Looked health={asked.data} />}</States>
    </Page>
  )
}

function Looked({ health }: { readonly health: Health }) {
  const { verdict, nodes, checks, loading, database } = health
  const [word, tone] = VERDICTS[verdict]
  const notWell = checks.filter((check) => check.verdict !== 'ok').length
  return (
    <>
      <Figures>
        <Figure
          name="The service"
          value={word}
          tone={tone}
          note={notWell === 0 ? 'nothing to do' : `${plural(notWell, 'thing')} to look at`}
        />
        <Figure
          name="Nodes"
          value={count(nodes.filter(({ lost }) => !lost).length)}
          note="serving"
        />
        <Figure name="Changes waiting" value={count(loading.waiting)} note="over all tenants" />
        <Figure
          name="Database"
          value={bytes(database.bytes)}
          note={`PostgreSQL ${database.version}`}
        />
      </Figures>
      <Panel title="What was looked at">
        <Checks checks={checks} />
      </Panel>
      <Panel flush title="Nodes">
        <Table label="Nodes" columns={nodeColumns} rows={nodes} keyOf={({ name }) => name} />
      </Panel>
      <Panel title="Database">
        <DatabaseFacts health={health} />
      </Panel>
    </>
  )
}

/** Where what is to be done is done. */
const DONE_AT: Partial<Record<Check['name'], ReturnType<typeof paths.overview>>> = {
  loading: paths.overview(),
  'logout-notices': paths.overview(),
  credentials: paths.overview(),
}

function Checks({ checks }: { readonly checks: readonly Check[] }) {
  return (
    <ul className={css['checks']}>
      {checks.map(({ name, verdict, seen, next }) => {
        const [word, tone] = VERDICTS[verdict]
        const place = DONE_AT[name]
        return (
          <li key={name}>
            <strong>{words(name)}</strong>
            <Mark tone={tone}>{word}</Mark>
            <div>
              <bdi>{seen}</bdi>
              {next !== null && (
                <div className="soft">
                  {next} {place !== undefined && <Link {...place}>Go to the overview</Link>}
                </div>
              )}
            </div>
          </li>
        )
      })}
    </ul>
  )
}

function DatabaseFacts({ health: { database, migrations, disk } }: { readonly health: Health }) {
  const { replicas, oldestTransaction } = database
  return (
    <Facts
      facts={{
        Version: `PostgreSQL ${database.version}`,
        Started: <Time at={database.startedAt} />,
        Size: bytes(database.bytes),
        'Connections taken': `${count(database.connections)} of ${count(database.connectionsMost)}`,
        'Oldest transaction':
          oldestTransaction === null ? 'none' : duration(oldestTransaction.seconds * 1_000),
        Replicas:
          replicas.length === 0
            ? 'none'
            : replicas.map(({ name, state, lagBytes }) => (
                <div key={name}>
                  <bdi>{name}</bdi>
                  {state !== null && `, ${state}`}
                  {lagBytes !== null && `, ${bytes(lagBytes)} behind`}
                </div>
              )),
        'Latest migration': migrations.latest,
        ...(disk !== null && {
          'Free on its disk': `${bytes(disk.freeBytes)} of ${bytes(disk.bytes)}`,
        }),
      }}
    />
  )
}
