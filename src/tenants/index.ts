/**
 * What operators set up: tenants, their connections, sites, credentials and mappings, and who a
 * presented credential speaks for. Every act is recorded in the audit log in its own transaction.
 *
 * Refuses to know what came over SCIM and who people are. It never gives out a kept secret but
 * one: a connection's client secret, to `signin`.
 */
export { createTenants } from './create-tenants.ts'
export type { Tenants } from './create-tenants.ts'
export { connectionInPath } from './authenticate-scim.ts'
export { noTenant } from './tenants.ts'
export { labelsOf } from './labels.ts'
export { SEALED_BY_TENANTS } from './sealed.ts'
export { chooseMapping } from './claim-type-mappings.ts'
export { authorityOf, baseUrlOf, cleanServerUrl, oktaCallbacks } from './urls.ts'
export type { Branding } from './branding.ts'
export { CARD, readableOn, textOn } from './colours.ts'
export type { Domain } from './domains.ts'
export type { OidcApplication } from './connections.ts'
export type { ExtensionSchema } from './extension-schemas.ts'
export type { Handover, Onboarding } from './onboarding.ts'
export type { ProvisioningClient } from './provisioning-clients.ts'
export type { MintedScimToken } from './scim-tokens.ts'
export type { SetupLink, SetupSession } from './setup-links.ts'
export type { PublicKeys } from './public-keys.ts'
export type { SiteSettings } from './site-settings.ts'
export type { SiteChange } from './sites.ts'
export type {
  AccessTokens,
  ClaimTypeMapping,
  Client,
  Connection,
  ConnectionKind,
  Matches,
  ScimCaller,
  ScimToken,
  Site,
  Tenant,
  TenantAdmin,
} from './types.ts'
