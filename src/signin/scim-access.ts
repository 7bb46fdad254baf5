/** Whether a bearer token at the SCIM edge is an access token that this tenant's Authority issued for it. */
import { isId } from '../lib/index.ts'
import type { AccessTokens } from '../tenants/index.ts'
import type { Given } from './given.ts'
import type { Payloads } from './payloads.ts'
import type { ProvisioningGrants } from './provisioning-grants.ts'

export function createScimAccess({
  tenants,
  payloads,
  grants,
}: Pick<Given, 'tenants'> & {
  readonly payloads: Payloads
  readonly grants: ProvisioningGrants
}): AccessTokens {
  return {
    async read(tenantId, token) {
      const granted = await payloads.find(tenantId, 'AccessToken', token)
      const payload = granted ?? (await payloads.find(tenantId, 'ClientCredentials', token))
      const { clientId, grantId, scope = '' } = payload ?? {}
      if (clientId === undefined || !scope.split(' ').includes('scim')) return undefined
      const client = await tenants.readClient(tenantId, clientId)
      if (client?.kind !== 'provisioning') return undefined
      const { connectionId, clientCredentials } = client
      if (granted === undefined)
        return clientCredentials ? { connectionId, credentialId: clientId } : undefined
      return grantId === undefined ? undefined : { connectionId, credentialId: grantId }
    },
    noteUse: (tenantId, credentialId, from) =>
      isId('cli', credentialId)
        ? tenants.noteProvisioningClientUse(tenantId, credentialId, from)
        : grants.noteUse(tenantId, credentialId, from),
  }
}
