/** After an outage: many tenants' changes wait at once, and another tenant's fresh one must not wait for them. */
import { setTimeout as wait } from 'node:timers/promises'
import { lagsAt } from '../arrivals.ts'
import type { BenchDatabase } from '../database.ts'
import { userIdOf } from '../okta-user.ts'
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

export interface Outage {
  readonly waiting: number
  readonly tenants: number
  /** Of each tenant, records that cannot be loaded. */
  readonly poison: number
}

/** @throws Error when not exactly the poison was set aside */
export async function catchUp(
  database: BenchDatabase,
  { admin, onboard }: ServerProcess,
  { waiting, tenants, poison }: Outage,
  say: (line: string) => void,
): Promise<CaughtUp> {
  const names = Array.from({ length: tenants }, (_, index) => `outage-${index}`)
  const each = Math.ceil(waiting / tenants)
  const spoilt = Array.from({ length: poison }, (_, index) => userIdOf(index + 1))
  for (const name of names) {
    const scope = await onboard(name)
    await admin.pauseSync({ tenant: name, reason: 'an outage, to be measured' })
    await fillPeople(database, scope, { from: 1, to: each, pending: true }, say)
    await database.ownerPool.query(SPOIL, [scope.tenantId, spoilt])
  }
  const another = await onboard('outage-fresh')
  await settle(database)
  const startedAt = performance.now()
  await Promise.all(names.map((tenant) => admin.resumeSync({ tenant })))
  const over = new AbortController()
  const loaded = untilLoaded(database, spoilt).finally(() => over.abort())
  let freshMs = 0
  for (let second = 0; !over.signal.aborted; second += 1) {
    const pace = { writes: WRITES_A_SECOND, seconds: 1, prefix: `fresh-${second}` }
    freshMs = Math.max(freshMs, ...(await lagsAt(database, another, pace)))
  }
  const tookMs = (await loaded) - startedAt
  say('what cannot be loaded is set aside')
  await untilLoaded(database, [])
  const { rows: aside } = await database.ownerPool.query<{ resource_id: string }>(
    'select resource_id from quarantine',
  )
  const wrong = aside.filter(({ resource_id: id }) => !spoilt.includes(id)).length
  if (wrong > 0 || aside.length !== poison * tenants)
    throw new Error(
      `Set aside are ${aside.length}, ${wrong} of them for nothing; ${poison * tenants} cannot be loaded.`,
    )
  return { tookMs, freshMs }
}

/** Nothing of the outage waits but those; the fresh ones are others' requests. @returns when */
async function untilLoaded({ ownerPool }: BenchDatabase, but: readonly string[]): Promise<number> {
  for (;;) {
    const { rows } = await ownerPool.query<{ waits: boolean }>(
      `select exists (select from pending where request_id = 'req_bench' and resource_id <> all ($1)) as waits`,
      [but],
    )
    if (rows[0]?.waits === false) return performance.now()
    await wait(LOOK_EVERY_MS)
  }
}

/** Passes into the resource, and no jsonb of the database takes it. */
const SPOIL = `
  update resource set body = '{"title":"\\u0000",' || substr(body, 2)
   where tenant_id = $1 and resource_id = any ($2)`
