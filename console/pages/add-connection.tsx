/** Another identity provider of a tenant, and what is then entered there, shown once. */
import { TextInput } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { api, type Reply } from '../data/api.ts'
import { connectionsChange } from '../data/connections.ts'
import { ButtonLink } from '../parts/button-link.tsx'
import { Handover } from '../parts/handover.tsx'
import { InTenant } from '../parts/names.tsx'
import { ProviderCallbacks, ProviderKind, providerOf } from '../parts/provider-fields.tsx'
import { Settings } from '../parts/settings.tsx'
import { paths } from '../paths.ts'
import { Page, Panel } from '../ui/page.tsx'

const route = getRouteApi('/tenants/$tenant/connections/add')

export function AddConnectionPage() {
  const { tenant } = route.useParams()
  const [made, setMade] = useState<Reply<'addConnection'>>()
  if (made !== undefined) return <Added tenant={tenant} made={made} />
  return (
    <Page
      title="Add a connection"
      above={<InTenant tenant={tenant} />}
      lead="Another identity provider of the same customer. People say where they work, or their domain does."
    >
      <Panel>
        <Settings
          route="addConnection"
          act="Add"
          save={(field) =>
            api.addConnection({
              tenant,
              name: field('name').trim(),
              label: field('label').trim(),
              ...providerOf(field),
            })
          }
          changes={connectionsChange(tenant)}
          onDone={setMade}
        >
          <TextInput
            name="name"
            label="Name"
            description="What people pick it by."
            maxLength={100}
            required
          />
          <TextInput
            name="label"
            label="Label"
            description="Leads every name, as in Acme:nadia@acme.example. No other connection has it."
            minLength={2}
            maxLength={32}
            required
          />
          <ProviderKind />
          <ProviderCallbacks />
        </Settings>
      </Panel>
    </Page>
  )
}

interface AddedProps {
  readonly tenant: string
  readonly made: Reply<'addConnection'>
}

function Added({ tenant, made: { connection, handover } }: AddedProps) {
  return (
    <Page
      title={`${connection.name} is added`}
      above={<InTenant tenant={tenant} />}
      lead="Hand these over to the customer's administrator."
      actions={
        <ButtonLink {...paths.connection(tenant, connection.id)} variant="default">
          Go to the connection
        </ButtonLink>
      }
    >
      <Handover handover={handover} />
    </Page>
  )
}
