/** Connections: the identity providers of a tenant, their credentials and their administrators. */
import { z } from 'zod'
import {
  connectionId,
  count,
  instant,
  listOf,
  nothing,
  replaces,
  secret,
  signInId,
  tenantRef,
} from '../parts.ts'
import type { Routes } from '../route.ts'
import { jwks } from './sites.ts'
import { atOnce, signingKey } from './signing-keys.ts'

export const connection = z.object({
  id: connectionId,
  name: z.string(),
  kind: z.enum(['okta', 'entra', 'other']),
  label: z.string(),
  baseUrl: z.string(),
  callbackUrl: z.string().describe('The sign-in redirect URI to enter at the identity provider.'),
  globalTokenRevocationUrl: z.string().describe('For Universal Logout of Okta.'),
  securityEventsUrl: z.string().describe('Where a Shared Signals transmitter pushes to.'),
  backchannelLogoutUrl: z.string().describe('Where an OpenID provider sends logout tokens to.'),
  issuer: z.string().nullable(),
  clientId: z.string().nullable(),
  hasClientSecret: z.boolean(),
  authentication: z.enum(['client_secret', 'private_key_jwt']),
  internalHosts: z
    .array(z.string())
    .describe('Of the inner network, what its identity provider may be at.'),
  jwksUrl: z.string().describe('Of our keys, for an identity provider that takes a signed JWT.'),
  disabledAt: instant.nullable(),
  createdAt: instant,
  changedAt: instant,
})

const provisioningClient = z.object({
  clientId: z.string(),
  redirectUris: z.array(z.string()),
  clientCredentials: z
    .boolean()
    .describe('Whether it gets tokens by itself, without the consent of an administrator.'),
  jwks: jwks.nullable(),
  createdAt: instant,
  lastUsedAt: instant
    .nullable()
    .describe('By tokens that it got by itself; grants have their own.'),
  lastUsedFrom: z.string().nullable(),
})

export const token = z.object({
  id: z.string(),
  kind: z.enum(['token', 'oauth']).describe('A static token, or a grant of OAuth.'),
  state: z.enum(['live', 'expired', 'revoked']),
  createdAt: instant,
  expiresAt: instant,
  revokedAt: instant.nullable(),
  lastUsedAt: instant.nullable(),
  lastUsedFrom: z.string().nullable(),
  allowedBy: z.string().nullable().describe('The administrator who consented to a grant.'),
})

/** What the customer is given: the two blocks, in the login service's words and in SCIM's. */
export const handover = z.object({
  client: z.object({
    authority: z.string(),
    clientId: z.string(),
    clientSecret: secret,
    redirectUri: z.string(),
    scope: z.string(),
  }),
  scim: z.object({ baseUrl: z.string(), token: secret }),
})

/** What a connection's OAuth provisioning returns to: addresses, or those of an app at Okta. */
export const callbacks = {
  redirectUris: z.array(z.string().max(2048)).max(20).default([]),
  oktaAppName: z.string().min(1).max(100).optional(),
}

const at = { tenant: tenantRef, connection: connectionId }
const one = '/admin/v1/tenants/{tenant}/connections/{connection}'

