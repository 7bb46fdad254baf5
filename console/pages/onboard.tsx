/** Onboarding: one form, and the values to hand over, which are shown once. */
import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { api, type Reply } from '../data/api.ts'
import { ButtonLink } from '../parts/button-link.tsx'
import { Handover } from '../parts/handover.tsx'
import { ProviderCallbacks, ProviderKind, providerOf } from '../parts/provider-fields.tsx'
import { Settings } from '../parts/settings.tsx'
import { paths } from '../paths.ts'
import { Page, Panel } from '../ui/page.tsx'

export function OnboardPage() {
  const [made, setMade] = useState<Reply<'onboardTenant'>>()
  if (made !== undefined) return <Onboarded made={made} />
  return (
    <Page
      title="Onboard a tenant"
      lead="It gets an Authority of its own, a connection, and the values to enter at its identity provider."
    >
      <Panel>
        <Settings
          route="onboardTenant"
          act="Onboard"
          save={(field) =>
            api.onboardTenant({
              name: field('name').trim(),
              label: field('label').trim() || undefined,
              adminUserName: field('adminUserName').trim() || undefined,
              ...providerOf(field),
            })
          }
          changes={[['overview']]}
          onDone={setMade}
        >
          <TextInput
            name="name"
            label="Name"
            description="The customer's."
            maxLength={100}
            required
          />
          <ProviderKind />
          <TextInput
            name="label"
            label="Label"
            description="Leads every name, as in Acme:nadia@acme.example. Made of the name if left out."
            maxLength={32}
          />
          <TextInput
            name="adminUserName"
            label="Their administrator"
            description="The user name of who may allow provisioning by OAuth."
            maxLength={512}
          />
          <ProviderCallbacks />
        </Settings>
      </Panel>
    </Page>
  )
}

function Onboarded({ made: { tenant, handover } }: { readonly made: Reply<'onboardTenant'> }) {
  return (
    <Page
      title={`${tenant.name} is onboarded`}
      lead="Hand these over to the customer's administrator."
      actions={
        <ButtonLink {...paths.tenant(tenant.id)} variant="default">
          Go to the tenant
        </ButtonLink>
      }
    >
      <Handover handover={handover} />
    </Page>
  )
}
