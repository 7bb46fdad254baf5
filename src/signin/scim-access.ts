/** Whether a bearer token at the SCIM edge is an access token that this tenant's Authority issued for it. */
import type { ReadAccessToken } from '../tenants/index.ts'
import type { Given } from './given.ts'
import type { Payloads } from './payloads.ts'

export function createScimAccess({
  tenants,
  payloads,
}: Pick<Given, 'tenants'> & { readonly payloads: Payloads }): ReadAccessToken {
  return async (tenantId, token) => {
    const payload = await payloads.find(tenantId, 'AccessToken', token)
    if (payload?.clientId === undefined || !payload.scope?.split(' ').includes('scim'))
      return undefined
    const client = await tenants.readClient(tenantId, payload.clientId)
    if (client?.kind !== 'provisioning') return undefined
    return { connectionId: client.connectionId, clientId: client.clientId }
  }
}
