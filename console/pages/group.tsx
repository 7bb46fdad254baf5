/** One group: its members now, or as they were on a day. */
import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { api, type Item, usePages } from '../data/api.ts'
import { InTenant, nameOf, StateMark } from '../parts/names.tsx'
import { paths } from '../paths.ts'
import { Facts, Page, Panel } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, rowLink, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'

type Member = Item<'listMembers'>

const route = getRouteApi('/tenants/$tenant/groups/$group')

const columnsOf = (tenant: string): readonly Column<Member>[] => [
  {
    name: 'Member',
    share: 2,
    cell: (member) => (
      <Link {...paths.person(tenant, member.id)} className={rowLink}>
        <bdi>{nameOf(member)}</bdi>
      </Link>
    ),
  },
  { name: 'FQN', share: 3, cell: ({ fqn }) => <bdi className="soft">{fqn}</bdi> },
]

export function GroupPage() {
  const { tenant, group } = route.useParams()
  const { day } = route.useSearch()
  const navigate = route.useNavigate()
  const at = { tenant, identity: group as `idn_${string}`, asOf: endOf(day) }
  const asked = useQuery({
    queryKey: ['group', tenant, group, day],
    queryFn: () => api.readIdentity(at),
  })
  const members = usePages(['members', tenant, group, day], (after) =>
    api.listMembers({ ...at, after, limit: 200 }),
  )
  return (
    <Page
      title={asked.data === undefined ? 'Group' : nameOf(asked.data)}
      above={<InTenant tenant={tenant} />}
      actions={
        <TextInput
          type="date"
          label="As it was at the end of"
          size="xs"
          max={new Date().toISOString().slice(0, 10)}
          value={day ?? ''}
          onChange={({ currentTarget: { value } }) =>
            void navigate({ search: { day: value === '' ? undefined : value }, replace: true })
          }
        />
      }
    >
      <Panel title="Group">
        <States asked={asked}>
          {asked.data !== undefined && (
            <Facts
              facts={{
                FQN: <bdi>{asked.data.fqn}</bdi>,
                State: <StateMark state={asked.data.state} />,
                Created: <Time at={asked.data.createdAt} />,
                Changed: <Time at={asked.data.changedAt} />,
              }}
            />
          )}
        </States>
      </Panel>
      <Panel flush title={day === undefined ? 'Members' : `Members on ${day}`}>
        <States
          asked={members.asked}
          empty={members.rows.length === 0 && <Standing icon="group" title="Nobody is in it" />}
        >
          <Table
            label="Members"
            columns={columnsOf(tenant)}
            rows={members.rows}
            keyOf={({ id }) => id}
            more={members.more}
          />
        </States>
      </Panel>
    </Page>
  )
}

/** The last moment of a day where the reader is; not beyond the present. */
function endOf(day: string | undefined): string | undefined {
  if (day === undefined) return undefined
  const end = new Date(`${day}T23:59:59.999`)
  return (end.getTime() > Date.now() ? new Date() : end).toISOString()
}
