/** Whether a bearer token at the SCIM edge is an access token that this tenant's Authority issued for it. */
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
      const payload = await payloads.find(tenantId, 'AccessToken', token)
      const { clientId, grantId, scope = '' } = payload ?? {}
      if (clientId === undefined || grantId === undefined || !scope.split(' ').includes('scim'))
        return undefined
      const client = await tenants.readClient(tenantId, clientId)
      return client?.kind === 'provisioning'
        ? { connectionId: client.connectionId, grantId }
        : undefined
    },
    noteUse: grants.noteUse,
  }
}
