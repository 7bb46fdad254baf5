/** A tenant: how it is, its Authority and its connections. */
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { api } from '../data/api.ts'
import { isSignInSetUp } from '../data/connections.ts'
import { useRefusalOf } from '../data/session.ts'
import {
  type Connection,
  howMuchIsHeld,
  KINDS,
  syncQuery,
  type Tenant,
  tenantQuery,
} from '../data/tenants.ts'
import { AskFirst } from '../parts/ask-first.tsx'
import { ButtonLink } from '../parts/button-link.tsx'
import { OnMark } from '../parts/marks.tsx'
import { paths } from '../paths.ts'
import { Copy } from '../ui/copy.tsx'
import { count, duration, figure } from '../ui/format.ts'
import { Figure, Figures, Mark, Note, Page, Panel } from '../ui/page.tsx'
import { States } from '../ui/states.tsx'
import { type Column, rowLink, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'

const route = getRouteApi('/tenants/$tenant/')

export function TenantPage() {
  const { tenant } = route.useParams()
  const asked = useQuery(tenantQuery(tenant))
  const { data } = asked
  const mayAdd = useRefusalOf('addConnection') === undefined
  return (
    <Page
      title={data?.name ?? 'Tenant'}
      lead={data && <code>{data.id}</code>}
      actions={data !== undefined && <Suspension tenant={data} />}
    >
      {data !== undefined && data.suspendedAt !== null && (
        <Note tone="warn" title="This tenant is suspended">
          <p>
            Since <Time at={data.suspendedAt} />: its SCIM requests and its sign-ins are refused.
          </p>
        </Note>
      )}
      <Health tenant={tenant} />
      <Panel
        flush
        title="Connections"
        actions={
          mayAdd && (
            <ButtonLink {...paths.addConnection(tenant)} variant="default">
              Add a connection
            </ButtonLink>
          )
        }
      >
        <States asked={asked}>
          <Table
            label="Connections"
            columns={columnsOf(tenant)}
            rows={data?.connections ?? []}
            keyOf={({ id }) => id}
          />
        </States>
      </Panel>
      {data && (
        <Panel>
          <Copy label="Authority, for sites and identity providers" value={data.authority} />
        </Panel>
      )}
    </Page>
  )
}

function Health({ tenant }: { readonly tenant: string }) {
  const asked = useQuery({ ...syncQuery(tenant), refetchInterval: 2_000 })
  return (
    <States asked={asked}>
      {asked.data !== undefined && (
        <Figures>
          <Figure
            name="People"
            value={figure(asked.data.loaded.people)}
            note={<Link {...paths.people(tenant)}>Look at them</Link>}
          />
          <Figure
            name="Groups"
            value={figure(asked.data.loaded.groups)}
            note={<Link {...paths.groups(tenant)}>Look at them</Link>}
          />
          <Figure
            name="Waiting"
            value={figure(asked.data.waiting)}
            tone={asked.data.paused ? 'bad' : 'calm'}
            note={
              asked.data.paused ? (
                'loading is paused'
              ) : (
                <Link {...paths.sync(tenant)}>Watch it</Link>
              )
            }
          />
          <Figure
            name="Time to access"
            value={asked.data.p95LagMs === null ? '–' : duration(asked.data.p95LagMs)}
            note="95 of 100 changes are loaded within"
          />
          <Figure
            name="Quarantine"
            value={count(asked.data.quarantined)}
            tone={asked.data.quarantined > 0 ? 'warn' : 'calm'}
            note={<Link {...paths.quarantine(tenant)}>Open it</Link>}
          />
          <Figure
            name="Held"
            value={figure(howMuchIsHeld(asked.data))}
            tone={howMuchIsHeld(asked.data) > 0 ? 'warn' : 'calm'}
            note={<Link {...paths.holds(tenant)}>Decide</Link>}
          />
        </Figures>
      )}
    </States>
  )
}

const columnsOf = (tenant: string): readonly Column<Connection>[] => [
  {
    name: 'Connection',
    share: 3,
    cell: ({ id, name }) => (
      <Link {...paths.connection(tenant, id)} className={rowLink}>
        <bdi>{name}</bdi>
      </Link>
    ),
  },
  { name: 'Identity provider', share: 2, cell: ({ kind }) => KINDS[kind] },
  { name: 'Label', share: 2, cell: ({ label }) => <bdi>{label}</bdi> },
  {
    name: 'Sign-in',
    share: 2,
    cell: (connection) =>
      isSignInSetUp(connection) ? (
        <Mark tone="good">is set up</Mark>
      ) : (
        <Mark tone="warn">is not set up</Mark>
      ),
  },
  { name: 'State', share: 1, cell: ({ disabledAt }) => <OnMark disabledAt={disabledAt} /> },
]

function Suspension({ tenant: { id, name, suspendedAt } }: { readonly tenant: Tenant }) {
  const isOn = suspendedAt === null
  const act = isOn ? 'Suspend' : 'Resume'
  return (
    <AskFirst
      route="suspendTenant"
      act={act}
      title={`${act} ${name}?`}
      danger={isOn}
      run={() => (isOn ? api.suspendTenant({ tenant: id }) : api.resumeTenant({ tenant: id }))}
      changes={[['tenant'], ['overview']]}
    >
      {isOn
        ? `Everybody of ${name} is signed out, and its SCIM requests and sign-ins are refused from then on.`
        : `The SCIM requests and sign-ins of ${name} are let in again.`}
    </AskFirst>
  )
}
