/** One connection: how people sign in through it, how they are provisioned, who sets it up, how it is read. */
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { api } from '../data/api.ts'
import {
  connectionQuery,
  connectionsChange,
  isSignInSetUp,
  type OfConnection,
  type OneConnection,
} from '../data/connections.ts'
import { changing } from '../data/edited.ts'
import { KINDS } from '../data/tenants.ts'
import { AskFirst } from '../parts/ask-first.tsx'
import { ConnectionDialect } from '../parts/connection-dialect.tsx'
import { ConnectionProvisioning } from '../parts/connection-provisioning.tsx'
import { ConnectionSchemas } from '../parts/connection-schemas.tsx'
import { ConnectionSetup } from '../parts/connection-setup.tsx'
import { ConnectionSignIn } from '../parts/connection-sign-in.tsx'
import { InTenant } from '../parts/names.tsx'
import { Sections } from '../parts/sections.tsx'
import { type ConnectionPart, paths } from '../paths.ts'
import { Mark, Note, Page } from '../ui/page.tsx'
import { States } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'

const route = getRouteApi('/tenants/$tenant/connections/$connection')

const PARTS: Readonly<Record<ConnectionPart, [string, (of: OfConnection) => ReactNode]>> = {
  provisioning: ['Provisioning', ConnectionProvisioning],
  setup: ['Setup links', ConnectionSetup],
  dialect: ['Dialect', ConnectionDialect],
  schemas: ['Schemas', ConnectionSchemas],
}

const NAMES = Object.keys(PARTS) as ConnectionPart[]

export function ConnectionPage() {
  const { tenant, connection: id } = route.useParams()
  const { part, test } = route.useSearch()
  const asked = useQuery(connectionQuery(tenant, id))
  const connection = asked.data
  const Shown = part === undefined ? ConnectionSignIn : PARTS[part][1]
  return (
    <Page
      title={connection?.name ?? 'Connection'}
      above={<InTenant tenant={tenant} />}
      lead={connection && <Lead tenant={tenant} connection={connection} />}
      actions={connection && <Acts tenant={tenant} connection={connection} />}
    >
      <Sections
        label="Of this connection"
        links={[
          ['Sign-in', paths.connection(tenant, id, test === undefined ? {} : { test })],
          ...NAMES.map(
            (name) => [PARTS[name][0], paths.connection(tenant, id, { part: name })] as const,
          ),
        ]}
      />
      <States asked={asked}>
        {connection && (
          <>
            {connection.disabledAt !== null && (
              <Note tone="warn" title="This connection is disabled">
                <p>
                  Since <Time at={connection.disabledAt} /> its SCIM requests are refused and nobody
                  signs in through it.
                </p>
              </Note>
            )}
            <Shown key={connection.id} tenant={tenant} connection={connection} />
          </>
        )}
      </States>
    </Page>
  )
}

function Lead({ tenant, connection }: OfConnection) {
  const isSetUp = isSignInSetUp(connection)
  return (
    <>
      {KINDS[connection.kind]}, label <bdi>{connection.label}</bdi>, <code>{connection.id}</code>{' '}
      <Mark tone={isSetUp ? 'good' : 'warn'}>
        {isSetUp ? 'sign-in is set up' : 'sign-in is not set up'}
      </Mark>{' '}
      <Link {...paths.signIns(tenant, { connection: connection.id })}>Sign-ins</Link>
    </>
  )
}

function Acts({ tenant, connection }: OfConnection) {
  const { id, name, label, disabledAt } = connection
  const navigate = useNavigate()
  const isOn = disabledAt === null
  const changes = connectionsChange(tenant)
  return (
    <>
      <AskFirst
        route="changeConnection"
        act={isOn ? 'Disable' : 'Enable'}
        title={`${isOn ? 'Disable' : 'Enable'} ${name}?`}
        danger={isOn}
        run={() =>
          changing(connection, (replaces) =>
            api.changeConnection({ tenant, connection: id, disabled: isOn, replaces }),
          )
        }
        changes={changes}
      >
        {isOn
          ? 'Everybody who signed in through it is signed out, nobody signs in through it any more, and its SCIM requests are refused. Its people and groups stay as they are.'
          : 'People sign in through it again, and its SCIM requests are let in.'}
      </AskFirst>
      {!isOn && (
        <AskFirst
          route="removeConnection"
          act="Remove"
          title={`Remove ${name}?`}
          danger
          run={() => removeAll(tenant, id)}
          changes={[['tenant', tenant]]}
          onDone={() => void navigate({ ...paths.tenant(tenant), replace: true })}
        >
          Every person and group of <bdi>{label}</bdi> is deleted for sites, and the brake does not
          hold them. Its tokens, grants, setup links, domains, mappings and rules go. It cannot be
          taken back.
        </AskFirst>
      )}
    </>
  )
}

/** One request takes only so many of its people. */
async function removeAll(tenant: string, connection: OneConnection['id']): Promise<void> {
  while (!(await api.removeConnection({ tenant, connection })).isGone);
}
