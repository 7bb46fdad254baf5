/** What needs somebody, over all tenants: what ends soon, and sites that do not hear that sessions end. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, type Item } from '../data/api.ts'
import { paths } from '../paths.ts'
import { plural } from '../ui/format.ts'
import { Panel } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, rowLink, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'

type Expiring = Item<'listExpiring'>
type FailingSite = Item<'listFailingSites'>

const WHAT: Readonly<Record<Expiring['kind'], string>> = {
  'scim-token': 'SCIM token',
  'oauth-grant': 'OAuth grant',
  'setup-link': 'setup link',
  'site-secret': 'replaced secret of a site',
  key: 'API key',
}

function Where({ kind, tenant, id }: Expiring) {
  if (tenant === null) return <Link {...paths.keys()}>the platform</Link>
  const link =
    kind === 'key'
      ? paths.tenantKeys(tenant.id)
      : kind === 'site-secret'
        ? paths.site(tenant.id, id)
        : paths.tenant(tenant.id)
  return (
    <Link {...link} className={rowLink}>
      <bdi>{tenant.name}</bdi>
    </Link>
  )
}

const expiringColumns: readonly Column<Expiring>[] = [
  { name: 'Of', share: 2.4, cell: (expiring) => <Where {...expiring} /> },
  { name: 'What', share: 2.2, cell: ({ kind }) => WHAT[kind] },
  { name: 'Name', share: 2.4, cell: ({ name }) => <bdi>{name}</bdi> },
  { name: 'Ends', share: 1.6, cell: ({ expiresAt }) => <Time at={expiresAt} relative /> },
  { name: 'Last used', share: 1.6, cell: ({ lastUsedAt }) => <Time at={lastUsedAt} relative /> },
]

const siteColumns: readonly Column<FailingSite>[] = [
  {
    name: 'Site',
    share: 2.4,
    cell: ({ tenant, id, name }) => (
      <Link {...paths.site(tenant.id, id)} className={rowLink}>
        <bdi>{name}</bdi>
      </Link>
    ),
  },
  { name: 'Of', share: 2.2, cell: ({ tenant }) => <bdi>{tenant.name}</bdi> },
  { name: 'Not told', share: 1.8, cell: ({ notices }) => plural(notices, 'ended session') },
  { name: 'Since', share: 1.6, cell: ({ since }) => <Time at={since} relative /> },
  {
    name: 'It said',
    share: 3,
    isWhole: true,
    cell: ({ answer }) => <bdi className="soft">{answer}</bdi>,
  },
]

export function NeedsSomebody() {
  const expiring = useQuery({
    queryKey: ['expiring'],
    queryFn: () => api.listExpiring({ days: 30 }),
  })
  const sites = useQuery({
    queryKey: ['failing-sites'],
    queryFn: () => api.listFailingSites({}),
    refetchInterval: 30_000,
  })
  const ends = expiring.data?.items ?? []
  const failing = sites.data?.items ?? []
  return (
    <>
      {failing.length > 0 && (
        <Panel flush title="Sites that do not hear that sessions end">
          <Table
            label="Sites that do not hear"
            columns={siteColumns}
            rows={failing}
            keyOf={({ id }) => id}
          />
        </Panel>
      )}
      <Panel flush title="Ends within 30 days">
        <States
          asked={expiring}
          empty={
            ends.length === 0 && (
              <Standing icon="check" title="No token, secret or key ends within 30 days" />
            )
          }
        >
          <Table
            label="Ends within 30 days"
            columns={expiringColumns}
            rows={ends}
            keyOf={({ kind, id }) => `${kind} ${id}`}
          />
        </States>
      </Panel>
    </>
  )
}
