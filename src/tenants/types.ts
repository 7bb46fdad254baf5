/** What operators set up, as the rest of the product sees it. No field here is a secret or a hash of one, but `secretHashes`. */
import type { Audit } from '../audit/index.ts'
import type { Db, Transaction } from '../db/index.ts'
import type {
  Clock,
  ConnectionId,
  Id,
  MasterKey,
  NewId,
  Random,
  SiteId,
  TenantId,
} from '../lib/index.ts'
import type { DeclaredExtension, Dialect, ResourceType } from '../scim/index.ts'
import type { PublicKeys } from './public-keys.ts'
import type { SiteSettings } from './site-settings.ts'

export interface Tenant {
  readonly tenantId: TenantId
  readonly name: string
  readonly suspendedAt: Date | null
  /** Whether its own administrators may register sites. */
  readonly sitesByAdministrators: boolean
  readonly createdAt: Date
}

export type Authentication = 'client_secret' | 'private_key_jwt'

export type ConnectionKind = 'okta' | 'entra' | 'other'

export interface Connection {
  readonly tenantId: TenantId
  readonly connectionId: ConnectionId
  readonly name: string
  readonly kind: ConnectionKind
  readonly label: string
  /** The customer's OIDC application; null until the customer gave it. */
  readonly issuer: string | null
  readonly clientId: string | null
  readonly hasClientSecret: boolean
  /** How we show its identity provider who we are. */
  readonly authentication: Authentication
  /** Of the inner network, what its identity provider may be at: hosts, addresses, ranges. */
  readonly internalHosts: readonly string[]
  readonly disabledAt: Date | null
  readonly createdAt: Date
  readonly changedAt: Date
}

export interface Site extends SiteSettings {
  readonly tenantId: TenantId
  /** Also its OpenID client id. */
  readonly siteId: SiteId
  /** Until when the secret before the present one holds. */
  readonly previousSecretEndsAt: Date | null
  readonly createdAt: Date
  readonly changedAt: Date
  readonly disabledAt: Date | null
}

export type Matches = 'externalId' | 'userName'

export interface ClaimTypeMapping {
  readonly mappingId: Id<'ctm'>
  readonly connectionId: ConnectionId
  readonly issuer: string
  readonly claimType: string
  readonly matches: Matches
  /** For tokens that say this of who signed the person in first; null: whatever they say. */
  readonly originalIssuer: string | null
  /** The claim that says it; null as that is. */
  readonly originalIssuerClaim: string | null
  /** What to think of where the claim may say another person one day; null where it never does, as far as is known. */
  readonly caution: string | null
  readonly createdAt: Date
}

/** A static SCIM token as it is listed: dates and use, never the secret (SEC T-2). */
export interface ScimToken {
  readonly lookupId: string
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly revokedAt: Date | null
  readonly lastUsedAt: Date | null
  readonly lastUsedFrom: string | null
}

export interface TenantAdmin {
  readonly name: string
  readonly createdAt: Date
}

/** What the Authority needs to know of an OpenID client, a site or a connection's provisioning. */
export type Client =
  | (Site & {
      readonly kind: 'site'
      readonly clientId: string
      /** The present one first. */
      readonly secretHashes: readonly Buffer[]
    })
  | {
      readonly kind: 'provisioning'
      readonly clientId: string
      readonly connectionId: ConnectionId
      readonly redirectUris: readonly string[]
      /** Whether it gets tokens by itself, without an administrator's consent. */
      readonly clientCredentials: boolean
      /** Null: it has a secret. */
      readonly jwks: PublicKeys | null
      readonly secretHashes: readonly Buffer[]
    }

/** Who a SCIM request speaks for, from its credential and nothing else (SEC I-1). */
export interface ScimCaller {
  readonly tenantId: TenantId
  readonly connectionId: ConnectionId
  /** The look-up id of a static token, or the grant or the client that an access token was issued for. */
  readonly credential: { readonly kind: 'token' | 'oauth'; readonly id: string }
  readonly tenantSuspended: boolean
  readonly connectionDisabled: boolean
  /** What the connection declares beside our own schemas. */
  readonly extensions: readonly DeclaredExtension[]
  /** How it is spoken with. */
  readonly dialect: Dialect
}

/** What the Authority of a tenant knows of the SCIM access tokens that it issues. */
export interface AccessTokens {
  /** For what, if it issued this one and still stands by it. */
  readonly read: (
    tenantId: TenantId,
    token: string,
  ) => Promise<{ readonly connectionId: ConnectionId; readonly credentialId: string } | undefined>
  /** One of that grant, or that the client got by itself, was used, from that address. */
  readonly noteUse: (tenantId: TenantId, credentialId: string, from: string) => Promise<void>
}

/** What every file of this folder is handed. */
export interface Given {
  readonly db: Db
  readonly audit: Audit
  readonly clock: Clock
  readonly random: Random
  readonly newId: NewId
  readonly masterKey: MasterKey
  readonly resourceTypes: readonly ResourceType[]
  /** Without a slash at the end. */
  readonly publicUrl: string
  /** Addresses; none means those of this machine. */
  readonly dnsServers: readonly string[]
  /** Asked for when a request brings one: the Authority is made after us. */
  readonly accessTokens: () => AccessTokens
  /** What another part needs from a tenant's birth on, in the transaction of the onboarding. */
  readonly onOnboarding: (trx: Transaction, tenantId: TenantId) => Promise<void>
}
