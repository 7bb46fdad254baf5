/** Handlers of branding. */
import type { brandingRoutes } from '../../contract/index.ts'
import type { Branding } from '../../tenants/index.ts'
import { type Handlers, isoOrNull } from './handlers.ts'

export const brandingHandlers: Handlers<typeof brandingRoutes> = {
  readBranding: async ({ tenants }, { tenant }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    return presentBranding(await tenants.readBranding(tenantId))
  },

  changeBranding: async ({ tenants, actor }, { tenant, logo, replaces, ...change }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const bytes = typeof logo === 'string' ? Buffer.from(logo, 'base64') : logo
    return presentBranding(
      await tenants.changeBranding(actor, tenantId, {
        ...change,
        logo: bytes,
        replaces: typeof replaces === 'string' ? new Date(replaces) : replaces,
      }),
    )
  },
}

function presentBranding(branding: Branding) {
  return { ...branding, changedAt: isoOrNull(branding.changedAt) }
}
