/** Handlers of the keys that a tenant's Authority signs with. */
import type { signingKeyRoutes } from '../../contract/index.ts'
import type { SigningKey } from '../../signin/index.ts'
import { type Handlers, iso, isoOrNull } from './handlers.ts'

export const signingKeyHandlers: Handlers<typeof signingKeyRoutes> = {
  listSigningKeys: async ({ tenants, signin }, { tenant }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    return present(await signin.listKeys(tenantId))
  },

  rotateSigningKey: async ({ tenants, signin, actor }, { tenant, atOnce }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    await signin.rotateKeys(actor, tenantId, { atOnce })
    return present(await signin.listKeys(tenantId))
  },
}

function present(keys: readonly SigningKey[]) {
  return {
    items: keys.flatMap(({ stage, ...key }) =>
      stage === 'ended'
        ? []
        : [
            {
              id: key.keyId,
              stage,
              createdAt: iso(key.createdAt),
              signsFrom: iso(key.signsFrom),
              publishedUntil: isoOrNull(key.publishedUntil),
            },
          ],
    ),
  }
}
