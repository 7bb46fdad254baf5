/**
 * What whoever provisions gets: all that provisioning needs. Okta has no field for scopes; its administrator may write some into
 * the addresses, and as far as its pages tell it sends none otherwise. A server may give another scope than was asked, and says so in its answer (RFC 6749 sections
 * 3.3 and 5.1).
 *
 * @see https://support.okta.com/help/s/article/adding-a-custom-scope-to-scim-oauth-flow-in-okta
 */
import type { Provider } from 'oidc-provider'
import { isProvisioning, PROVISIONING_SCOPES } from './clients.ts'

/** @param url  of a request for authorisation: the administrator is asked for all of it, whatever the request asks for */
export function askToProvision({ searchParams }: URL): void {
  if (isProvisioning({ clientId: searchParams.get('client_id') ?? undefined }))
    searchParams.set('scope', PROVISIONING_SCOPES.join(' '))
}

/** By client credentials, where no person is: the SCIM root, where nothing else is asked for. */
export function provisionsByDefault(provider: Provider): void {
  const { save } = provider.ClientCredentials.prototype
  Object.assign(provider.ClientCredentials.prototype, {
    save(this: InstanceType<typeof provider.ClientCredentials>, ...given: Parameters<typeof save>) {
      if (isProvisioning(this)) this.scope ??= 'scim'
      return save.apply(this, given)
    },
  })
}
