/** What happened: SCIM requests, and attempts to sign in. */
import { z } from 'zod'
import {
  connectionId,
  count,
  identityId,
  instant,
  pageOf,
  paging,
  requestId,
  signInId,
  siteId,
  tenantRef,
} from '../parts.ts'
import type { Routes } from '../route.ts'

export const signIn = z.object({
  id: z.string().describe('The reference that a refusal page shows.'),
  tenantId: z.string(),
  clientId: z.string(),
  connectionId: z.string().nullable(),
  identityId: z.string().nullable(),
  outcome: z.enum(['started', 'signed-in', 'refused', 'tested']),
  code: z.string().nullable(),
  startedAt: instant,
  endedAt: instant.nullable(),
  steps: z.array(z.record(z.string(), z.unknown())),
})

const logoutNotice = z.object({
  id: z.string(),
  siteId,
  identityId,
  cause: z.string().describe('Why the session ended.'),
  outcome: z
    .enum(['waiting', 'delivered', 'failed', 'no-address'])
    .describe('failed: given up after a day. no-address: the site has none to be told at.'),
  tries: count,
  answer: z.string().nullable().describe('What the site said last, or why it could not be asked.'),
  createdAt: instant,
  deliveredAt: instant.nullable(),
  nextTryAt: instant.nullable(),
})

const outcome = z.enum(['ok', 'refused', 'failed'])

export const provisioningEntry = z.object({
  requestId: z.string().describe('What the answer carried as X-Request-Id.'),
  bulkOperation: count
    .nullable()
    .describe('Which operation of a bulk request it is, from 1 on; null: the request.'),
  tenantId: z.string(),
  connectionId: z.string(),
  credential: z
    .object({ kind: z.enum(['token', 'oauth']), id: z.string() })
    .nullable()
    .describe('Null when the request could not be authenticated.'),
  operation: z.string(),
  resourceType: z.string().nullable(),
  resourceId: z.string().nullable(),
  status: z.number().int(),
  outcome: outcome.describe('refused: the caller can act on it. failed: we could not serve it.'),
  scimType: z.string().nullable(),
  detail: z.string().nullable().describe("What the identity provider's administrator was told."),
  found: count.nullable().describe('Resources in the answer to a list.'),
  changed: z.array(z.string()).describe('Names of attributes.'),
  changes: z
    .array(
      z.object({
        attribute: z.string(),
        before: z.string().nullable(),
        after: z.string().nullable(),
      }),
    )
    .nullable()
    .describe("With values; null unless the connection's policy keeps them."),
  movedMembers: count.describe('Memberships that are different now.'),
  rewrites: z.array(z.string()).describe('Dialect rewrites that fired.'),
  ignored: z.array(z.string()).describe('Attributes that no schema has.'),
  unknownMembers: z.array(z.string()).describe('Members named that are not there.'),
  receivedAt: instant,
  durationMs: z.number().nonnegative(),
  address: z.string(),
  userAgent: z.string().nullable(),
})

const provisioningPolicy = z.object({ keepsValues: z.boolean() })
const policyOf = {
  path: '/admin/v1/tenants/{tenant}/connections/{connection}/provisioning-log-policy',
  reply: provisioningPolicy,
} as const

const signal = z.object({
  id: z.string(),
  connectionId,
  kind: z.enum(['universal-logout', 'session-revoked', 'back-channel-logout']),
  identityIds: z.array(identityId),
  sessionsEnded: count,
  receivedAt: instant,
})

/** From the one on, before the other. */
const within = { since: instant.optional(), until: instant.optional() }

/** Whoever is bound to a tenant means it without naming it. */
const of = { tenant: tenantRef.optional() }

export const logRoutes = {
  listSignIns: {
    method: 'GET',
    path: '/admin/v1/tenants/{tenant}/sign-ins',
    needs: 'tenant-viewer',
    summary: 'Attempts to sign in, latest first, with every step and what was seen.',
    input: z.strictObject({
      tenant: tenantRef,
      ...paging,
      identity: identityId.optional(),
      outcome: signIn.shape.outcome.optional(),
      code: z.string().min(1).max(100).optional().describe('Of a refusal.'),
      site: siteId.optional(),
      connection: connectionId.optional(),
      ...within,
    }),
    reply: pageOf(signIn),
  },
  listSignals: {
    method: 'GET',
    path: '/admin/v1/tenants/{tenant}/signals',
    needs: 'tenant-viewer',
    summary: 'What identity providers said must end, and what it ended, latest first.',
    input: z.strictObject({ tenant: tenantRef, ...paging }),
    reply: pageOf(signal),
  },
  readSignIn: {
    method: 'GET',
    path: '/admin/v1/sign-ins/{reference}',
    needs: 'tenant-viewer',
    summary: 'One attempt, by the reference that the person quotes.',
    input: z.strictObject({ ...of, reference: signInId }),
    reply: signIn,
  },
  listLogoutNotices: {
    method: 'GET',
    path: '/admin/v1/tenants/{tenant}/logout-notices',
    needs: 'tenant-viewer',
    summary: 'What sites were told of sessions that ended, latest first, with the receipt of each.',
    input: z.strictObject({
      tenant: tenantRef,
      ...paging,
      site: siteId.optional(),
      identity: identityId.optional(),
    }),
    reply: pageOf(logoutNotice),
  },
  listProvisioningLog: {
    method: 'GET',
    path: '/admin/v1/tenants/{tenant}/provisioning-log',
    needs: 'tenant-viewer',
    summary: 'SCIM requests and what became of them, latest first; text is part of the detail.',
    input: z.strictObject({
      tenant: tenantRef,
      ...paging,
      connection: connectionId.optional(),
      resource: z.string().min(1).max(100).optional(),
      requestId: requestId.optional(),
      operation: z.string().min(1).max(20).optional(),
      outcome: outcome.optional(),
      status: z.coerce.number().int().min(100).max(599).optional(),
      text: z.string().min(1).max(200).optional(),
      ...within,
    }),
    reply: pageOf(provisioningEntry),
  },
  readProvisioningLogEntry: {
    method: 'GET',
    path: '/admin/v1/provisioning-log/{requestId}',
    needs: 'tenant-viewer',
    summary: 'One SCIM request, by the id that its answer carried.',
    input: z.strictObject({ ...of, requestId }),
    reply: provisioningEntry,
  },
  readProvisioningLogPolicy: {
    ...policyOf,
    method: 'GET',
    needs: 'tenant-viewer',
    summary: 'Whether the provisioning log of a connection keeps the values that changed.',
    input: z.strictObject({ tenant: tenantRef, connection: connectionId }),
  },
  changeProvisioningLogPolicy: {
    ...policyOf,
    method: 'PATCH',
    needs: 'tenant-admin',
    summary: 'Keeps values from now on, or names of attributes only, which is the default.',
    input: z.strictObject({
      tenant: tenantRef,
      connection: connectionId,
      keepsValues: z.boolean(),
    }),
  },
  readOpenApi: {
    method: 'GET',
    path: '/admin/v1/openapi.json',
    needs: 'operator-read',
    summary: 'This API as OpenAPI 3.1.',
    input: z.strictObject({}),
    reply: z.record(z.string(), z.unknown()),
  },
} as const satisfies Routes
