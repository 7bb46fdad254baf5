/** How people sign in through a connection: what is entered at the provider, what it gave us, and a test. */
import { Radio, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../data/api.ts'
import { connectionsChange, type OfConnection } from '../data/connections.ts'
import { changing } from '../data/edited.ts'
import { paths } from '../paths.ts'
import { Copy } from '../ui/copy.tsx'
import type { Fields } from '../ui/form.tsx'
import { Lines, linesOf } from '../ui/lines.tsx'
import { Panel } from '../ui/page.tsx'
import { ConnectionTest } from './connection-test.tsx'
import { Settings } from './settings.tsx'
import { SigningKeys } from './signing-keys.tsx'

export function ConnectionSignIn({ tenant, connection }: OfConnection) {
  const { id, callbackUrl, globalTokenRevocationUrl } = connection
  const { backchannelLogoutUrl, securityEventsUrl } = connection
  return (
    <>
      <Panel title="The application at the identity provider">
        <OidcApplication tenant={tenant} connection={connection} />
      </Panel>
      {connection.authentication === 'private_key_jwt' && (
        <SigningKeys
          title="Our keys"
          queryKey={['connection', tenant, id, 'keys']}
          list={() => api.listConnectionKeys({ tenant, connection: id })}
          route="rotateConnectionKey"
          rotate={(atOnce) => api.rotateConnectionKey({ tenant, connection: id, atOnce })}
          atOnce="Sign-ins fail until the identity provider has fetched the new one."
        />
      )}
      <ConnectionTest tenant={tenant} connection={connection} />
      <Panel title="To enter at the identity provider">
        <div className="stack">
          <Copy label="Sign-in redirect URI" value={callbackUrl} />
          <Copy
            label="Global token revocation, for Universal Logout"
            value={globalTokenRevocationUrl}
          />
          <Copy
            label="Security events, for a Shared Signals transmitter"
            value={securityEventsUrl}
          />
          <Copy label="Back-channel logout" value={backchannelLogoutUrl} />
        </div>
      </Panel>
      <InternalHosts tenant={tenant} connection={connection} />
      <Panel title="Name">
        <Name tenant={tenant} connection={connection} />
      </Panel>
    </>
  )
}

function Name({ tenant, connection }: OfConnection) {
  const [seen] = useState(connection)
  return (
    <Settings
      route="changeConnection"
      save={(field) =>
        changing(seen, (replaces) =>
          api.changeConnection({
            ...{ tenant, connection: seen.id },
            ...{ name: field('name').trim(), replaces },
          }),
        )
      }
      changes={connectionsChange(tenant)}
    >
      <TextInput
        name="name"
        label="Name"
        description="What people pick it by, where there are several."
        defaultValue={seen.name}
        maxLength={100}
        required
      />
    </Settings>
  )
}

function InternalHosts({ tenant, connection }: OfConnection) {
  const [seen] = useState(connection)
  return (
    <Panel title="Within the inner network">
      <Settings
        route="allowInternalHosts"
        save={(field) =>
          changing(seen, (replaces) =>
            api.allowInternalHosts({
              ...{ tenant, connection: seen.id },
              ...{ internalHosts: linesOf(field('internalHosts')), replaces },
            }),
          )
        }
        changes={connectionsChange(tenant)}
      >
        <Lines
          name="internalHosts"
          label="Hosts that may be reached"
          description="Where the identity provider is not on the public internet: host names, addresses or ranges such as 10.20.0.0/16. Nothing else of the inner network is connected to."
          values={seen.internalHosts}
        />
      </Settings>
    </Panel>
  )
}

type Authentication = OfConnection['connection']['authentication']

function OidcApplication({ tenant, connection }: OfConnection) {
  const { id, issuer, clientId, hasClientSecret, jwksUrl } = connection
  // Later looks do not change what is being edited.
  const [seen] = useState(connection)
  const [authentication, setAuthentication] = useState<Authentication>(connection.authentication)
  const save = (field: Fields) => {
    const clientSecret = authentication === 'client_secret' ? field('clientSecret').trim() : ''
    const oidcApplication = {
      issuer: field('issuer').trim(),
      clientId: field('clientId').trim(),
      authentication,
      ...(clientSecret !== '' && { clientSecret }),
    }
    return changing(seen, (replaces) =>
      api.changeConnection({ tenant, connection: id, oidcApplication, replaces }),
    )
  }
  return (
    <Settings route="changeConnection" save={save} changes={connectionsChange(tenant)}>
      <TextInput
        name="issuer"
        label="Issuer"
        description="As its discovery document says, letter by letter."
        placeholder="https://acme.okta.com"
        defaultValue={issuer ?? ''}
        required
      />
      <TextInput name="clientId" label="Client id" defaultValue={clientId ?? ''} required />
      <Radio.Group
        label="How we show who we are"
        value={authentication}
        onChange={(value) =>
          setAuthentication(value === 'private_key_jwt' ? value : 'client_secret')
        }
      >
        <div className="stack" style={{ gap: 10, marginTop: 8 }}>
          <Radio value="client_secret" label="By a client secret" />
          <Radio
            value="private_key_jwt"
            label="By a signed JWT (private_key_jwt)"
            description="The key is ours and stays here; the provider reads its public part at the address below."
          />
        </div>
      </Radio.Group>
      {authentication === 'client_secret' ? (
        <TextInput
          name="clientSecret"
          type="password"
          autoComplete="off"
          label="Client secret"
          description={hasClientSecret ? 'There is one. Leave this empty to keep it.' : undefined}
          required={!hasClientSecret}
        />
      ) : (
        <Copy label="Our keys, as a JWK set" value={jwksUrl} />
      )}
      <div className="soft">
        The issuer also needs a <Link {...paths.mappings(tenant)}>claim type mapping</Link>, which
        says who its tokens are about.
      </div>
    </Settings>
  )
}
