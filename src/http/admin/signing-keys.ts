/** Handlers of the keys that a tenant's Authority signs with. */
import type { signingKeyRoutes } from '../../contract/index.ts'
import type { SigningKey } from '../../lib/index.ts'
import { type Handlers, iso, isoOrNull } from './handlers.ts'

export const signingKeyHandlers: Handlers<typeof signingKeyRoutes> = {
  listSigningKeys: async ({ tenants, signin }, { tenant }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    return presentKeys(await signin.listKeys(tenantId))
  },

  rotateSigningKey: async ({ tenants, signin, actor }, { tenant, atOnce }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    await signin.rotateKeys(actor, tenantId, { atOnce })
    return presentKeys(await signin.listKeys(tenantId))
  },
}

export function presentKeys(keys: readonly SigningKey[]) {
  return {
    items: keys.map(({ keyId, stage, createdAt, signsFrom, publishedUntil }) => ({
      ...{ id: keyId, stage, createdAt: iso(createdAt) },
      signsFrom: iso(signsFrom),
      publishedUntil: isoOrNull(publishedUntil),
    })),
  }
}
