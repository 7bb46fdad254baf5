/** The groups of a tenant. Two may have the same name. */
import { TextInput } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { api, usePages } from '../data/api.ts'
import type { Identity } from '../data/tenants.ts'
import { ExportLinks } from '../parts/export-links.tsx'
import { InTenant, nameOf, StateMark } from '../parts/names.tsx'
import { useSearchField } from '../parts/search-field.tsx'
import { paths } from '../paths.ts'
import { Page, Panel } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, rowLink, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'

const route = getRouteApi('/tenants/$tenant/groups')

const columnsOf = (tenant: string): readonly Column<Identity>[] => [
  {
    name: 'Name',
    share: 3,
    cell: (group) => (
      <Link {...paths.group(tenant, group.id)} className={rowLink}>
        <bdi>{nameOf(group)}</bdi>
      </Link>
    ),
  },
  { name: 'FQN', share: 3.5, cell: ({ fqn }) => <bdi className="soft">{fqn}</bdi> },
  { name: 'State', share: 1.3, cell: ({ state }) => <StateMark state={state} /> },
  { name: 'Changed', share: 1.8, cell: ({ changedAt }) => <Time at={changedAt} relative /> },
]

export function GroupsPage() {
  const { tenant } = route.useParams()
  const { q } = route.useSearch()
  const navigate = route.useNavigate()
  const { asked, rows, more } = usePages(['groups', tenant, q], (after) =>
    api.listIdentities({ tenant, kind: 'group', q, after, limit: 100 }),
  )
  const field = useSearchField(q, (text) => navigate({ search: { q: text }, replace: true }))
  return (
    <Page title="Groups" above={<InTenant tenant={tenant} />}>
      <Panel
        flush
        title="Groups"
        actions={
          <>
            <TextInput {...field} aria-label="Find a group" placeholder="Name" size="xs" />
            <ExportLinks of="exportGroups" asked={{ tenant, q }} />
          </>
        }
      >
        <States asked={asked} empty={rows.length === 0 && <None isSearch={q !== undefined} />}>
          <Table
            label="Groups"
            columns={columnsOf(tenant)}
            rows={rows}
            keyOf={({ id }) => id}
            more={more}
          />
        </States>
      </Panel>
    </Page>
  )
}

function None({ isSearch }: { readonly isSearch: boolean }) {
  return isSearch ? (
    <Standing icon="search" title="No group of that name" />
  ) : (
    <Standing icon="group" title="No group has been pushed yet">
      <p>In Okta: the application, Push Groups. The people in it are to be assigned, too.</p>
    </Standing>
  )
}
