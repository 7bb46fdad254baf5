/** The overview: every tenant's health, the one that is worst first, and what needs somebody to act. */
import { z } from 'zod'
import { connectionId, count, instant, listOf, tenantId } from '../parts.ts'
import type { Routes } from '../route.ts'

/** The order is from bad to good; `reasons` are in it too. */
const health = z.enum(['failing', 'needs-you', 'fine', 'suspended'])

const reason = z.object({
  code: z.enum(['lagging', 'sign-ins-refused', 'paused', 'quarantined', 'held']),
  count: count.describe('How many it is about; 0 where there is nothing to count.'),
  since: instant.nullable(),
})

const tenantHealth = z.object({
  id: tenantId,
  name: z.string(),
  health,
  reasons: z.array(reason),
  waiting: count,
  oldestWaitingAt: instant.nullable(),
  quarantined: count,
  held: count,
  signedIn: count.describe('Sign-ins of the last hour that succeeded.'),
  refused: count.describe('And that were refused.'),
  createdAt: instant,
})

const expiring = z.object({
  kind: z
    .enum(['scim-token', 'site-secret', 'key'])
    .describe('site-secret: the one that was replaced, and holds until then.'),
  tenant: z
    .object({ id: tenantId, name: z.string() })
    .nullable()
    .describe('Null: of the platform.'),
  id: z.string().describe('Of the token, the site or the key.'),
  name: z.string().describe("Of the token's connection, the site or the key."),
  connectionId: connectionId.nullable().describe('Of a token.'),
  expiresAt: instant.describe('Past: the token has ended, and nothing has taken its place.'),
  lastUsedAt: instant.nullable(),
})

export const overviewRoutes = {
  listExpiring: {
    method: 'GET',
    path: '/admin/v1/overview/expiring',
    needs: 'operator-read',
    summary: 'Tokens, secrets and keys that end within so many days, or did, the first first.',
    input: z.strictObject({ days: z.coerce.number().int().min(1).max(365).default(30) }),
    reply: listOf(expiring),
  },
  readOverview: {
    method: 'GET',
    path: '/admin/v1/overview',
    needs: 'operator-read',
    summary: 'Tenants by health, the worst first, with what is wrong; q is part of a name.',
    input: z.strictObject({
      limit: z.coerce.number().int().min(1).max(500).default(100),
      q: z.string().max(100).optional(),
    }),
    reply: z.object({
      items: z.array(tenantHealth),
      tenants: count.describe('Of that name, in all.'),
      byHealth: z.partialRecord(health, count),
    }),
  },
} as const satisfies Routes