export const connectionRoutes = {
  listConnections: {
    method: 'GET',
    path: '/admin/v1/tenants/{tenant}/connections',
    needs: 'tenant-viewer',
    summary: 'The connections of a tenant, disabled ones too.',
    input: z.strictObject({ tenant: tenantRef }),
    reply: listOf(connection),
  },
  addConnection: {
    method: 'POST',
    path: '/admin/v1/tenants/{tenant}/connections',
    needs: 'operator',
    fresh: true,
    summary: 'Adds another identity provider, with a SCIM token and a provisioning client.',
    status: 201,
    input: z.strictObject({
      tenant: tenantRef,
      name: z.string().min(1).max(100).describe('What people pick it by.'),
      label: z.string().min(2).max(32),
      kind: z.enum(['okta', 'entra', 'other']).default('okta'),
      ...callbacks,
    }),
    reply: z.object({ connection, handover }),
  },
  readConnection: {
    method: 'GET',
    path: one,
    needs: 'tenant-viewer',
    summary: 'One connection with its provisioning client.',
    input: z.strictObject(at),
    reply: connection.extend({ provisioningClient }),
  },
  changeConnection: {
    method: 'PATCH',
    path: one,
    needs: 'tenant-admin',
    fresh: true,
    summary:
      'Sets the OIDC application, the provisioning callbacks or the name, or disables and enables.',
    input: z.strictObject({
      ...at,
      oidcApplication: z
        .strictObject({
          issuer: z.string().min(1).max(2048),
          clientId: z.string().min(1).max(512),
          clientSecret: z.string().min(1).max(4096).optional(),
          authentication: z.enum(['client_secret', 'private_key_jwt']).optional(),
        })
        .optional(),
      provisioningRedirectUris: z.array(z.string().max(2048)).min(1).max(20).optional(),
      name: z.string().min(1).max(100).optional(),
      disabled: z.boolean().optional(),
      replaces,
    }),
    reply: connection,
  },
  allowInternalHosts: {
    method: 'PATCH',
    path: `${one}/internal-hosts`,
    needs: 'operator',
    fresh: true,
    summary:
      'Sets what of the inner network its identity provider may be at: hosts, addresses, ranges.',
    input: z.strictObject({
      ...at,
      internalHosts: z.array(z.string().max(253)).max(20),
      replaces,
    }),
    reply: connection,
  },
  removeConnection: {
    method: 'DELETE',
    path: one,
    needs: 'operator',
    fresh: true,
    summary:
      'Removes a disabled connection with its credentials; its people and groups are deleted. Repeat it until `isGone`.',
    input: z.strictObject(at),
    reply: z.object({
      resourcesRemoved: count.describe('By this request: one takes only so many.'),
      isGone: z.boolean().describe('Nothing is left of it.'),
    }),
  },
  listConnectionKeys: {
    method: 'GET',
    path: `${one}/keys`,
    needs: 'tenant-viewer',
    summary: 'The keys by which we show its identity provider who we are, as its JWKS has them.',
    input: z.strictObject(at),
    reply: listOf(signingKey),
  },
  rotateConnectionKey: {
    method: 'POST',
    path: `${one}/keys`,
    needs: 'tenant-admin',
    fresh: true,
    summary: 'Publishes the key that signs from tomorrow on; at once, and withdraws the others.',
    status: 201,
    input: z.strictObject({ ...at, atOnce }),
    reply: listOf(signingKey),
  },
  testConnection: {
    method: 'POST',
    path: `${one}/tests`,
    needs: 'tenant-admin',
    summary:
      'An address by which somebody signs in as themselves and sees each step; no session is opened.',
    status: 201,
    input: z.strictObject(at),
    reply: z.object({ reference: signInId, url: secret, endsAt: instant }),
  },
  listTokens: {
    method: 'GET',
    path: `${one}/tokens`,
    needs: 'tenant-viewer',
    summary: 'What SCIM requests of a connection are let in by: tokens and grants, latest first.',
    input: z.strictObject(at),
    reply: listOf(token),
  },
  mintToken: {
    method: 'POST',
    path: `${one}/tokens`,
    needs: 'tenant-admin',
    fresh: true,
    summary: 'Mints a SCIM token; the older one ends after the overlap.',
    status: 201,
    input: z.strictObject({ ...at, overlapHours: z.number().min(1).max(720).default(168) }),
    reply: token.extend({ token: secret }),
  },
  revokeToken: {
    method: 'DELETE',
    path: `${one}/tokens/{token}`,
    needs: 'tenant-admin',
    fresh: true,
    summary: 'Refuses a SCIM token, or all that was issued for a grant, from now on.',
    input: z.strictObject({ ...at, token: z.string().min(1).max(64) }),
    reply: token,
  },
  changeProvisioningClient: {
    method: 'PATCH',
    path: `${one}/provisioning-client`,
    needs: 'tenant-admin',
    fresh: true,
    summary: 'Changes how the OAuth provisioning client shows who it is, and what it gets by that.',
    input: z.strictObject({
      ...at,
      clientCredentials: z.boolean().optional(),
      jwks: jwks.nullable().optional(),
      replaces: z
        .object({ clientCredentials: z.boolean(), jwks: jwks.nullable() })
        .optional()
        .describe('Both as they were read: refused when one was changed since.'),
    }),
    reply: provisioningClient,
  },
  rotateProvisioningSecret: {
    method: 'POST',
    path: `${one}/provisioning-client/secrets`,
    needs: 'tenant-admin',
    fresh: true,
    summary:
      'Replaces the secret of the OAuth provisioning client; the old one is refused at once.',
    status: 201,
    input: z.strictObject(at),
    reply: provisioningClient.extend({ clientSecret: secret }),
  },
  listAdmins: {
    method: 'GET',
    path: `${one}/admins`,
    needs: 'tenant-viewer',
    summary: 'Who at the customer may consent to OAuth provisioning.',
    input: z.strictObject(at),
    reply: listOf(z.object({ name: z.string(), createdAt: instant })),
  },
  addAdmin: {
    method: 'POST',
    path: `${one}/admins`,
    needs: 'tenant-admin',
    fresh: true,
    summary: 'Lets somebody consent to OAuth provisioning, by the name their sign-in shows.',
    input: z.strictObject({ ...at, name: z.string().min(1).max(512) }),
    reply: nothing,
  },
  removeAdmin: {
    method: 'DELETE',
    path: `${one}/admins/{name}`,
    needs: 'tenant-admin',
    fresh: true,
    summary: 'Takes that right away.',
    input: z.strictObject({ ...at, name: z.string().min(1).max(512) }),
    reply: nothing,
  },
} as const satisfies Routes
