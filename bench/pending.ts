/**
 * The claim of docs/decisions/0003: a write that leaves a pending row commits beside others, one
 * that takes the next number of a counter row waits for the one before it to be on disk.
 */
import type { Scope } from '../src/lib/index.ts'
import { bench } from './bench.ts'
import type { BenchDatabase } from './database.ts'
import { median, perSecond, rateOf, times } from './figures.ts'
import { newScope } from './people.ts'

export const pending = bench({
  measures: 'writes that leave a pending row against writes numbered by a counter row',
  sizes: {
    connections: {
      means: 'writers at a time, all for one connection of a tenant',
      full: 16,
      quick: 4,
    },
    seconds: { means: 'of each measurement', full: 5, quick: 1 },
    rounds: { means: 'of both measurements, by turns', full: 3, quick: 1 },
  },
  budgets: [],
  async run({ server, say }, { connections, seconds, rounds }) {
    const database = await server.createDatabase()
    const scope = await newScope(database, 'acme')
    await database.ownerPool.query(COUNTER)
    await database.ownerPool.query('insert into change_counter values ($1, $2, 0)', [
      scope.tenantId,
      scope.connectionId,
    ])
    const writers = {
      pending: writer(database, scope, PENDING),
      counter: writer(database, scope, NUMBERED),
    }
    const rates: { pending: number[]; counter: number[] } = { pending: [], counter: [] }
    for (let round = 1; round <= rounds; round += 1) {
      for (const way of ['pending', 'counter'] as const)
        rates[way].push(await rateOf(connections, seconds, writers[way]))
      say(`round ${round} of ${rounds}`)
    }
    const [rows, counted] = [median(rates.pending), median(rates.counter)]
    return {
      figures: {
        ratio: times(rows / counted, 'writes with a pending row / writes with a number'),
        pending: perSecond(rows, 'writes that leave a pending row'),
        counter: perSecond(counted, 'writes numbered by a counter row of their connection'),
      },
    }
  },
})

let written = 0

/** One person, and the note for the loader, in a transaction of one packet. */
function writer({ db }: BenchDatabase, { tenantId, connectionId }: Scope, note: string) {
  const text = `
    with created as (
      insert into resource (tenant_id, resource_id, connection_id, type, unique_key, active, version,
                            body, created_at, modified_at)
      values ($1, $3, $2, 'User', $3, true, 1, $4, now(), now())
      returning resource_id
    )${note}`
  const body = 'x'.repeat(600)
  const name = note === PENDING ? 'bench-pending' : 'bench-counter'
  return () => {
    written += 1
    return db.inTenantOnce(tenantId, name, text, [tenantId, connectionId, `usr_${written}`, body])
  }
}

const PENDING = `
  insert into pending (tenant_id, pending_id, connection_id, resource_id, request_id, written_at, not_before)
  select $1, gen_random_uuid(), $2, resource_id, 'req_bench', now(), now() from created`

const NUMBERED = `, counted as (
    update change_counter set last = last + 1 where tenant_id = $1 and connection_id = $2
    returning last
  )
  insert into change_log (tenant_id, connection_id, position, resource_id, request_id, written_at)
  select $1, $2, last, resource_id, 'req_bench', now() from created, counted`

/** The road not taken. */
const COUNTER = `
  create table change_counter (
    tenant_id text, connection_id text, last bigint, primary key (tenant_id, connection_id));
  create table change_log (
    tenant_id text, connection_id text, position bigint, resource_id text, request_id text,
    written_at timestamptz, primary key (tenant_id, connection_id, position));
  grant select, insert, update on change_counter, change_log to rollcall_app`
