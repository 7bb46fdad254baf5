/** Sites: the applications that sign people in through a tenant's Authority. */
import { z } from 'zod'
import { instant, nothing, pageOf, paging, replaces, secret, siteId, tenantRef } from '../parts.ts'
import type { Routes } from '../route.ts'

const uri = z.string().max(2048)
const uris = z.array(uri.min(1)).max(20)
export const jwks = z
  .object({ keys: z.array(z.record(z.string(), z.unknown())).min(1).max(10) })
  .describe('Public keys (RFC 7517) by which the client shows who it is, instead of a secret.')

/** What may be set of a site that is an OpenID client. */
const settings = {
  name: z.string().min(1).max(100),
  redirectUris: uris,
  postLogoutRedirectUris: uris,
  backchannelLogoutUri: uri.nullable().describe('Where it is told that a session ended.'),
  initiateLoginUri: uri
    .nullable()
    .describe('Where a sign-in at the site is started from outside; startUrl leads there.'),
  jwks: jwks.nullable(),
  jwksUri: uri.nullable().describe('Where it publishes such keys itself; fetched when needed.'),
  refreshTokens: z.boolean().describe('Whether its codes give a refresh token too.'),
  parRequired: z.boolean().describe('Whether it must push its requests (RFC 9126).'),
  directoryAccess: z
    .boolean()
    .describe('Whether it may read the people and groups of its tenant. For operators to say.'),
}

const site = z.object({
  id: siteId.describe('Also its OpenID client id.'),
  authority: z.string(),
  ...settings,
  gatewayOrigin: z
    .string()
    .nullable()
    .describe('Set for a site behind the gateway: the origin that its proxy serves.'),
  gatewayUrl: z.string().nullable().describe('What that proxy asks, with /check or /forward.'),
  startUrl: z
    .string()
    .nullable()
    .describe(
      "What starts a sign-in at the site, for a tile in the identity provider's dashboard.",
    ),
  previousSecretEndsAt: instant
    .nullable()
    .describe('Until when the secret before the present one holds.'),
  createdAt: instant,
  changedAt: instant,
  disabledAt: instant.nullable(),
})

const one = '/admin/v1/tenants/{tenant}/sites/{site}'
const at = { tenant: tenantRef, site: siteId }

export const siteRoutes = {
  createSite: {
    method: 'POST',
    path: '/admin/v1/tenants/{tenant}/sites',
    needs: 'tenant-admin',
    fresh: true,
    summary:
      'Registers a site and returns its client secret, once; or a site behind the gateway, by its origin alone. Administrators of a tenant may where the operator permits it.',
    status: 201,
    input: z.strictObject({
      tenant: tenantRef,
      ...settings,
      redirectUris: uris.default([]),
      postLogoutRedirectUris: uris.default([]),
      backchannelLogoutUri: settings.backchannelLogoutUri.default(null),
      initiateLoginUri: settings.initiateLoginUri.default(null),
      jwks: settings.jwks.default(null),
      jwksUri: settings.jwksUri.default(null),
      refreshTokens: settings.refreshTokens.default(false),
      parRequired: settings.parRequired.default(false),
      directoryAccess: settings.directoryAccess.default(false),
      gatewayOrigin: uri.nullable().default(null),
    }),
    reply: site.extend({
      clientSecret: secret
        .nullable()
        .describe(
          'Shown once; null with keys of its own and behind the gateway, where none is needed.',
        ),
    }),
  },
  listSites: {
    method: 'GET',
    path: '/admin/v1/tenants/{tenant}/sites',
    needs: 'tenant-viewer',
    summary: 'The sites of a tenant; q is part of a name or of a client id.',
    input: z.strictObject({ tenant: tenantRef, ...paging, q: z.string().max(100).optional() }),
    reply: pageOf(site),
  },
  readSite: {
    method: 'GET',
    path: one,
    needs: 'tenant-viewer',
    summary: 'One site.',
    input: z.strictObject(at),
    reply: site,
  },
  changeSite: {
    method: 'PATCH',
    path: one,
    needs: 'tenant-admin',
    fresh: true,
    summary: 'Changes what is given and leaves the rest.',
    input: z.strictObject({
      ...at,
      ...z.object(settings).partial().shape,
      disabled: z.boolean().optional(),
      replaces,
    }),
    reply: site,
  },
  rotateSiteSecret: {
    method: 'POST',
    path: `${one}/secrets`,
    needs: 'tenant-admin',
    fresh: true,
    summary: 'Gives the site a new client secret; the one before holds for a while.',
    status: 201,
    input: z.strictObject({
      ...at,
      overlapHours: z.number().int().min(0).max(720).default(168),
    }),
    reply: site.extend({ clientSecret: secret }),
  },
  removeSite: {
    method: 'DELETE',
    path: one,
    needs: 'tenant-admin',
    summary: 'Removes a site; nobody signs in there any longer.',
    input: z.strictObject(at),
    reply: nothing,
  },
} as const satisfies Routes
