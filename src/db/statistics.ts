/**
 * Has PostgreSQL count its tables as soon as they have grown, and not when autovacuum comes by.
 *
 * By what was counted last it chooses between indexes. Of a table that it takes for empty any index
 * will do that begins with the tenant, and a prepared statement keeps that choice: in a new database
 * each look-up walked all resources of its connection, until a minute had passed. Counted at twice its
 * size each time, a table is counted some twenty times on its way to a million rows.
 */
import type { Pool } from 'pg'
import type { Logger } from 'pino'

const EVERY_MS = 2000
/** Fewer rows are as quickly walked as found. */
const LEAST_ROWS = 200

const GROWN = `
  select format('%I', s.relname) as name
    from pg_stat_user_tables s join pg_class c on c.oid = s.relid
   where s.schemaname = 'public' and s.n_live_tup > ${LEAST_ROWS}
     and s.n_live_tup > 2 * c.reltuples`

/** Has the tables counted that have grown to twice what they were. @returns their names */
export async function countGrown(owner: Pool): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(GROWN)
  const names = rows.map(({ name }) => name)
  // Another node may be at it, or autovacuum.
  for (const name of names) await owner.query(`analyze (skip_locked) ${name}`)
  return names
}

/** Does so from time to time. @param owner  of the tables, since nobody else may */
export function keepCounted(owner: Pool, log: Pick<Logger, 'info' | 'warn'>) {
  let round: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  const again = () => {
    if (isStopped) return
    timer = setTimeout(() => {
      round = count().finally(again)
    }, EVERY_MS)
  }
  const count = async () => {
    try {
      const tables = await countGrown(owner)
      if (tables.length > 0) log.info({ event: 'db.tables.counted', tables })
    } catch (error) {
      // Nothing is wrong but slower.
      const reason = error instanceof Error ? error.message : 'unknown'
      log.warn({ event: 'db.tables.not-counted', error: reason })
    }
  }
  again()
  return {
    async stop(): Promise<void> {
      isStopped = true
      clearTimeout(timer)
      await round
    },
  }
}
