/** Handlers of setup links, and of what somebody does who is in by one. */
import { PROVIDERS, type setupRoutes } from '../../contract/index.ts'
import { keyOfEntry } from '../../audit/index.ts'
import { csrfTokenOf } from '../../operators/index.ts'
import { authorityOf, type SetupLink, type SetupSession } from '../../tenants/index.ts'
import { ofToken, presentCredential } from './connections.ts'
import { type AdminParts, type Asking, type Handlers, iso, isoOrNull, page } from './handlers.ts'
import { presentEntry } from './logs.ts'
import { presentConnection } from './tenants.ts'

export const setupHandlers: Handlers<typeof setupRoutes> = {
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

  openSetup: async ({ tenants, visit }, { link }) => {
    const { handle, session } = await tenants.openSetup(link, visit)
    visit.keep({ handle })
    return { csrfToken: csrfTokenOf(handle), expiresAt: iso(session.expiresAt) }
  },

  closeSetup: async ({ tenants, visit }) => {
    await tenants.closeSetup(visit.setup(), visit.handle ?? '')
    visit.forget()
  },

  readSetup: (parts) => presentSetup(parts, parts.visit.setup()),

  chooseProvider: async (parts, { provider }) => {
    const { tenants, actor, visit } = parts
    const { tenantId, connectionId } = visit.setup()
    await tenants.chooseProvider(actor, tenantId, connectionId, provider)
    return presentSetup(parts, visit.setup())
  },

  setSetupApplication: async (parts, application) => {
    const { tenants, setup, actor, visit } = parts
    const { tenantId, connectionId } = visit.setup()
    const client = await setup.checkApplication(tenantId, connectionId, application)
    await tenants.setOidcApplication(actor, tenantId, connectionId, application)
    return { ...(await presentSetup(parts, visit.setup())), client }
  },

  mintSetupToken: async ({ tenants, actor, visit, clock }, { overlapHours }) => {
    const { tenantId, connectionId } = visit.setup()
    const minted = await tenants.mintToken(actor, tenantId, connectionId, { overlapHours })
    return { ...presentCredential(ofToken(minted), clock()), token: minted.token }
  },

  listSetupLog: async ({ provisioningLog, visit }, { limit, after, outcome }) => {
    const { tenantId, connectionId } = visit.setup()
    const ask = { connectionId, limit: limit + 1, after, outcome }
    return page(await provisioningLog.list(tenantId, ask), limit, keyOfEntry, presentEntry)
  },
}

async function presentSetup(parts: AdminParts & Asking, session: SetupSession) {
  const { tenants, setup, publicUrl, visit, clock } = parts
  const { tenantId, connectionId, expiresAt } = session
  const [tenant, connection, client, tokens, chosen] = await Promise.all([
    tenants.findTenant(tenantId),
    tenants.readConnection(tenantId, connectionId),
    tenants.readProvisioningClient(tenantId, connectionId),
    tenants.listTokens(tenantId, connectionId),
    tenants.readProvider(tenantId, connectionId),
  ])
  const { facts, mistakes } = await setup.progressOf(tenantId, connectionId, chosen)
  const authority = authorityOf(publicUrl, tenantId)
  const { baseUrl, callbackUrl } = presentConnection(publicUrl, connection)
  const { name, label, issuer, clientId, hasClientSecret } = connection
  return {
    csrfToken: csrfTokenOf(visit.handle ?? ''),
    expiresAt: iso(expiresAt),
    tenant: { name: tenant.name },
    connection: { id: connectionId, name, label },
    provider: PROVIDERS.find((known) => known === chosen) ?? null,
    values: {
      ...{ authority, baseUrl, callbackUrl, provisioningClientId: client.clientId },
      authorizeUrl: `${authority}/connect/authorize`,
      tokenUrl: `${authority}/connect/token`,
    },
    tokens: tokens.map((token) => presentCredential(ofToken(token), clock())),
    oidcApplication: { issuer, clientId, hasClientSecret },
    checklist: facts.map(({ fact, since }) => ({ fact, since: isoOrNull(since) })),
    mistakes: mistakes.map(({ lastAt, ...mistake }) => ({ ...mistake, lastAt: iso(lastAt) })),
  }
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
