/** Handlers of tenants. */
import type { tenantRoutes } from '../../contract/index.ts'
import {
  authorityOf,
  baseUrlOf,
  type Connection,
  oktaCallbacks,
  type Tenant,
} from '../../tenants/index.ts'
import { type Handlers, iso, isoOrNull, page } from './handlers.ts'

export const tenantHandlers: Handlers<typeof tenantRoutes> = {
  onboardTenant: async ({ tenants, actor, publicUrl, oktaAppName }, input) => {
    const redirectUris = callbacksOf(input, oktaAppName)
    const made = await tenants.onboard(actor, { ...input, redirectUris })
    return {
      tenant: presentTenant(publicUrl, made.tenant),
      connection: presentConnection(publicUrl, made.connection),
      handover: made.handover,
    }
  },

  listTenants: async ({ tenants, publicUrl }, { limit, after, q }) => {
    const rows = await tenants.listTenants({ limit: limit + 1, after, q })
    return page(
      rows,
      limit,
      (row) => row.tenantId,
      (row) => presentTenant(publicUrl, row),
    )
  },

  readTenant: async ({ tenants, publicUrl }, input) => {
    const tenant = await tenants.findTenant(input.tenant)
    const connections = await tenants.allConnections(tenant.tenantId)
    return {
      ...presentTenant(publicUrl, tenant),
      connections: connections.map((connection) => presentConnection(publicUrl, connection)),
    }
  },

  changeTenant: async ({ tenants, actor, publicUrl }, input) => {
    const { tenantId } = await tenants.findTenant(input.tenant)
    const changed = await tenants.permitSites(actor, tenantId, input.sitesByAdministrators)
    return presentTenant(publicUrl, changed)
  },

  suspendTenant: async ({ tenants, signin, actor, publicUrl }, input) => {
    const { tenantId } = await tenants.findTenant(input.tenant)
    const suspended = await tenants.suspendTenant(actor, tenantId)
    await signin.endAllSessions(tenantId, 'suspended')
    return presentTenant(publicUrl, suspended)
  },

  resumeTenant: async ({ tenants, actor, publicUrl }, input) => {
    const { tenantId } = await tenants.findTenant(input.tenant)
    return presentTenant(publicUrl, await tenants.resumeTenant(actor, tenantId))
  },
}

/** The addresses given, or else those of the app at Okta. */
export function callbacksOf(
  input: { readonly redirectUris: string[]; readonly oktaAppName?: string | undefined },
  fallbackAppName: string,
): string[] {
  return input.redirectUris.length > 0
    ? input.redirectUris
    : oktaCallbacks(input.oktaAppName ?? fallbackAppName)
}

function presentTenant(publicUrl: string, tenant: Tenant) {
  return {
    id: tenant.tenantId,
    name: tenant.name,
    authority: authorityOf(publicUrl, tenant.tenantId),
    suspendedAt: isoOrNull(tenant.suspendedAt),
    sitesByAdministrators: tenant.sitesByAdministrators,
    createdAt: iso(tenant.createdAt),
  }
}

export function presentConnection(publicUrl: string, connection: Connection) {
  const { tenantId, connectionId } = connection
  const own = `${authorityOf(publicUrl, tenantId)}/connections/${connectionId}`
  return {
    id: connectionId,
    name: connection.name,
    kind: connection.kind,
    label: connection.label,
    baseUrl: baseUrlOf(publicUrl, connectionId),
    callbackUrl: `${authorityOf(publicUrl, tenantId)}/callback/${connectionId}`,
    issuer: connection.issuer,
    clientId: connection.clientId,
    hasClientSecret: connection.hasClientSecret,
    authentication: connection.authentication,
    internalHosts: [...connection.internalHosts],
    jwksUrl: `${own}/jwks`,
    globalTokenRevocationUrl: `${own}/global-token-revocation`,
    securityEventsUrl: `${own}/security-events`,
    backchannelLogoutUrl: `${own}/backchannel-logout`,
    disabledAt: isoOrNull(connection.disabledAt),
    createdAt: iso(connection.createdAt),
    changedAt: iso(connection.changedAt),
  }
}
