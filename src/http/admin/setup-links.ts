/** Handlers of setup links. */
import type { setupLinkRoutes } from '../../contract/index.ts'
import type { SetupLink } from '../../tenants/index.ts'
import { type Handlers, iso, isoOrNull } from './handlers.ts'

export const setupLinkHandlers: Handlers<typeof setupLinkRoutes> = {
  createSetupLink: async ({ tenants, actor, clock }, { tenant, connection, days }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const { url, ...link } = await tenants.createSetupLink(actor, tenantId, connection, days)
    return { ...presentLink(link, clock()), url }
  },

  listSetupLinks: async ({ tenants, clock }, { tenant, connection }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    await tenants.readConnection(tenantId, connection)
    const links = await tenants.listSetupLinks(tenantId, connection)
    return { items: links.map((link) => presentLink(link, clock())) }
  },

  revokeSetupLink: async ({ tenants, actor, clock }, { tenant, connection, link }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    return presentLink(await tenants.revokeSetupLink(actor, tenantId, connection, link), clock())
  },
}

function presentLink(link: SetupLink, now: Date) {
  const { linkId: id, createdBy, createdAt, expiresAt, revokedAt, lastUsedAt } = link
  const ended = expiresAt <= now ? 'expired' : 'live'
  return {
    ...{ id, createdBy },
    state: revokedAt === null ? ended : 'revoked',
    createdAt: iso(createdAt),
    expiresAt: iso(expiresAt),
    revokedAt: isoOrNull(revokedAt),
    lastUsedAt: isoOrNull(lastUsedAt),
  } as const
}
