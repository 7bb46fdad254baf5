/** Handler of the overview. */
import type { overviewRoutes } from '../../contract/index.ts'
import type { Expiring, TenantHealth } from '../../explain/index.ts'
import { type Handlers, iso, isoOrNull } from './handlers.ts'

export const overviewHandlers: Handlers<typeof overviewRoutes> = {
  readOverview: async ({ explain }, ask) => {
    const { items, ...counts } = await explain.overview(ask)
    return { ...counts, items: items.map(present) }
  },

  readHistory: async ({ explain }, { days }) => {
    const { tenants, ...history } = await explain.history(days)
    return {
      ...history,
      tenants: Array.from(tenants, ([id, { worst, all, refused, failed }]) => ({
        id,
        worst: [...worst],
        all: [...all],
        refused: [...refused],
        failed: [...failed],
      })),
    }
  },

  listFailingSites: async ({ explain }) => {
    const sites = await explain.failingSites()
    return {
      items: sites.map(({ siteId: id, tenant, since, ...site }) => ({
        ...site,
        id,
        tenant: { id: tenant.tenantId, name: tenant.name },
        since: iso(since),
      })),
    }
  },

  listExpiring: async ({ explain }, { days }) => ({
    items: (await explain.expiring(days)).map(presentExpiring),
  }),
}

function presentExpiring({ tenant, expiresAt, lastUsedAt, ...expiring }: Expiring) {
  return {
    ...expiring,
    tenant: tenant && { id: tenant.tenantId, name: tenant.name },
    expiresAt: iso(expiresAt),
    lastUsedAt: isoOrNull(lastUsedAt),
  }
}

function present({ tenant, health, reasons, ...known }: TenantHealth) {
  return {
    id: tenant.tenantId,
    name: tenant.name,
    createdAt: iso(tenant.createdAt),
    health,
    reasons: reasons.map(({ since, ...reason }) => ({ ...reason, since: isoOrNull(since) })),
    waiting: known.waiting,
    oldestWaitingAt: isoOrNull(known.oldestWaitingAt),
    quarantined: known.quarantined,
    held: known.held,
    signedIn: known.signedIn,
    refused: known.refused,
  }
}
