/** Handlers of domains. */
import type { domainRoutes } from '../../contract/index.ts'
import type { Domain } from '../../tenants/index.ts'
import { type Handlers, iso, isoOrNull, onlyConnection } from './handlers.ts'

export const domainHandlers: Handlers<typeof domainRoutes> = {
  addDomain: async ({ tenants, actor }, { tenant, domain, connectionId }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const id = connectionId ?? (await onlyConnection(tenants, tenantId))
    return presentDomain(await tenants.addDomain(actor, tenantId, id, domain))
  },

  listDomains: async ({ tenants }, { tenant }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    return { items: (await tenants.listDomains(tenantId)).map(presentDomain) }
  },

  verifyDomain: async ({ tenants, actor }, { tenant, domain }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    return presentDomain(await tenants.verifyDomain(actor, tenantId, domain))
  },

  removeDomain: async ({ tenants, actor }, { tenant, domain }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    await tenants.removeDomain(actor, tenantId, domain)
  },
}

export function presentDomain({ createdAt, verifiedAt, ...domain }: Domain) {
  return { ...domain, createdAt: iso(createdAt), verifiedAt: isoOrNull(verifiedAt) }
}
