/** The overview: every tenant's health, the one that is worst first, and what needs somebody to act. */
import { z } from 'zod'
import { connectionId, count, instant, listOf, siteId, tenantId } from '../parts.ts'
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

const named = z.object({ id: tenantId, name: z.string() })

/** In milliseconds, as closely as histograms tell; null of none. */
const ms = z.number().nonnegative().nullable()
const within = z.object({ count, p50: ms, p95: ms, p99: ms })
const withTarget = within.extend({
  targetMs: count.describe('What 99 of 100 are to be within.'),
})

const history = z.object({
  days: z
    .array(
      z.object({
        day: z.iso.date().describe('In UTC; the last is today.'),
        requestsOk: count,
        requestsRefused: count,
        requestsFailed: count,
        signedIn: count,
        signInsRefused: count,
        noticesFailed: count.describe('Sites that were not told of the end of a session.'),
        access: within.describe('From a change acknowledged until it was loaded.'),
        revoke: within.describe('From a change acknowledged until the access it ended was gone.'),
        told: within.describe('From the end of a session until a site had heard of it.'),
      }),
    )
    .describe('Over all tenants.'),
  times: z.object({ access: withTarget, revoke: withTarget, told: withTarget }),
  tenants: z
    .array(
      z.object({
        id: tenantId,
        worst: z
          .array(z.enum(['failed', 'refused', 'ok', 'quiet']))
          .describe('Of each of the days: the worst that happened.'),
        all: z.array(count).describe('Of each of the days: requests and sign-ins.'),
        refused: z.array(count).describe('Those of them that were refused.'),
        failed: z
          .array(count)
          .describe('What failed: requests, sites not told, and what was more than 5 min late.'),
      }),
    )
    .describe('Those of whom there is something.'),
})

const failingSite = z.object({
  id: siteId,
  name: z.string(),
  tenant: named,
  notices: count.describe('Ends of sessions that it has not heard of.'),
  since: instant,
  answer: z.string().nullable().describe('What it said last, or why it could not be asked.'),
})

const expiring = z.object({
  kind: z
    .enum(['scim-token', 'oauth-grant', 'site-secret', 'key', 'setup-link'])
    .describe('site-secret: the one that was replaced, and holds until then.'),
  tenant: named.nullable().describe('Null: of the platform.'),
  id: z.string().describe('Of the token, the grant, the site, the key or the link.'),
  name: z
    .string()
    .describe(
      'Of the connection of a token or link, whoever consented to a grant, the site or the key.',
    ),
  connectionId: connectionId.nullable().describe('Of a token, a grant or a link.'),
  expiresAt: instant.describe('Past: the token has ended, and nothing has taken its place.'),
  lastUsedAt: instant.nullable(),
})

export const overviewRoutes = {
  readHistory: {
    method: 'GET',
    path: '/admin/v1/overview/history',
    needs: 'operator-read',
    summary:
      'What the last days were like: requests, times with their targets, the worst of each tenant.',
    input: z.strictObject({ days: z.coerce.number().int().min(1).max(90).default(14) }),
    reply: history,
  },
  listFailingSites: {
    method: 'GET',
    path: '/admin/v1/overview/failing-sites',
    needs: 'operator-read',
    summary:
      'Sites that do not hear that sessions end: the address of their back-channel logout fails.',
    input: z.strictObject({}),
    reply: listOf(failingSite),
  },
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
