/** How the service itself is: nodes, database, what works in the background. No tenant is named. */
import { z } from 'zod'
import { count, instant } from '../parts.ts'
import type { Routes } from '../route.ts'

const verdict = z
  .enum(['ok', 'attention', 'failing'])
  .describe('failing: somebody notices, or something may be lost. attention: it may become that.')

const check = z.object({
  name: z.enum([
    'nodes',
    'releases',
    'clocks',
    'memory',
    'event-loop',
    'connections',
    'database',
    'durability',
    'replication',
    'transactions',
    'migrations',
    'loading',
    'logout-notices',
    'warnings',
    'provisioning-log',
    'credentials',
    'master-keys',
    'disk',
  ]),
  verdict,
  seen: z.string().describe('What was seen, in a sentence.'),
  next: z.string().nullable().describe('What to do; null where there is nothing.'),
})

const node = z.object({
  name: z.string().describe('Its host and process.'),
  version: z.string(),
  runtime: z.string().describe('The version of Node.js.'),
  startedAt: instant,
  seenAt: instant,
  lost: z.boolean().describe('It did not say that it stops, and is silent.'),
  asked: z.boolean().describe('It is the one that answers.'),
  rssBytes: count,
  heapBytes: count,
  heapLimitBytes: count,
  loopDelayMs: count.describe('So late are 99 of 100 turns of its event loop at most.'),
  connectionsBusy: count.describe('Of its connections to the database.'),
  connectionsMost: count,
  transactionsWaiting: count.describe('For one of those.'),
  logRowsDropped: count.describe('Missing in the provisioning log, since it started.'),
  clockAheadMs: z.number().int().describe("Of the database's clock."),
  keyIds: z
    .array(z.string())
    .nullable()
    .describe('The master keys that it has; null of a release that does not say so.'),
  sealsWith: z.string().nullable().describe('The one of those that it seals with.'),
})

const owed = z.object({
  waiting: count,
  failing: count.describe('Of those, tried several times.'),
  givenUp: count.describe('Within a day.'),
  oldestAt: instant.nullable(),
})

export const healthRoutes = {
  readHealth: {
    method: 'GET',
    path: '/admin/v1/health',
    needs: 'operator-read',
    summary:
      'How the service itself is: what was looked at, the worst first, and what to do; its nodes, database and queues.',
    input: z.strictObject({}),
    reply: z.object({
      verdict,
      at: instant,
      checks: z.array(check),
      nodes: z.array(node),
      database: z.object({
        version: z.string(),
        startedAt: instant,
        bytes: count,
        connections: count,
        connectionsMost: count,
        readOnly: z.boolean(),
        unsafe: z
          .array(z.string())
          .describe('Settings that keep what was acknowledged, and are off.'),
        replicas: z.array(
          z.object({
            name: z.string(),
            state: z.string().nullable(),
            lagBytes: z.number().nullable(),
            lagSeconds: z.number().nullable(),
          }),
        ),
        oldestTransaction: z
          .object({ seconds: z.number(), user: z.string(), processId: count })
          .nullable(),
        seesAll: z
          .boolean()
          .describe(
            'Whether the owner of the tables sees the transactions and replicas of others.',
          ),
      }),
      migrations: z.object({
        latest: z.string(),
        pending: z.array(z.string()),
        unknown: z.array(z.string()).describe('Applied by a later release.'),
      }),
      loading: z.object({
        waiting: count.describe('Changes, over all tenants.'),
        oldestWaitingAt: instant.nullable().describe('Of tenants whose loading is not paused.'),
        quarantined: count,
        held: count,
        pausedTenants: count,
        laggingTenants: count,
      }),
      notices: owed.describe('Logouts that sites are to be told of.'),
      warnings: owed.describe('Before something ends.'),
      disk: z
        .object({ freeBytes: count, bytes: count })
        .nullable()
        .describe('Where the embedded database is; null: it is elsewhere.'),
    }),
  },
} as const satisfies Routes
