/**
 * The loader: how long a change takes from acknowledged to being in the identity store while 200
 * arrive each second, and how fast it carries over what has piled up.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { lagsAt } from './arrivals.ts'
import { bench } from './bench.ts'
import type { BenchDatabase } from './database.ts'
import { ms, percentile, perSecond } from './figures.ts'
import { fillPeople, settle } from './people.ts'
import { type ServerProcess, withServer } from './server.ts'

/** How exactly the moment of being there is known. */
const LOOK_EVERY_MS = 10

export const load = bench({
  measures: 'from acknowledged to being in the identity store, and the throughput from a backlog',
  sizes: {
    writes: {
      means: 'new people a second',
      full: 200,
      quick: 50,
    },
    seconds: { means: 'of writing', full: 60, quick: 2 },
    backlog: { means: 'people that have piled up', full: 50_000, quick: 500 },
  },
  budgets: [{ figure: 'p99', atMost: 1000 }],
  async run({ server, say }, { writes, seconds, backlog }) {
    const database = await server.createDatabase()
    return await withServer(database, async (process) => {
      const lags = await lagsAt(database, await process.onboard('acme'), { writes, seconds })
      say('the backlog')
      const perPerson = await throughput(database, process, backlog, say)
      return {
        figures: {
          p99: ms(percentile(lags, 0.99), 'p99 from acknowledged to being in the identity store'),
          p50: ms(percentile(lags, 0.5), 'p50 of the same'),
          worst: ms(Math.max(...lags), 'the slowest'),
          written: perSecond(lags.length / seconds, 'changes that were acknowledged and loaded'),
          loaded: perSecond(perPerson, `people carried over from a backlog of ${backlog}`),
        },
      }
    })
  },
})

/** Lets people pile up while the loader of their tenant is paused, then lets it go. */
async function throughput(
  database: BenchDatabase,
  { admin, onboard }: ServerProcess,
  backlog: number,
  say: (line: string) => void,
): Promise<number> {
  const tenant = 'backlog'
  const { tenantId, connectionId } = await onboard(tenant)
  await admin.pauseSync({ tenant, reason: 'measuring' })
  await fillPeople(
    database,
    { tenantId, connectionId },
    { from: 1, to: backlog, pending: true },
    say,
  )
  await settle(database)
  const startedAt = performance.now()
  await admin.resumeSync({ tenant })
  for (;;) {
    const { rows } = await database.ownerPool.query<{ waits: boolean }>(
      'select exists (select from pending where tenant_id = $1) as waits',
      [tenantId],
    )
    if (rows[0]?.waits === false) return (backlog / (performance.now() - startedAt)) * 1000
    await wait(LOOK_EVERY_MS)
  }
}
