/** The people of a tenant, as sites know them. */
import { TextInput } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { api, usePages } from '../data/api.ts'
import type { Identity } from '../data/tenants.ts'
import { Choice } from '../parts/choice.tsx'
import { ExportLinks } from '../parts/export-links.tsx'
import { InTenant, nameOf, StateMark } from '../parts/names.tsx'
import { useSearchField } from '../parts/search-field.tsx'
import { paths } from '../paths.ts'
import { cut } from '../ui/format.ts'
import { Page, Panel } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, rowLink, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'

const route = getRouteApi('/tenants/$tenant/people')

const columnsOf = (tenant: string): readonly Column<Identity>[] => [
  {
    name: 'Name',
    share: 3,
    cell: (person) => (
      <Link {...paths.person(tenant, person.id)} className={rowLink}>
        <bdi>{nameOf(person)}</bdi>
      </Link>
    ),
  },
  { name: 'FQN', share: 3.5, cell: ({ fqn }) => <bdi className="soft">{fqn}</bdi> },
  {
    name: 'E-mail',
    share: 3,
    cell: ({ email }) => <bdi className="soft">{cut(email ?? 'none')}</bdi>,
  },
  { name: 'State', share: 1.6, cell: ({ state }) => <StateMark state={state} /> },
  { name: 'Changed', share: 1.8, cell: ({ changedAt }) => <Time at={changedAt} relative /> },
]

export function PeoplePage() {
  const { tenant } = route.useParams()
  const { q, state } = route.useSearch()
  const navigate = route.useNavigate()
  const { asked, rows, more } = usePages(['people', tenant, q, state], (after) =>
    api.listIdentities({ tenant, kind: 'person', q, state, after, limit: 100 }),
  )
  const field = useSearchField(q, (text) =>
    navigate({ search: (known) => ({ ...known, q: text }), replace: true }),
  )
  return (
    <Page title="People" above={<InTenant tenant={tenant} />} lead="As sites know them.">
      <Panel
        flush
        title="People"
        actions={
          <>
            <Choice
              label="State"
              options={{
                active: 'Active',
                inactive: 'Inactive',
                deleted: 'Deleted',
                joined: 'Joined',
              }}
              chosen={state}
              choose={(value) =>
                navigate({ search: (known) => ({ ...known, state: value }), replace: true })
              }
            />
            <TextInput
              {...field}
              aria-label="Find a person"
              placeholder="Name, FQN, e-mail"
              size="xs"
            />
            <ExportLinks of="exportPeople" asked={{ tenant, q, state }} />
          </>
        }
      >
        <States
          asked={asked}
          empty={rows.length === 0 && <Nobody isSearch={q !== undefined || state !== undefined} />}
        >
          <Table
            label="People"
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

function Nobody({ isSearch }: { readonly isSearch: boolean }) {
  return isSearch ? (
    <Standing icon="search" title="Nobody like that is here">
      <p>
        Somebody whom the identity provider has sent and who is not loaded yet is found under Why?.
      </p>
    </Standing>
  ) : (
    <Standing icon="person" title="Nobody has arrived yet">
      <p>People appear here a moment after the identity provider has sent them.</p>
    </Standing>
  )
}
