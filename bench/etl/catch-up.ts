/** After an outage: many tenants' changes wait at once, and another tenant's fresh one must not wait for them. */
import { setTimeout as wait } from 'node:timers/promises'
import { lagsAt } from '../arrivals.ts'
import type { BenchDatabase } from '../database.ts'
import { fillPeople, settle } from '../people.ts'
import type { ServerProcess } from '../server.ts'

const LOOK_EVERY_MS = 20
/** Of the fresh ones. */
const WRITES_A_SECOND = 5

export interface CaughtUp {
  readonly tookMs: number
  /** The slowest fresh change, from acknowledged to being in the identity store. */
  readonly freshMs: number
}

export async function catchUp(
  database: BenchDatabase,
  { admin, onboard }: ServerProcess,
  { waiting, tenants }: { readonly waiting: number; readonly tenants: number },
  say: (line: string) => void,
): Promise<CaughtUp> {
  const names = Array.from({ length: tenants }, (_, index) => `outage-${index}`)
  const each = Math.ceil(waiting / tenants)
  for (const name of names) {
    const scope = await onboard(name)
    await admin.pauseSync({ tenant: name, reason: 'an outage, to be measured' })
    await fillPeople(database, scope, { from: 1, to: each, pending: true }, say)
  }
  const another = await onboard('outage-fresh')
  await settle(database)
  const startedAt = performance.now()
  await Promise.all(names.map((tenant) => admin.resumeSync({ tenant })))
  const over = new AbortController()
  const loaded = untilLoaded(database).finally(() => over.abort())
  let freshMs = 0
  for (let second = 0; !over.signal.aborted; second += 1) {
    const pace = { writes: WRITES_A_SECOND, seconds: 1, prefix: `fresh-${second}` }
    freshMs = Math.max(freshMs, ...(await lagsAt(database, another, pace)))
  }
  return { tookMs: (await loaded) - startedAt, freshMs }
}

/** Nothing of the outage waits; the fresh ones are others' requests. @returns when */
async function untilLoaded({ ownerPool }: BenchDatabase): Promise<number> {
  for (;;) {
    const { rows } = await ownerPool.query<{ waits: boolean }>(
      "select exists (select from pending where request_id = 'req_bench') as waits",
    )
    if (rows[0]?.waits === false) return performance.now()
    await wait(LOOK_EVERY_MS)
  }
}
