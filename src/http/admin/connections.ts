/** Handlers of connections, their credentials and their administrators. */
import type { connectionRoutes } from '../../contract/index.ts'
import { Refusal } from '../../lib/index.ts'
import type { ProvisioningClient, ScimToken } from '../../tenants/index.ts'
import { type Handlers, iso, isoOrNull } from './handlers.ts'
import { presentConnection } from './tenants.ts'

export const connectionHandlers: Handlers<typeof connectionRoutes> = {
  listConnections: async ({ tenants, publicUrl }, input) => {
    const { tenantId } = await tenants.findTenant(input.tenant)
    const connections = await tenants.allConnections(tenantId)
    return { items: connections.map((connection) => presentConnection(publicUrl, connection)) }
  },

  readConnection: async ({ tenants, publicUrl }, input) => {
    const { tenantId } = await tenants.findTenant(input.tenant)
    const connection = await tenants.readConnection(tenantId, input.connection)
    const client = await tenants.readProvisioningClient(tenantId, input.connection)
    return {
      ...presentConnection(publicUrl, connection),
      provisioningClient: presentClient(client),
    }
  },

  changeConnection: async ({ tenants, signin, actor, publicUrl }, input) => {
    const { connection: connectionId, oidcApplication, provisioningRedirectUris, disabled } = input
    const { tenantId } = await tenants.findTenant(input.tenant)
    await tenants.readConnection(tenantId, connectionId)
    const asked = [oidcApplication, provisioningRedirectUris, disabled]
    if (asked.filter((part) => part !== undefined).length !== 1)
      throw new Refusal(
        'invalid_input',
        'Give one of oidcApplication, provisioningRedirectUris and disabled: each is an act of its own.',
      )
    if (oidcApplication !== undefined)
      await tenants.setOidcApplication(actor, tenantId, connectionId, oidcApplication)
    if (provisioningRedirectUris !== undefined)
      await tenants.setProvisioningRedirectUris(
        actor,
        tenantId,
        connectionId,
        provisioningRedirectUris,
      )
    if (disabled === true) {
      await tenants.disableConnection(actor, tenantId, connectionId)
      await signin.endAllSessions(tenantId, 'connection-disabled', connectionId)
    }
    if (disabled === false) await tenants.enableConnection(actor, tenantId, connectionId)
    return presentConnection(publicUrl, await tenants.readConnection(tenantId, connectionId))
  },

  listTokens: async ({ tenants, clock }, input) => {
    const { tenantId } = await tenants.findTenant(input.tenant)
    await tenants.readConnection(tenantId, input.connection)
    const tokens = await tenants.listTokens(tenantId, input.connection)
    return { items: tokens.map((token) => presentToken(token, clock())) }
  },

  mintToken: async ({ tenants, actor, clock }, input) => {
    const { tenantId } = await tenants.findTenant(input.tenant)
    const minted = await tenants.mintToken(actor, tenantId, input.connection, input)
    return { ...presentToken(minted, clock()), token: minted.token }
  },

  revokeToken: async ({ tenants, actor, clock }, input) => {
    const { tenantId } = await tenants.findTenant(input.tenant)
    const { connection, lookupId } = input
    return presentToken(await tenants.revokeToken(actor, tenantId, connection, lookupId), clock())
  },

  rotateProvisioningSecret: async ({ tenants, actor }, input) => {
    const { tenantId } = await tenants.findTenant(input.tenant)
    const client = await tenants.rotateProvisioningSecret(actor, tenantId, input.connection)
    return { ...presentClient(client), clientSecret: client.clientSecret }
  },

  listAdmins: async ({ tenants }, input) => {
    const { tenantId } = await tenants.findTenant(input.tenant)
    await tenants.readConnection(tenantId, input.connection)
    const admins = await tenants.listAdmins(tenantId, input.connection)
    return { items: admins.map(({ name, createdAt }) => ({ name, createdAt: iso(createdAt) })) }
  },

  addAdmin: async ({ tenants, actor }, input) => {
    const { tenantId } = await tenants.findTenant(input.tenant)
    await tenants.addAdmin(actor, tenantId, input.connection, input.name)
  },

  removeAdmin: async ({ tenants, actor }, input) => {
    const { tenantId } = await tenants.findTenant(input.tenant)
    await tenants.removeAdmin(actor, tenantId, input.connection, input.name)
  },
}

function presentClient({ clientId, redirectUris, createdAt }: ProvisioningClient) {
  return { clientId, redirectUris: [...redirectUris], createdAt: iso(createdAt) }
}

function presentToken(token: ScimToken, now: Date) {
  const ended = token.expiresAt <= now ? 'expired' : 'live'
  return {
    lookupId: token.lookupId,
    state: token.revokedAt === null ? ended : 'revoked',
    createdAt: iso(token.createdAt),
    expiresAt: iso(token.expiresAt),
    revokedAt: isoOrNull(token.revokedAt),
    lastUsedAt: isoOrNull(token.lastUsedAt),
    lastUsedFrom: token.lastUsedFrom,
  } as const
}
