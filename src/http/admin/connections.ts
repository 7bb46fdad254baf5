/** Handlers of connections, their credentials and their administrators. */
import type { connectionRoutes } from '../../contract/index.ts'
import { type ConnectionId, isId, Refusal, type TenantId } from '../../lib/index.ts'
import type { ProvisioningGrant } from '../../signin/index.ts'
import type { ProvisioningClient, ScimToken } from '../../tenants/index.ts'
import { type AdminParts, type Asking, dateOf, type Handlers, iso, isoOrNull } from './handlers.ts'
import { presentKeys } from './signing-keys.ts'
import { callbacksOf, presentConnection } from './tenants.ts'

/** So that a request of the largest connection is answered too. */
const BATCHES_AT_A_TIME = 5

export const connectionHandlers: Handlers<typeof connectionRoutes> = {
  listConnections: async ({ tenants, publicUrl }, input) => {
    const { tenantId } = await tenants.findTenant(input.tenant)
    const connections = await tenants.allConnections(tenantId)
    return { items: connections.map((connection) => presentConnection(publicUrl, connection)) }
  },

  addConnection: async ({ tenants, actor, publicUrl, oktaAppName }, input) => {
    const { tenantId } = await tenants.findTenant(input.tenant)
    const redirectUris = callbacksOf(input, oktaAppName)
    const made = await tenants.addConnection(actor, tenantId, { ...input, redirectUris })
    return { ...made, connection: presentConnection(publicUrl, made.connection) }
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

  changeConnection: async ({ tenants, signin, operators, actor, publicUrl }, input) => {
    const {
      connection: connectionId,
      oidcApplication,
      provisioningRedirectUris,
      name,
      disabled,
    } = input
    const replaces = dateOf(input.replaces)
    const { tenantId } = await tenants.findTenant(input.tenant)
    await tenants.readConnection(tenantId, connectionId)
    const asked = [oidcApplication, provisioningRedirectUris, name, disabled]
    if (asked.filter((part) => part !== undefined).length !== 1)
      throw new Refusal(
        'invalid_input',
        'Give one of oidcApplication, provisioningRedirectUris, name and disabled: each is an act of its own.',
      )
    if (oidcApplication !== undefined)
      await tenants.setOidcApplication(actor, tenantId, connectionId, oidcApplication, replaces)
    if (provisioningRedirectUris !== undefined)
      await tenants.setProvisioningRedirectUris(
        actor,
        tenantId,
        connectionId,
        provisioningRedirectUris,
        replaces,
      )
    if (name !== undefined)
      await tenants.renameConnection(actor, tenantId, connectionId, name, replaces)
    if (disabled === true) {
      await tenants.disableConnection(actor, tenantId, connectionId, replaces)
      await signin.endAllSessions(tenantId, 'connection-disabled', connectionId)
      await operators.holdLinkedThrough(connectionId)
    }
    if (disabled === false) {
      await tenants.enableConnection(actor, tenantId, connectionId, replaces)
      await operators.releaseLinkedThrough(connectionId)
    }
    return presentConnection(publicUrl, await tenants.readConnection(tenantId, connectionId))
  },

  allowInternalHosts: async ({ tenants, actor, publicUrl }, input) => {
    const { connection: id, internalHosts } = input
    const replaces = dateOf(input.replaces)
    const { tenantId } = await tenants.findTenant(input.tenant)
    return presentConnection(
      publicUrl,
      await tenants.setInternalHosts(actor, tenantId, id, internalHosts, replaces),
    )
  },

  removeConnection: async (parts, input) => {
    const { tenants, operators, signin, removedConnections, actor } = parts
    const { tenantId } = await tenants.findTenant(input.tenant)
    const connectionId = input.connection
    const providers = await operators.listProviders()
    if (providers.some((provider) => provider.connectionId === connectionId))
      throw new Refusal(
        'conflict',
        `Administrators of the platform sign in through ${connectionId}. Take it from the sign-in providers first.`,
      )
    await tenants.removeConnection(actor, tenantId, connectionId)
    for (const { grantId, revokedAt } of await signin.listGrants(tenantId, connectionId))
      if (revokedAt === null) await signin.revokeGrant(actor, tenantId, connectionId, grantId)
    const clear = () => removedConnections.clear(tenantId, connectionId, actor.requestId)
    let resourcesRemoved = 0
    for (let batch = 0; batch < BATCHES_AT_A_TIME; batch += 1) {
      const removed = await clear()
      if (removed === 0) return { resourcesRemoved, isGone: true }
      resourcesRemoved += removed
    }
    return { resourcesRemoved, isGone: false }
  },

  listConnectionKeys: async ({ tenants }, { tenant, connection }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    await tenants.readConnection(tenantId, connection)
    return presentKeys(await tenants.listConnectionKeys(tenantId, connection))
  },

  rotateConnectionKey: async ({ tenants, actor }, { tenant, connection, atOnce }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    await tenants.rotateConnectionKey(actor, tenantId, connection, { atOnce })
    return presentKeys(await tenants.listConnectionKeys(tenantId, connection))
  },

  testConnection: async (parts, { tenant, connection }) => {
    const { tenantId } = await parts.tenants.findTenant(tenant)
    return prepareTest(parts, tenantId, connection)
  },

  listTokens: async ({ tenants, signin, clock }, { tenant, connection }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    await tenants.readConnection(tenantId, connection)
    const tokens = (await tenants.listTokens(tenantId, connection)).map(ofToken)
    const grants = (await signin.listGrants(tenantId, connection)).map(ofGrant)
    const items = [...tokens, ...grants].map((credential) => presentCredential(credential, clock()))
    return { items: items.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1)) }
  },

  mintToken: async ({ tenants, actor, clock }, input) => {
    const { tenantId } = await tenants.findTenant(input.tenant)
    const minted = await tenants.mintToken(actor, tenantId, input.connection, input)
    return { ...presentCredential(ofToken(minted), clock()), token: minted.token }
  },

  revokeToken: async ({ tenants, signin, actor, clock }, { tenant, connection, token }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const revoked = isId('gra', token)
      ? ofGrant(await signin.revokeGrant(actor, tenantId, connection, token))
      : ofToken(await tenants.revokeToken(actor, tenantId, connection, token))
    return presentCredential(revoked, clock())
  },

  changeProvisioningClient: async ({ tenants, actor }, { tenant, connection, ...change }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    return presentClient(
      await tenants.changeProvisioningClient(actor, tenantId, connection, change),
    )
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

/** The address by which somebody signs in as themselves, to try. */
export async function prepareTest(
  { tenants, signin, audit, actor }: AdminParts & Asking,
  tenantId: TenantId,
  connectionId: ConnectionId,
) {
  const connection = await tenants.readConnection(tenantId, connectionId)
  const { endsAt, ...test } = await signin.prepareTest(actor, connection)
  const details = { reference: test.reference }
  const act = { act: 'signin.connection-test.prepared', object: connectionId, details }
  await audit.recordAlone(tenantId, actor, act)
  return { ...test, endsAt: iso(endsAt) }
}

function presentClient({
  redirectUris,
  jwks,
  createdAt,
  lastUsedAt,
  ...client
}: ProvisioningClient) {
  return {
    ...client,
    redirectUris: [...redirectUris],
    jwks: jwks && { keys: [...jwks.keys] },
    createdAt: iso(createdAt),
    lastUsedAt: isoOrNull(lastUsedAt),
  }
}

/** What is the same of every credential. */
type Credential = Pick<
  ScimToken,
  'createdAt' | 'expiresAt' | 'revokedAt' | 'lastUsedAt' | 'lastUsedFrom'
> & { readonly id: string; readonly kind: 'token' | 'oauth'; readonly allowedBy: string | null }

export function ofToken(token: ScimToken): Credential {
  return { ...token, id: token.lookupId, kind: 'token', allowedBy: null }
}

export function ofGrant(grant: ProvisioningGrant): Credential {
  return { ...grant, id: grant.grantId, kind: 'oauth', allowedBy: grant.administrator }
}

export function presentCredential(credential: Credential, now: Date) {
  const { id, kind, createdAt, expiresAt, revokedAt, lastUsedAt } = credential
  const ended = expiresAt <= now ? 'expired' : 'live'
  return {
    id,
    kind,
    state: revokedAt === null ? ended : 'revoked',
    createdAt: iso(createdAt),
    expiresAt: iso(expiresAt),
    revokedAt: isoOrNull(revokedAt),
    lastUsedAt: isoOrNull(lastUsedAt),
    lastUsedFrom: credential.lastUsedFrom,
    allowedBy: credential.allowedBy,
  } as const
}
