/** When what was acknowledged is in the identity store. */
import { setTimeout as wait } from 'node:timers/promises'
import type { TenantId } from '../src/lib/index.ts'
import type { BenchDatabase } from './database.ts'
import { createSend, expectStatus } from './http.ts'
import { oktaUser } from './okta-user.ts'
import type { ScimAccess } from './server.ts'

/** How exactly the moment of being there is known. */
const LOOK_EVERY_MS = 10

/**
 * Writes new people at an even pace, whatever the answers take.
 * @param writes  a second
 * @param prefix  of their names; another at each call for one tenant
 * @returns of each, the milliseconds from acknowledged to being in the identity store
 */
export async function lagsAt(
  database: BenchDatabase,
  { tenantId, baseUrl, token }: ScimAccess,
  { writes, seconds, prefix = 'person' }: { writes: number; seconds: number; prefix?: string },
): Promise<number[]> {
  const send = createSend(baseUrl, token, 64)
  const acknowledged = new Map<string, number>()
  const arrivals = watchArrivals(database, tenantId)
  const running: Promise<void>[] = []
  const total = writes * seconds
  const startedAt = performance.now()
  for (let index = 0; index < total; index += 1) {
    const dueInMs = startedAt + (index * 1000) / writes - performance.now()
    if (dueInMs > 1) await wait(dueInMs)
    const user = oktaUser(`${prefix}-${index}@acme.example`, `00u${prefix}${index}`)
    running.push(
      send('POST', '/Users', user).then((reply) => {
        acknowledged.set(expectStatus(reply, 201).requestId, performance.now())
      }),
    )
  }
  await Promise.all(running)
  const arrived = await arrivals.stopAfter([...acknowledged.keys()])
  return [...acknowledged].map(([requestId, at]) => {
    const there = arrived.get(requestId)
    if (there === undefined) throw new Error(`Request ${requestId} was never loaded.`)
    return Math.max(0, there - at)
  })
}

/** Looks at the tenant's events, which are there in the moment in which the identities are. */
export function watchArrivals({ db }: BenchDatabase, tenantId: TenantId) {
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
    /** When each request's effect was there, once those are, or a minute has passed. */
    async stopAfter(requestIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
      const isThere = (id: string) => arrived.has(id)
      for (let waited = 0; !requestIds.every(isThere) && waited < 60_000; waited += LOOK_EVERY_MS)
        await wait(LOOK_EVERY_MS)
      stopped.abort()
      await looking
      return arrived
    },
  }
}
