/** Handlers of extension schemas. */
import type { extensionSchemaRoutes } from '../../contract/index.ts'
import type { ExtensionSchema } from '../../tenants/index.ts'
import { type Handlers, iso } from './handlers.ts'

export const extensionSchemaHandlers: Handlers<typeof extensionSchemaRoutes> = {
  listExtensionSchemas: async ({ tenants }, { tenant, connection }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    await tenants.readConnection(tenantId, connection)
    return { items: (await tenants.listExtensions(tenantId, connection)).map(present) }
  },

  declareExtensionSchema: async ({ tenants, actor }, { tenant, connection, ...declaration }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    return present(await tenants.declareExtension(actor, tenantId, connection, declaration))
  },

  removeExtensionSchema: async ({ tenants, actor }, { tenant, connection, urn }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    await tenants.removeExtension(actor, tenantId, connection, urn)
  },
}

function present({ resourceType, schema, createdAt }: ExtensionSchema) {
  const { attributes, ...rest } = schema
  return {
    resourceType,
    createdAt: iso(createdAt),
    schema: { ...rest, attributes: attributes.map((attribute) => ({ ...attribute })) },
  }
}
