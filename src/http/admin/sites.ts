/** Handlers of sites and claim type mappings: what a sign-in needs to be set up. */
import type { claimTypeMappingRoutes, siteRoutes } from '../../contract/index.ts'
import { authorityOf, type ClaimTypeMapping, type Site } from '../../tenants/index.ts'
import { type Handlers, iso, isoOrNull, onlyConnection, page } from './handlers.ts'

export const siteHandlers: Handlers<typeof siteRoutes> = {
  createSite: async ({ tenants, actor, publicUrl }, { tenant, ...settings }) => {
    const { tenantId } = await tenants.findTenant(tenant)
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

  changeSite: async ({ tenants, actor, publicUrl }, { tenant, site, ...change }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    return presentSite(publicUrl, await tenants.updateSite(actor, tenantId, site, change))
  },

  rotateSiteSecret: async ({ tenants, actor, publicUrl }, { tenant, site, overlapHours }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const rotated = await tenants.rotateSiteSecret(actor, tenantId, site, { overlapHours })
    return { ...presentSite(publicUrl, rotated), clientSecret: rotated.clientSecret }
  },

  removeSite: async ({ tenants, actor }, { tenant, site }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    await tenants.removeSite(actor, tenantId, site)
  },
}

export const claimTypeMappingHandlers: Handlers<typeof claimTypeMappingRoutes> = {
  createClaimTypeMapping: async ({ tenants, actor }, { tenant, ...settings }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const connectionId = settings.connectionId ?? (await onlyConnection(tenants, tenantId))
    return presentMapping(
      await tenants.createMapping(actor, tenantId, { ...settings, connectionId }),
    )
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
    refreshTokens: site.refreshTokens,
    gatewayOrigin,
    gatewayUrl: gatewayOrigin === null ? null : `${authority}/gateway/${siteId}`,
    previousSecretEndsAt: isoOrNull(site.previousSecretEndsAt),
    createdAt: iso(site.createdAt),
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
    createdAt: iso(mapping.createdAt),
  }
}
