/** Sites: the applications that sign people in through a tenant's Authority. */
import { z } from 'zod'
import { instant, nothing, pageOf, paging, secret, siteId, tenantRef } from '../parts.ts'
import type { Routes } from '../route.ts'

const site = z.object({
  id: siteId.describe('Also its OpenID client id.'),
  name: z.string(),
  authority: z.string(),
  redirectUris: z.array(z.string()),
  postLogoutRedirectUris: z.array(z.string()),
  backchannelLogoutUri: z.string().nullable(),
  gatewayOrigin: z
    .string()
    .nullable()
    .describe('Set for a site behind the gateway: the origin that its proxy serves.'),
  gatewayUrl: z.string().nullable().describe('What that proxy asks, with /check or /forward.'),
  createdAt: instant,
  disabledAt: instant.nullable(),
})

const uris = z.array(z.string().min(1).max(2048)).max(20)
const one = '/admin/v1/tenants/{tenant}/sites/{site}'
const at = { tenant: tenantRef, site: siteId }

export const siteRoutes = {
  createSite: {
    method: 'POST',
    path: '/admin/v1/tenants/{tenant}/sites',
    needs: 'operator',
    fresh: true,
    summary:
      'Registers a site and returns its client secret, once; or a site behind the gateway, by its origin alone.',
    status: 201,
    input: z.strictObject({
      tenant: tenantRef,
      name: z.string().min(1).max(100),
      redirectUris: uris.default([]),
      postLogoutRedirectUris: uris.default([]),
      backchannelLogoutUri: z.string().max(2048).nullable().default(null),
      gatewayOrigin: z.string().max(2048).nullable().default(null),
    }),
    reply: site.extend({
      clientSecret: secret
        .nullable()
        .describe('Shown once; null behind the gateway, which needs none.'),
    }),
  },
  listSites: {
    method: 'GET',
    path: '/admin/v1/tenants/{tenant}/sites',
    needs: 'tenant-viewer',
    summary: 'The sites of a tenant.',
    input: z.strictObject({ tenant: tenantRef, ...paging }),
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
    needs: 'operator',
    summary: 'Changes what is given and leaves the rest.',
    input: z.strictObject({
      ...at,
      name: z.string().min(1).max(100).optional(),
      redirectUris: uris.min(1).optional(),
      postLogoutRedirectUris: uris.optional(),
      backchannelLogoutUri: z.string().max(2048).nullable().optional(),
      disabled: z.boolean().optional(),
    }),
    reply: site,
  },
  removeSite: {
    method: 'DELETE',
    path: one,
    needs: 'operator',
    summary: 'Removes a site; nobody signs in there any longer.',
    input: z.strictObject(at),
    reply: nothing,
  },
} as const satisfies Routes
