/** Handlers of what somebody sees and does who is in by a setup link: at its connection and nowhere else. */
import { PROVIDERS, type setupRoutes } from '../../contract/index.ts'
import { keyOfEntry } from '../../audit/index.ts'
import { csrfTokenOf } from '../../operators/index.ts'
import { Refusal } from '../../lib/index.ts'
import { authorityOf, type Domain, type SetupSession } from '../../tenants/index.ts'
import { ofGrant, ofToken, presentCredential, prepareTest } from './connections.ts'
import { presentDomain } from './domains.ts'
import { type AdminParts, type Asking, type Handlers, iso, isoOrNull, page } from './handlers.ts'
import { presentEntry } from './logs.ts'
import { callbacksOf, presentConnection } from './tenants.ts'

export const setupHandlers: Handlers<typeof setupRoutes> = {
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

  setSetupApplication: async (parts, { issuer, clientId, clientSecret }) => {
    const { setup, actor, visit } = parts
    const { tenantId, connectionId } = visit.setup()
    const client = await setup.keepApplication(actor, tenantId, connectionId, {
      issuer,
      clientId,
      clientSecret,
    })
    return { ...(await presentSetup(parts, visit.setup())), client }
  },

  mintSetupToken: async ({ tenants, actor, visit, clock }, { overlapHours }) => {
    const { tenantId, connectionId } = visit.setup()
    const minted = await tenants.mintToken(actor, tenantId, connectionId, { overlapHours })
    return { ...presentCredential(ofToken(minted), clock()), token: minted.token }
  },

  retireSetupToken: async ({ tenants, actor, visit, clock }, { token }) => {
    const { tenantId, connectionId } = visit.setup()
    const retired = await tenants.retireToken(actor, tenantId, connectionId, token)
    return presentCredential(ofToken(retired), clock())
  },

  allowSetupOauth: async ({ tenants, actor, visit }, { callback, administrator }) => {
    const { tenantId, connectionId } = visit.setup()
    const asGiven = URL.canParse(callback) ? [callback] : []
    const addresses = callbacksOf({ redirectUris: asGiven }, callback)
    await tenants.setProvisioningRedirectUris(actor, tenantId, connectionId, addresses)
    await tenants.addAdmin(actor, tenantId, connectionId, administrator)
    const client = await tenants.rotateProvisioningSecret(actor, tenantId, connectionId)
    return { clientId: client.clientId, clientSecret: client.clientSecret }
  },

  addSetupDomain: async ({ tenants, actor, visit }, { domain }) => {
    const { tenantId, connectionId } = visit.setup()
    return presentDomain(await tenants.addDomain(actor, tenantId, connectionId, domain))
  },

  verifySetupDomain: async (parts, { domain: named }) => {
    const { domain } = await ownDomain(parts, named)
    return presentDomain(
      await parts.tenants.verifyDomain(parts.actor, parts.visit.setup().tenantId, domain),
    )
  },

  removeSetupDomain: async (parts, { domain: named }) => {
    const { domain } = await ownDomain(parts, named)
    await parts.tenants.removeDomain(parts.actor, parts.visit.setup().tenantId, domain)
  },

  testSetupSignIn: (parts) => {
    const { tenantId, connectionId } = parts.visit.setup()
    return prepareTest(parts, tenantId, connectionId)
  },

  listSetupLog: async ({ provisioningLog, visit }, { limit, after, outcome }) => {
    const { tenantId, connectionId } = visit.setup()
    const ask = { connectionId, limit: limit + 1, after, outcome }
    return page(await provisioningLog.list(tenantId, ask), limit, keyOfEntry, presentEntry)
  },
}

/** @throws Refusal `not_found` also for another connection's */
async function ownDomain({ tenants, visit }: AdminParts & Asking, named: string): Promise<Domain> {
  const own = (await domainsOf(tenants, visit.setup())).find(({ domain }) => domain === named)
  if (own !== undefined) return own
  throw new Refusal('not_found', `"${named.slice(0, 100)}" is not claimed here. Add it first.`)
}

async function domainsOf(tenants: AdminParts['tenants'], { tenantId, connectionId }: SetupSession) {
  const all = await tenants.listDomains(tenantId)
  return all.filter((domain) => domain.connectionId === connectionId)
}

async function presentSetup(parts: AdminParts & Asking, session: SetupSession) {
  const { tenants, signin, setup, publicUrl, visit, clock } = parts
  const { tenantId, connectionId, expiresAt } = session
  const [tenant, connection, client, tokens, grants, domains, chosen] = await Promise.all([
    tenants.findTenant(tenantId),
    tenants.readConnection(tenantId, connectionId),
    tenants.readProvisioningClient(tenantId, connectionId),
    tenants.listTokens(tenantId, connectionId),
    signin.listGrants(tenantId, connectionId),
    domainsOf(tenants, session),
    tenants.readProvider(tenantId, connectionId),
  ])
  const progress = await setup.progressOf(tenantId, connectionId, chosen)
  const { facts, mistakes, signInTest, provisioning } = progress
  const authority = authorityOf(publicUrl, tenantId)
  const { baseUrl, callbackUrl, jwksUrl } = presentConnection(publicUrl, connection)
  const { name, label, issuer, clientId, hasClientSecret, authentication } = connection
  return {
    csrfToken: csrfTokenOf(visit.handle ?? ''),
    expiresAt: iso(expiresAt),
    tenant: { name: tenant.name },
    connection: { id: connectionId, name, label },
    provider: PROVIDERS.find((known) => known === chosen) ?? null,
    values: {
      ...{ authority, baseUrl, callbackUrl, jwksUrl, provisioningClientId: client.clientId },
      authorizeUrl: `${authority}/connect/authorize`,
      tokenUrl: `${authority}/connect/token`,
    },
    tokens: [...tokens.map(ofToken), ...grants.map(ofGrant)].map((credential) =>
      presentCredential(credential, clock()),
    ),
    oidcApplication: { issuer, clientId, hasClientSecret, authentication },
    domains: domains.map(presentDomain),
    signInTest:
      signInTest === undefined
        ? null
        : {
            ...signInTest,
            startedAt: iso(signInTest.startedAt),
            steps: [...signInTest.steps],
          },
    provisioning: { ...provisioning, lastAt: isoOrNull(provisioning.lastAt) },
    checklist: facts.map(({ fact, since }) => ({ fact, since: isoOrNull(since) })),
    mistakes: mistakes.map(({ lastAt, ...mistake }) => ({ ...mistake, lastAt: iso(lastAt) })),
  }
}
