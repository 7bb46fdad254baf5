/** Handlers of sites and claim type mappings: what a sign-in needs to be set up. */
import type { claimTypeMappingRoutes, siteRoutes } from '../../contract/index.ts'
import { Refusal } from '../../lib/index.ts'
import { authorityOf, type ClaimTypeMapping, type Site, type Tenant } from '../../tenants/index.ts'
import {
  type AdminParts,
  type Asking,
  dateOf,
  type Handlers,
  iso,
  isoOrNull,
  onlyConnection,
  page,
} from './handlers.ts'

export const siteHandlers: Handlers<typeof siteRoutes> = {
  createSite: async ({ tenants, actor, role, publicUrl }, { tenant, ...settings }) => {
    const { tenantId } = await permitted({ tenants, role }, tenant, settings)
    const site = await tenants.createSite(actor, tenantId, settings)
    return { ...presentSite(publicUrl, site), clientSecret: site.clientSecret }
  },

  listSites: async ({ tenants, publicUrl }, { tenant, limit, after, q }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const rows = await tenants.listSites(tenantId, { limit: limit + 1, after, q })
    return page(
      rows,
      limit,
      (row) => row.siteId,
      (row) => presentSite(publicUrl, row),
    )
  },

  readSite: async ({ tenants, publicUrl }, { tenant, site }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    return presentSite(publicUrl, await tenants.readSite(tenantId, site))
  },

  changeSite: async ({ tenants, actor, role, publicUrl }, { tenant, site, ...given }) => {
    const { tenantId } = await permitted({ tenants, role }, tenant, given)
    const change = { ...given, replaces: dateOf(given.replaces) }
    return presentSite(publicUrl, await tenants.updateSite(actor, tenantId, site, change))
  },

  rotateSiteSecret: async (parts, { tenant, site, overlapHours }) => {
    const { tenants, actor, publicUrl } = parts
    const { tenantId } = await permitted(parts, tenant)
    const rotated = await tenants.rotateSiteSecret(actor, tenantId, site, { overlapHours })
    return { ...presentSite(publicUrl, rotated), clientSecret: rotated.clientSecret }
  },

  removeSite: async (parts, { tenant, site }) => {
    const { tenants, actor } = parts
    const { tenantId } = await permitted(parts, tenant)
    await tenants.removeSite(actor, tenantId, site)
  },
}

export const claimTypeMappingHandlers: Handlers<typeof claimTypeMappingRoutes> = {
  createClaimTypeMapping: async ({ tenants, explain, actor }, { tenant, ...settings }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const connectionId = settings.connectionId ?? (await onlyConnection(tenants, tenantId))
    const made = await tenants.createMapping(actor, tenantId, { ...settings, connectionId })
    const { isSent, caution } = await explain.claimSent(tenantId, made)
    const cautions = [made.caution, isSent === false ? caution : null].filter((each) => each)
    return { ...presentMapping(made), caution: cautions.join(' ') || null }
  },

  listClaimTypeMappings: async ({ tenants }, { tenant }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    return { items: (await tenants.listMappings(tenantId)).map(presentMapping) }
  },

  removeClaimTypeMapping: async ({ tenants, actor }, { tenant, mapping }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    await tenants.removeMapping(actor, tenantId, mapping)
  },
}

/**
 * Operators set up the sites of any tenant; its own administrators where an operator said so, and never
 * who may read the directory.
 * @throws Refusal `not_permitted`
 */
async function permitted(
  { tenants, role }: Pick<AdminParts & Asking, 'tenants' | 'role'>,
  named: string,
  { directoryAccess = false }: { readonly directoryAccess?: boolean | undefined } = {},
): Promise<Tenant> {
  const tenant = await tenants.findTenant(named)
  if (role === 'operator') return tenant
  if (!tenant.sitesByAdministrators)
    throw new Refusal(
      'not_permitted',
      'Sites of this tenant are set up by the operator. Ask them to do it, or to permit it to administrators.',
    )
  if (directoryAccess)
    throw new Refusal(
      'not_permitted',
      'Which site reads the directory is for the operator to say. Leave it out, and ask them.',
    )
  return tenant
}

function presentSite(publicUrl: string, site: Site) {
  const { siteId, gatewayOrigin, initiateLoginUri, jwks } = site
  const authority = authorityOf(publicUrl, site.tenantId)
  const isStarted = initiateLoginUri !== null || gatewayOrigin !== null
  return {
    id: siteId,
    name: site.name,
    authority,
    redirectUris: [...site.redirectUris],
    postLogoutRedirectUris: [...site.postLogoutRedirectUris],
    backchannelLogoutUri: site.backchannelLogoutUri,
    initiateLoginUri,
    startUrl: isStarted ? `${authority}/start/${siteId}` : null,
    jwks: jwks && { keys: [...jwks.keys] },
    jwksUri: site.jwksUri,
    refreshTokens: site.refreshTokens,
    parRequired: site.parRequired,
    directoryAccess: site.directoryAccess,
    gatewayOrigin,
    gatewayUrl: gatewayOrigin === null ? null : `${authority}/gateway/${siteId}`,
    previousSecretEndsAt: isoOrNull(site.previousSecretEndsAt),
    createdAt: iso(site.createdAt),
    changedAt: iso(site.changedAt),
    disabledAt: isoOrNull(site.disabledAt),
  }
}

function presentMapping(mapping: ClaimTypeMapping) {
  return {
    id: mapping.mappingId,
    connectionId: mapping.connectionId,
    issuer: mapping.issuer,
    claimType: mapping.claimType,
    matches: mapping.matches,
    originalIssuer: mapping.originalIssuer,
    originalIssuerClaim: mapping.originalIssuerClaim,
    caution: mapping.caution,
    createdAt: iso(mapping.createdAt),
  }
}
