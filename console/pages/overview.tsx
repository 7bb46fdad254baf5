/** Every tenant at a look: the worst first, and what needs somebody to act. */
import { TextInput } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, Navigate } from '@tanstack/react-router'
import { ButtonLink } from '../parts/button-link.tsx'
import { api, type Item, type Reply } from '../data/api.ts'
import { healthQuery, VERDICTS } from '../data/health.ts'
import { useOwnTenant, useRefusalOf } from '../data/session.ts'
import { paths } from '../paths.ts'
import { count, figure, plural } from '../ui/format.ts'
import { Figure, Figures, Mark, Note, Page, Panel, type Tone } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, rowLink, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'
import { NeedsSomebody } from '../parts/needs-somebody.tsx'
import { OverviewHistory, useHistory } from '../parts/overview-history.tsx'
import { useSearchField } from '../parts/search-field.tsx'
import { daysInWords, daysOfTenant, type TenantDays, WORST } from '../data/history.ts'
import { HeatStrip } from '../ui/heat-strip.tsx'

type TenantHealth = Item<'readOverview'>
type Reason = TenantHealth['reasons'][number]

const route = getRouteApi('/')

const HEALTH: Readonly<Record<TenantHealth['health'], readonly [string, Tone]>> = {
  failing: ['Failing', 'bad'],
  'needs-you': ['Needs you', 'warn'],
  fine: ['Fine', 'good'],
  suspended: ['Suspended', 'calm'],
}

const columnsOf = (
  daysOf: ReadonlyMap<string, TenantDays>,
  days: readonly string[],
): readonly Column<TenantHealth>[] => [
  {
    name: 'Tenant',
    share: 3,
    cell: ({ id, name }) => (
      <Link {...paths.tenant(id)} className={rowLink}>
        <bdi>{name}</bdi>
      </Link>
    ),
  },
  {
    name: 'Health',
    share: 2.3,
    cell: ({ health }) => <Mark tone={HEALTH[health][1]}>{HEALTH[health][0]}</Mark>,
  },
  {
    name: 'Last 14 days',
    share: 2.8,
    cell: ({ id }) => <Strip known={daysOf.get(id)} days={days} />,
  },
  {
    name: 'What is wrong',
    share: 4.1,
    isWhole: true,
    cell: ({ reasons }) => <Reasons reasons={reasons} />,
  },
  { name: 'Waiting', share: 1.4, cell: ({ waiting }) => count(waiting) },
  { name: 'Signed in, 1 h', share: 2.1, cell: ({ signedIn }) => count(signedIn) },
  { name: 'Refused, 1 h', share: 2, cell: ({ refused }) => count(refused) },
]

/** Whoever is bound to a tenant is shown that one. */
export function OverviewPage() {
  const own = useOwnTenant()
  return own === undefined ? <Overview /> : <Navigate {...paths.tenant(own)} replace />
}

function Overview() {
  const { q } = route.useSearch()
  const navigate = route.useNavigate()
  const asked = useQuery({
    queryKey: ['overview', q],
    queryFn: () => api.readOverview({ q, limit: 500 }),
    refetchInterval: 5_000,
    placeholderData: keepPreviousData,
  })
  const field = useSearchField(q, (text) =>
    navigate({ search: text === undefined ? {} : { q: text }, replace: true }),
  )
  const refusal = useRefusalOf('onboardTenant')
  const { data: history } = useHistory()
  const columns = columnsOf(
    new Map(history?.tenants.map(({ id, ...daysOf }) => [id, daysOf])),
    history?.days.map(({ day }) => day) ?? [],
  )
  return (
    <Page
      title="Overview"
      lead="Every tenant by health, the worst first."
      actions={
        refusal === undefined && <ButtonLink {...paths.onboard()}>Onboard a tenant</ButtonLink>
      }
    >
      <ServiceNote />
      <States asked={asked}>{asked.data !== undefined && <Counts overview={asked.data} />}</States>
      <Panel
        flush
        title="Tenants"
        actions={
          <TextInput {...field} aria-label="Find a tenant" placeholder="Find a tenant" size="xs" />
        }
      >
        {asked.data !== undefined && asked.data.items.length === 0 && (
          <Nobody isSearch={q !== undefined} />
        )}
        {asked.data !== undefined && asked.data.items.length > 0 && (
          <Table label="Tenants" columns={columns} rows={asked.data.items} keyOf={({ id }) => id} />
        )}
      </Panel>
      <NeedsSomebody />
      <OverviewHistory />
    </Page>
  )
}

/** Only when the service itself needs somebody. */
function ServiceNote() {
  const { data } = useQuery({ ...healthQuery, refetchInterval: 30_000 })
  const [first, ...others] = data?.checks.filter(({ verdict }) => verdict !== 'ok') ?? []
  if (first === undefined) return null
  return (
    <Note tone={VERDICTS[first.verdict][1]} title={<bdi>{first.seen}</bdi>}>
      <div>
        <Link {...paths.health()}>Service health</Link>
        {others.length > 0 && ` has ${count(others.length)} more`}
      </div>
    </Note>
  )
}

function Strip({
  known,
  days,
}: {
  readonly known: TenantDays | undefined
  readonly days: readonly string[]
}) {
  const each = daysOfTenant(known, days)
  return (
    <HeatStrip
      label={daysInWords(each)}
      days={each.map(({ worst, share, words }) => ({
        title: words,
        tone: WORST[worst][1],
        isSlight: share === 'few',
      }))}
    />
  )
}

function Counts({
  overview: { tenants, byHealth, items },
}: {
  readonly overview: Reply<'readOverview'>
}) {
  const failing = byHealth.failing ?? 0
  const needing = byHealth['needs-you'] ?? 0
  const waiting = items.reduce((sum, tenant) => sum + tenant.waiting, 0)
  return (
    <Figures>
      <Figure
        name="Tenants"
        value={figure(tenants)}
        note={plural(byHealth.suspended ?? 0, 'suspended', 'suspended')}
      />
      <Figure
        name="Failing"
        value={figure(failing)}
        tone={failing > 0 ? 'bad' : 'calm'}
        note="loading stands still or lags"
      />
      <Figure
        name="Need you"
        value={figure(needing)}
        tone={needing > 0 ? 'warn' : 'calm'}
        note="something is to be decided"
      />
      <Figure name="Changes waiting" value={figure(waiting)} note="to be loaded" />
    </Figures>
  )
}

const WORDS: Readonly<Record<Reason['code'], (about: string) => string>> = {
  lagging: (about) => `${about} not loaded yet`,
  paused: () => 'loading is paused',
  quarantined: (about) => `${about} in quarantine`,
  held: (about) => `${about} held by the brake`,
  'sign-ins-refused': (about) => `${about} sign-ins refused`,
}

function Reasons({ reasons }: { readonly reasons: readonly Reason[] }) {
  if (reasons.length === 0) return <span className="soft">nothing</span>
  return reasons.map(({ code, count: about, since }, index) => (
    <span key={code}>
      {index > 0 && ', '}
      {WORDS[code](count(about))}
      {since !== null && (
        <span className="soft">
          {' '}
          (<Time at={since} relative />)
        </span>
      )}
    </span>
  ))
}

function Nobody({ isSearch }: { readonly isSearch: boolean }) {
  return isSearch ? (
    <Standing icon="search" title="No tenant of that name" />
  ) : (
    <Standing icon="plug" title="No tenant yet">
      <p>Onboard the first one: it gets its Authority, its BaseUrl and its token.</p>
    </Standing>
  )
}
