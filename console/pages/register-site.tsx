/** Registering a site: its addresses, and what it then needs, with its secret shown once. */
import { TextInput } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { api, type Reply } from '../data/api.ts'
import {
  settingsOf,
  type SiteKind,
  sitesKey,
  useIsOperator,
  useSitesRefusal,
} from '../data/sites.ts'
import { ButtonLink } from '../parts/button-link.tsx'
import { InTenant } from '../parts/names.tsx'
import { Settings } from '../parts/settings.tsx'
import { KindField, SiteFields } from '../parts/site-fields.tsx'
import { SiteNeeds } from '../parts/site-needs.tsx'
import { paths } from '../paths.ts'
import { Page, Panel } from '../ui/page.tsx'

const route = getRouteApi('/tenants/$tenant/sites/register')

export function RegisterSitePage() {
  const { tenant } = route.useParams()
  const [kind, setKind] = useState<SiteKind>('secret')
  const isOperator = useIsOperator()
  const refusal = useSitesRefusal(tenant)
  const [made, setMade] = useState<Reply<'createSite'>>()
  if (made !== undefined) return <Made tenant={tenant} made={made} />
  return (
    <Page
      title="Register a site"
      above={<InTenant tenant={tenant} />}
      lead="Any application that speaks OpenID Connect, or whose proxy asks the gateway."
    >
      <Panel>
        <Settings
          route="createSite"
          refusal={refusal}
          act="Register"
          changes={[sitesKey(tenant)]}
          save={(field) =>
            api.createSite({
              tenant,
              ...settingsOf(field, kind, isOperator),
              ...(kind === 'gateway' && { gatewayOrigin: field('gatewayOrigin').trim() }),
            })
          }
          onDone={setMade}
        >
          <KindField kind={kind} choose={setKind} />
          <SiteFields kind={kind} />
          {kind === 'gateway' && (
            <TextInput
              name="gatewayOrigin"
              label="Its origin"
              description="Scheme, host and port that its proxy serves, and nothing more. All else follows from it."
              placeholder="https://wiki.acme.example"
              required
            />
          )}
        </Settings>
      </Panel>
    </Page>
  )
}

function Made({ tenant, made }: { readonly tenant: string; readonly made: Reply<'createSite'> }) {
  return (
    <Page
      title={`${made.name} is registered`}
      above={<InTenant tenant={tenant} />}
      lead="Hand these over to whoever runs the site."
      actions={
        <ButtonLink {...paths.site(tenant, made.id)} variant="default">
          Go to the site
        </ButtonLink>
      }
    >
      <SiteNeeds site={made} clientSecret={made.clientSecret} />
    </Page>
  )
}
