/**
 * The loader: how long a change takes from acknowledged to being in the identity store while 200
 * arrive each second, and how fast it carries over what has piled up.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { bench } from './bench.ts'
import type { BenchDatabase } from './database.ts'
import type { TenantId } from '../src/lib/index.ts'
import { ms, percentile, perSecond } from './figures.ts'
import { createSend, expectStatus } from './http.ts'
import { oktaUser } from './okta-user.ts'
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
      const lags = await lagsAt(database, process, { writes, seconds })
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

/** Writes at an even pace, whatever the answers take, and sees when each is there. */
async function lagsAt(
  database: BenchDatabase,
  { onboard }: ServerProcess,
  { writes, seconds }: { writes: number; seconds: number },
): Promise<number[]> {
  const { tenantId, baseUrl, token } = await onboard('acme')
  const send = createSend(baseUrl, token, 64)
  const acknowledged = new Map<string, number>()
  const arrivals = watchArrivals(database, tenantId)
  const running: Promise<void>[] = []
  const total = writes * seconds
  const startedAt = performance.now()
  for (let index = 0; index < total; index += 1) {
    const dueInMs = startedAt + (index * 1000) / writes - performance.now()
    if (dueInMs > 1) await wait(dueInMs)
    const user = oktaUser(`person-${index}@acme.example`, `00u${index}`)
    running.push(
      send('POST', '/Users', user).then((reply) => {
        acknowledged.set(expectStatus(reply, 201).requestId, performance.now())
      }),
    )
  }
  await Promise.all(running)
  const arrived = await arrivals.stopAfter(total)
  return [...acknowledged].map(([requestId, at]) => {
    const there = arrived.get(requestId)
    if (there === undefined) throw new Error(`Request ${requestId} was never loaded.`)
    return Math.max(0, there - at)
  })
}

/** Looks at the tenant's events, which are there in the moment in which the identities are. */
function watchArrivals({ db }: BenchDatabase, tenantId: TenantId) {
  const arrived = new Map<string, number>()
  let position = 0
  const look = async () => {
    const rows = await db.inTenantOnce<{ position: number; request_id: string }>(
      tenantId,
      'bench-arrivals',
      'select position, request_id from event where tenant_id = $1 and position > $2 order by position',
      [tenantId, position],
    )
    const now = performance.now()
    for (const row of rows) {
      position = row.position
      arrived.set(row.request_id, now)
    }
  }
  const stopped = new AbortController()
  const looking = (async () => {
    for (; !stopped.signal.aborted; await wait(LOOK_EVERY_MS)) await look()
  })()
  return {
    /** When each request's effect was there, once so many are, or a minute has passed. */
    async stopAfter(count: number): Promise<ReadonlyMap<string, number>> {
      for (let waited = 0; arrived.size < count && waited < 60_000; waited += LOOK_EVERY_MS)
        await wait(LOOK_EVERY_MS)
      stopped.abort()
      await looking
      return arrived
    },
  }
}

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
