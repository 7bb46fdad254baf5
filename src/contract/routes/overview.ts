/** The overview: every tenant's health, the one that is worst first, and what needs somebody to act. */
import { z } from 'zod'
import { count, instant, tenantId } from '../parts.ts'
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

export const overviewRoutes = {
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
