/** Onboarding: one form, and the values to hand over, which are shown once. */
import { Button, Select, Textarea, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'

import { ButtonLink } from '../parts/button-link.tsx'
import { useAct } from '../data/act.ts'
import { api, type Reply } from '../data/api.ts'
import { KINDS } from '../data/tenants.ts'
import { paths } from '../paths.ts'
import { Copy } from '../ui/copy.tsx'
import { type Fields, Form } from '../ui/form.tsx'
import { Note, Page, Panel } from '../ui/page.tsx'

export function OnboardPage() {
  const queries = useQueryClient()
  const onboard = useAct({
    mutationFn: (field: Fields) => {
      const text = (name: string) => field(name).trim()
      return api.onboardTenant({
        name: text('name'),
        kind: KIND_NAMES.find((kind) => KINDS[kind] === text('kind')) ?? 'okta',
        label: text('label') || undefined,
        adminUserName: text('adminUserName') || undefined,
        redirectUris: text('redirectUris').split(/\s+/).filter(Boolean),
      })
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['overview'] }),
  })
  if (onboard.data !== undefined) return <Handover made={onboard.data} />
  return (
    <Page
      title="Onboard a tenant"
      lead="It gets an Authority of its own, a connection, and the values to enter at its identity provider."
    >
      <Panel>
        <Form send={onboard.mutate} error={onboard.error} style={{ maxWidth: 560 }}>
          <TextInput
            name="name"
            label="Name"
            description="The customer's."
            maxLength={100}
            required
          />
          <Select
            name="kind"
            label="Identity provider"
            data={KIND_NAMES.map((kind) => KINDS[kind])}
            defaultValue={KINDS.okta}
            allowDeselect={false}
          />
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
          <Textarea
            name="redirectUris"
            label="Callbacks of OAuth provisioning"
            description="One a line. Okta's own if left out."
            autosize
            minRows={2}
          />
          <div>
            <Button type="submit" loading={onboard.isPending}>
              Onboard
            </Button>
          </div>
        </Form>
      </Panel>
    </Page>
  )
}

const KIND_NAMES = Object.keys(KINDS) as (keyof typeof KINDS)[]

function Handover({ made: { tenant, handover } }: { readonly made: Reply<'onboardTenant'> }) {
  const { client, scim } = handover
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
      <Note tone="warn" title="The secrets are shown once">
        <p>Copy them before you leave this page. What is lost is replaced by a new one.</p>
      </Note>
      <Panel title="The three values">
        <div className="stack">
          <Copy label="Authority" value={client.authority} />
          <Copy label="BaseUrl" value={scim.baseUrl} />
          <Copy label="Token" value={scim.token} />
        </div>
      </Panel>
      <Panel title="For provisioning by OAuth">
        <div className="stack">
          <Copy label="Client id" value={client.clientId} />
          <Copy label="Client secret" value={client.clientSecret} />
          <Copy label="Redirect URI" value={client.redirectUri} />
          <Copy label="Scope" value={client.scope} />
        </div>
      </Panel>
      <Panel title="All of it, as JSON">
        <Copy label="Handover" value={JSON.stringify(handover)} />
      </Panel>
    </Page>
  )
}
