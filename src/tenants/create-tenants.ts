/** Puts the folder's parts together. Whatever changes who a credential speaks for is forgotten at once. */
import type { Actor, ConnectionId, TenantId } from '../lib/index.ts'
import { createAdminTokens } from './admin-tokens.ts'
import { createScimAuthentication } from './authenticate-scim.ts'
import { createClaimTypeMappings } from './claim-type-mappings.ts'
import { createClients } from './clients.ts'
import { createConnections } from './connections.ts'
import { createDialects } from './dialects.ts'
import { createExtensionSchemas } from './extension-schemas.ts'
import { createOnboarding } from './onboarding.ts'
import { createProvisioningClients } from './provisioning-clients.ts'
import { createScimTokens } from './scim-tokens.ts'
import { createSites } from './sites.ts'
import { createTenantAdmins } from './tenant-admins.ts'
import { createTenantList } from './tenants.ts'
import type { Given } from './types.ts'

export type Tenants = ReturnType<typeof createTenants>

export function createTenants(given: Given) {
  const { authenticateScim, forget } = createScimAuthentication(given)
  const list = createTenantList(given)
  const connections = createConnections(given)

  const afterTenant = async <T>(tenantId: TenantId, act: Promise<T>): Promise<T> => {
    const result = await act
    forget(tenantId)
    return result
  }

  return {
    ...createOnboarding(given),
    ...list,
    ...connections,
    ...createScimTokens({ ...given, forget }),
    ...createExtensionSchemas({ ...given, forget }),
    ...createDialects({ ...given, forget }),
    ...createProvisioningClients(given),
    ...createClients(given),
    ...createSites(given),
    ...createClaimTypeMappings(given),
    ...createTenantAdmins(given),
    ...createAdminTokens(given),
    authenticateScim,
    forgetCredentials: forget,
    suspendTenant: (actor: Actor, tenantId: TenantId) =>
      afterTenant(tenantId, list.suspendTenant(actor, tenantId)),
    resumeTenant: (actor: Actor, tenantId: TenantId) =>
      afterTenant(tenantId, list.resumeTenant(actor, tenantId)),
    disableConnection: (actor: Actor, tenantId: TenantId, connectionId: ConnectionId) =>
      afterTenant(tenantId, connections.disableConnection(actor, tenantId, connectionId)),
    enableConnection: (actor: Actor, tenantId: TenantId, connectionId: ConnectionId) =>
      afterTenant(tenantId, connections.enableConnection(actor, tenantId, connectionId)),
  }
}
