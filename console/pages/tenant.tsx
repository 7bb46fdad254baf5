/** A tenant: how it is and its connections, with what is to be entered at the identity provider. */
import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useAct } from '../data/act.ts'
import { api } from '../data/api.ts'
import { useRefusalOf } from '../data/session.ts'
import { type Connection, KINDS, type Tenant, tenantQuery } from '../data/tenants.ts'
import { Making, Tokens } from '../parts/credentials.tsx'
import { paths } from '../paths.ts'
import { Copy } from '../ui/copy.tsx'
import { Confirm } from '../ui/dialogs.tsx'
import { count, duration, figure } from '../ui/format.ts'
import { Facts, Figure, Figures, Mark, Note, Page, Panel } from '../ui/page.tsx'
import { States } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'

const route = getRouteApi('/tenants/$tenant/')

export function TenantPage() {
  const { tenant } = route.useParams()
  const asked = useQuery(tenantQuery(tenant))
  const { data } = asked
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
      <States asked={asked}>
        {data?.connections.map((connection) => (
          <OfConnection key={connection.id} tenant={tenant} connection={connection} />
        ))}
      </States>
    </Page>
  )
}

function Health({ tenant }: { readonly tenant: string }) {
  const asked = useQuery({
    queryKey: ['sync', tenant],
    queryFn: () => api.readSync({ tenant }),
    refetchInterval: 2_000,
  })
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
            value={figure(asked.data.held + asked.data.heldMembers)}
            tone={asked.data.held + asked.data.heldMembers > 0 ? 'warn' : 'calm'}
            note={<Link {...paths.holds(tenant)}>Decide</Link>}
          />
        </Figures>
      )}
    </States>
  )
}

interface OfConnectionProps {
  readonly tenant: string
  readonly connection: Connection
}

function OfConnection({ tenant, connection }: OfConnectionProps) {
  const { name, kind, label, baseUrl, callbackUrl, issuer, clientId, hasClientSecret, disabledAt } =
    connection
  const isReady = issuer !== null && hasClientSecret
  return (
    <Panel
      title={`Connection: ${name}`}
      actions={
        <>
          <Mark tone={isReady ? 'good' : 'warn'}>
            {isReady ? 'sign-in is set up' : 'sign-in is not set up'}
          </Mark>
          {disabledAt !== null && <Mark tone="calm">disabled</Mark>}
        </>
      }
    >
      <div className="stack">
        <Facts
          facts={{
            'Identity provider': KINDS[kind],
            Label: <bdi>{label}</bdi>,
            Issuer: issuer && <bdi>{issuer}</bdi>,
            'Client id': clientId && <bdi>{clientId}</bdi>,
            Id: <code>{connection.id}</code>,
          }}
        />
        <Copy label="BaseUrl, for provisioning" value={baseUrl} />
        <Copy label="Sign-in redirect URI" value={callbackUrl} />
        <Making tenant={tenant} connection={connection.id} />
        <Tokens tenant={tenant} connection={connection.id} />
      </div>
    </Panel>
  )
}

function Suspension({ tenant: { id, name, suspendedAt } }: { readonly tenant: Tenant }) {
  const [isAsking, setAsking] = useState(false)
  const queries = useQueryClient()
  const act = useAct({
    mutationFn: () =>
      suspendedAt === null ? api.suspendTenant({ tenant: id }) : api.resumeTenant({ tenant: id }),
    onSuccess: async () => {
      setAsking(false)
      await queries.invalidateQueries({ queryKey: ['tenant'] })
    },
  })
  const refusal = useRefusalOf('suspendTenant')
  const word = suspendedAt === null ? 'Suspend' : 'Resume'
  if (refusal !== undefined) return null
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        {word} …
      </Button>
      <Confirm
        opened={isAsking}
        title={`${word} ${name}?`}
        act={word}
        danger={suspendedAt === null}
        isActing={act.isPending}
        error={act.error}
        onConfirm={act.mutate}
        onClose={() => setAsking(false)}
      >
        {suspendedAt === null
          ? `Everybody of ${name} is signed out, and its SCIM requests and sign-ins are refused from then on.`
          : `The SCIM requests and sign-ins of ${name} are let in again.`}
      </Confirm>
    </>
  )
}
