/** Puts the folder's parts together. Whatever changes who a credential speaks for is forgotten at once. */
import type { Actor, TenantId } from '../lib/index.ts'
import { createScimAuthentication } from './authenticate-scim.ts'
import { createBranding } from './branding.ts'
import { createClaimTypeMappings } from './claim-type-mappings.ts'
import { createClients } from './clients.ts'
import { createConnectionRemoval } from './connection-removal.ts'
import { createConnectionKeys } from './connection-keys.ts'
import { createConnections } from './connections.ts'
import { createInternalHosts } from './internal-hosts.ts'
import { createDialects } from './dialects.ts'
import { createDomains } from './domains.ts'
import { createExpiring } from './expiring.ts'
import { createExtensionSchemas } from './extension-schemas.ts'
import { createKnown } from './known.ts'
import { createOnboarding } from './onboarding.ts'
import { createProvisioningAccess } from './provisioning-access.ts'
import { createProvisioningClients } from './provisioning-clients.ts'
import { createTokenRetiring } from './retire-token.ts'
import { createScimTokens } from './scim-tokens.ts'
import { createSetupChoice } from './setup-choice.ts'
import { createSetupLinks } from './setup-links.ts'
import { createSiteSecrets } from './site-secrets.ts'
import { createSites } from './sites.ts'
import { createTenantAdmins } from './tenant-admins.ts'
import { createTenantList } from './tenants.ts'
import { createTxtLookUp } from './txt-records.ts'
import type { Given } from './types.ts'

export type Tenants = ReturnType<typeof createTenants>

export function createTenants(given: Given) {
  const { authenticateScim, forget: forgetCallers } = createScimAuthentication(given)
  const { believing, forget: forgetKnown } = createKnown(given.clock)
  const list = createTenantList(given)
  const connections = createConnections(given)
  const connectionKeys = createConnectionKeys(given)
  const removal = createConnectionRemoval(given)
  const clients = createClients(given)
  const provisioning = {
    ...createProvisioningClients(given),
    ...createProvisioningAccess(given),
  }
  const sites = { ...createSites(given), ...createSiteSecrets(given) }
  const branding = createBranding(given)
  const mappings = createClaimTypeMappings(given)
  const onboarding = createOnboarding(given)
  const domains = createDomains({ ...given, lookUpTxt: createTxtLookUp(given.dnsServers) })

  function forget(tenantId: TenantId): void {
    forgetCallers(tenantId)
    forgetKnown(tenantId)
  }

  const tokens = createScimTokens({ ...given, forget })

  /** The act, after which nothing is believed any longer of its tenant. */
  function forgetting<Rest extends readonly unknown[], T>(act: Act<Rest, T>): Act<Rest, T> {
    return async (actor, tenantId, ...rest) => {
      const result = await act(actor, tenantId, ...rest)
      forget(tenantId)
      return result
    }
  }

  return {
    ...onboarding,
    ...list,
    ...branding,
    ...domains,
    ...connectionKeys,
    ...connections,
    ...removal,
    ...tokens,
    ...createTokenRetiring(tokens, given),
    ...createExtensionSchemas({ ...given, forget }),
    ...createDialects({ ...given, forget }),
    ...provisioning,
    ...clients,
    ...sites,
    ...mappings,
    ...createTenantAdmins(given),
    ...createSetupLinks(given),
    ...createSetupChoice(given),
    ...createExpiring(given),
    authenticateScim,
    forgetCredentials: forget,
    /** What a sign-in asks at each of its requests. */
    known: {
      readTenant: believing('tenant', list.readTenant),
      homesByDomain: believing('homes', domains.homesByDomain),
      readBranding: believing('branding', branding.readBranding),
      readClient: believing('client', clients.readClient),
      listConnections: believing('connections', connections.listConnections),
      readConnection: believing('connection', connections.readConnection),
      findMappings: believing('mappings', mappings.findMappings),
    },
    suspendTenant: forgetting(list.suspendTenant),
    resumeTenant: forgetting(list.resumeTenant),
    permitSites: forgetting(list.permitSites),
    addConnection: forgetting(onboarding.addConnection),
    renameConnection: forgetting(connections.renameConnection),
    verifyDomain: forgetting(domains.verifyDomain),
    removeDomain: forgetting(domains.removeDomain),
    changeBranding: forgetting(branding.changeBranding),
    disableConnection: forgetting(connections.disableConnection),
    enableConnection: forgetting(connections.enableConnection),
    rotateConnectionKey: forgetting(connectionKeys.rotateConnectionKey),
    removeConnection: forgetting(removal.removeConnection),
    setInternalHosts: forgetting(createInternalHosts(given).setInternalHosts),
    setOidcApplication: forgetting(connections.setOidcApplication),
    setProvisioningRedirectUris: forgetting(provisioning.setProvisioningRedirectUris),
    changeProvisioningClient: forgetting(provisioning.changeProvisioningClient),
    rotateProvisioningSecret: forgetting(provisioning.rotateProvisioningSecret),
    updateSite: forgetting(sites.updateSite),
    rotateSiteSecret: forgetting(sites.rotateSiteSecret),
    removeSite: forgetting(sites.removeSite),
    createMapping: forgetting(mappings.createMapping),
    removeMapping: forgetting(mappings.removeMapping),
  }
}

type Act<Rest extends readonly unknown[], T> = (
  actor: Actor,
  tenantId: TenantId,
  ...rest: Rest
) => Promise<T>
