/** How a connection is spoken with: read, changed. */
import type { dialectRoutes } from '../../contract/index.ts'
import { REWRITES } from '../../scim/index.ts'
import type { Handlers } from './handlers.ts'

export const dialectHandlers: Handlers<typeof dialectRoutes> = {
  readDialect: async ({ tenants }, input) => {
    const { tenantId } = await tenants.findTenant(input.tenant)
    await tenants.readConnection(tenantId, input.connection)
    return present(await tenants.readDialect(tenantId, input.connection))
  },

  changeDialect: async ({ tenants, actor }, { tenant, connection, ...change }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    return present(await tenants.changeDialect(actor, tenantId, connection, change))
  },
}

function present({ strict, off }: { strict: boolean; off: readonly string[] }) {
  return {
    strict,
    off: [...off],
    rewrites: REWRITES.map(({ name, clients }) => ({ name, clients: [...clients] })),
  }
}
