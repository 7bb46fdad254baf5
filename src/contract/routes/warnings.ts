/** Warnings before something ends: who is told at a tenant, a test, and the receipts. */
import { z } from 'zod'
import {
  connectionId,
  count,
  instant,
  listOf,
  pageOf,
  paging,
  secret,
  tenantRef,
} from '../parts.ts'
import type { Routes } from '../route.ts'

const settings = z.object({
  emails: z.array(z.string()),
  webhookUrl: z.string().nullable(),
  changedAt: instant.nullable(),
  sendsEmail: z.boolean().describe('Whether the server has an SMTP server to send by.'),
})

const delivery = z.object({
  id: z.string().describe('Also the webhook-id, the same whenever it is sent again.'),
  kind: z.enum(['scim-token', 'oauth-grant', 'site-secret', 'key', 'setup-link', 'test']),
  subject: z.string(),
  objectId: z.string().describe('Of what ends.'),
  connectionId: connectionId.nullable(),
  expiresAt: instant,
  channel: z.enum(['email', 'webhook']),
  target: z.string(),
  outcome: z.enum(['waiting', 'delivered', 'failed']),
  tries: count,
  answer: z.string().nullable().describe('ok, or what was wrong with the last try.'),
  createdAt: instant,
  deliveredAt: instant.nullable(),
  nextTryAt: instant.nullable(),
})

const all = '/admin/v1/tenants/{tenant}/warnings'
const at = { tenant: tenantRef }

export const warningRoutes = {
  listWarnings: {
    method: 'GET',
    path: all,
    needs: 'tenant-viewer',
    summary: 'The warnings that were sent or are owed, the latest first, with their receipts.',
    input: z.strictObject({ ...at, ...paging }),
    reply: pageOf(delivery),
  },
  readWarningSettings: {
    method: 'GET',
    path: `${all}/settings`,
    needs: 'tenant-viewer',
    summary: 'Who is warned before something of the tenant ends.',
    input: z.strictObject(at),
    reply: settings,
  },
  changeWarningSettings: {
    method: 'PATCH',
    path: `${all}/settings`,
    needs: 'tenant-admin',
    fresh: true,
    summary: 'Says who is warned; a webhook gets a secret, shown once.',
    input: z.strictObject({
      ...at,
      emails: z.array(z.email().max(254)).max(20).optional(),
      webhookUrl: z.string().min(1).max(2048).nullable().optional(),
      replaces: instant
        .nullable()
        .optional()
        .describe('changedAt as it was read: refused when it was changed since.'),
    }),
    reply: settings.extend({ webhookSecret: secret.nullable() }),
  },
  testWarnings: {
    method: 'POST',
    path: `${all}/tests`,
    needs: 'tenant-admin',
    summary: 'Sends everybody who is warned a test.',
    status: 201,
    input: z.strictObject(at),
    reply: listOf(delivery),
  },
} as const satisfies Routes
