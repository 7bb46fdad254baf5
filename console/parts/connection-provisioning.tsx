/** How a connection's people arrive: its BaseUrl and credentials, OAuth and who may allow it, and what is kept of it. */
import { Checkbox, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type Item } from '../data/api.ts'
import { connectionsChange, type OfConnection } from '../data/connections.ts'
import { changing } from '../data/edited.ts'
import { keysOf } from '../data/sites.ts'
import { tenantQuery } from '../data/tenants.ts'
import { Copy, CopyOnce } from '../ui/copy.tsx'
import { Lines, linesOf } from '../ui/lines.tsx'
import { Panel, PanelBody } from '../ui/page.tsx'
import { Standing, States } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'
import { AskFirst } from './ask-first.tsx'
import { Credentials } from './credentials.tsx'
import { Settings } from './settings.tsx'

export function ConnectionProvisioning(of: OfConnection) {
  return (
    <>
      <Panel>
        <Copy label="BaseUrl" value={of.connection.baseUrl} />
      </Panel>
      <Credentials {...of} />
      <OauthClient {...of} />
      <Admins {...of} />
      <LogPolicy {...of} />
    </>
  )
}

function OauthClient({ tenant, connection }: OfConnection) {
  const { id, provisioningClient } = connection
  const { data } = useQuery(tenantQuery(tenant))
  const [made, setMade] = useState<string>()
  // Later looks do not change what is being edited.
  const [seen] = useState(connection)
  const { clientId, redirectUris } = provisioningClient
  return (
    <Panel
      title="Provisioning by OAuth"
      actions={
        <AskFirst
          route="rotateProvisioningSecret"
          act="Make a new secret"
          title="Make a new client secret?"
          danger
          run={() => api.rotateProvisioningSecret({ tenant, connection: id })}
          onDone={({ clientSecret }) => setMade(clientSecret)}
        >
          The present one is refused at once: the identity provider gets no further access token
          until the new one is entered there.
        </AskFirst>
      }
    >
      <div className="stack">
        {made !== undefined && <CopyOnce label="Client secret" value={made} />}
        <Copy label="Client id" value={clientId} />
        {data && (
          <>
            <Copy label="Authorize address" value={`${data.authority}/connect/authorize`} />
            <Copy label="Token address" value={`${data.authority}/connect/token`} />
          </>
        )}
        <Settings
          route="changeConnection"
          save={(field) =>
            changing(seen, (replaces) =>
              api.changeConnection({
                ...{ tenant, connection: id },
                ...{ provisioningRedirectUris: linesOf(field('redirectUris')), replaces },
              }),
            )
          }
          changes={connectionsChange(tenant)}
        >
          <Lines
            name="redirectUris"
            label="Callbacks"
            description="Where the identity provider takes its administrator back. One a line."
            values={redirectUris}
            required
          />
        </Settings>
        <ByItself tenant={tenant} connection={connection} />
      </div>
    </Panel>
  )
}

/** For an identity provider that asks for tokens with nobody's consent. */
function ByItself({ tenant, connection: { id, provisioningClient } }: OfConnection) {
  const { clientCredentials, jwks, lastUsedAt } = provisioningClient
  const [replaces, setReplaces] = useState({ clientCredentials, jwks })
  return (
    <Settings
      route="changeProvisioningClient"
      save={(field) => {
        const keys = field('jwks').trim()
        return api.changeProvisioningClient({
          tenant,
          connection: id,
          clientCredentials: field('clientCredentials') === 'on',
          jwks: keys === '' ? null : keysOf(keys),
          replaces,
        })
      }}
      changes={connectionsChange(tenant)}
      onDone={(kept) => {
        setReplaces({ clientCredentials: kept.clientCredentials, jwks: kept.jwks })
      }}
    >
      <Checkbox
        name="clientCredentials"
        label="It gets tokens by itself (client credentials)"
        description="With nobody's consent, by its secret or a signed JWT."
        defaultChecked={clientCredentials}
      />
      <Textarea
        name="jwks"
        label="Its public keys, instead of the secret"
        description="A JWK set, where the identity provider signs a JWT. Without it, it sends its secret."
        classNames={{ input: 'mono' }}
        defaultValue={jwks === null ? '' : JSON.stringify(jwks, null, 2)}
        autosize
        minRows={2}
        maxRows={12}
      />
      {clientCredentials && (
        <div className="soft">
          Last used: <Time at={lastUsedAt} relative />.
        </div>
      )}
    </Settings>
  )
}

type Admin = Item<'listAdmins'>

const adminsKey = (tenant: string, connection: string) => ['admins', tenant, connection]

const adminColumnsOf = ({ tenant, connection: { id } }: OfConnection): readonly Column<Admin>[] => [
  { name: 'Name', share: 4, cell: ({ name }) => <bdi>{name}</bdi> },
  { name: 'Since', share: 2, cell: ({ createdAt }) => <Time at={createdAt} /> },
  {
    name: 'Act',
    share: 1.4,
    cell: ({ name }) => (
      <AskFirst
        route="removeAdmin"
        act="Remove"
        on={name}
        title="Take the right away?"
        danger
        small
        run={() => api.removeAdmin({ tenant, connection: id, name })}
        changes={[adminsKey(tenant, id)]}
      >
        <bdi>{name}</bdi> allows no more provisioning by OAuth. What was allowed goes on until it is
        revoked.
      </AskFirst>
    ),
  },
]

function Admins(of: OfConnection) {
  const { tenant, connection } = of
  const key = adminsKey(tenant, connection.id)
  const asked = useQuery({
    queryKey: key,
    queryFn: () => api.listAdmins({ tenant, connection: connection.id }),
  })
  const rows = asked.data?.items ?? []
  return (
    <Panel flush title="Who may allow it">
      <States
        asked={asked}
        empty={
          rows.length === 0 && (
            <Standing icon="person" title="Nobody yet">
              <p>
                Provisioning by OAuth is allowed by somebody of the customer who signs in for it.
              </p>
            </Standing>
          )
        }
      >
        <Table
          label="Who may allow it"
          columns={adminColumnsOf(of)}
          rows={rows}
          keyOf={({ name }) => name}
        />
      </States>
      <PanelBody>
        <Settings
          route="addAdmin"
          act="Add"
          adds
          save={(field) =>
            api.addAdmin({ tenant, connection: connection.id, name: field('name').trim() })
          }
          changes={[key]}
        >
          <TextInput
            name="name"
            label="Somebody else"
            description="By the user name that their sign-in shows."
            maxLength={512}
            required
          />
        </Settings>
      </PanelBody>
    </Panel>
  )
}

function LogPolicy({ tenant, connection: { id } }: OfConnection) {
  const key = ['provisioning-log-policy', tenant, id]
  const asked = useQuery({
    queryKey: key,
    queryFn: () => api.readProvisioningLogPolicy({ tenant, connection: id }),
  })
  return (
    <Panel title="What the provisioning log keeps">
      <States asked={asked}>
        {asked.data && (
          <Settings
            route="changeProvisioningLogPolicy"
            save={(field) =>
              api.changeProvisioningLogPolicy({
                tenant,
                connection: id,
                keepsValues: field('keepsValues') === 'on',
              })
            }
            changes={[key]}
          >
            <Checkbox
              name="keepsValues"
              label="Keep the values that changed"
              description="Otherwise only the names of attributes. Values are personal data: keep them while you look for something."
              defaultChecked={asked.data.keepsValues}
            />
          </Settings>
        )}
      </States>
    </Panel>
  )
}
