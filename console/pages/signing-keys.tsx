/** What a tenant's Authority signs with. */
import { getRouteApi } from '@tanstack/react-router'
import { api } from '../data/api.ts'
import { SettingsPage } from '../parts/settings-page.tsx'
import { SigningKeys } from '../parts/signing-keys.tsx'

const route = getRouteApi('/tenants/$tenant/settings/signing-keys')

export function SigningKeysPage() {
  const { tenant } = route.useParams()
  return (
    <SettingsPage
      tenant={tenant}
      title="Signing keys"
      lead="What ID tokens and logout notices of this tenant are signed with. They replace themselves in time."
    >
      <SigningKeys
        title="Signing keys"
        queryKey={['signing-keys', tenant]}
        list={() => api.listSigningKeys({ tenant })}
        route="rotateSigningKey"
        rotate={(atOnce) => api.rotateSigningKey({ tenant, atOnce })}
        atOnce="What it signed is good for nothing: sites refuse tokens that they were given until now, and sign-ins fail at sites that fetch keys seldom."
      />
    </SettingsPage>
  )
}
