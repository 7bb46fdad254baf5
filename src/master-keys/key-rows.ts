/** The keys that have sealed here, a row each, in the order in which they took over: the last one seals. */
import { sql } from 'kysely'
import type { Transaction } from '../db/index.ts'

export interface KeyRow {
  readonly id: string
  readonly sealsFrom: Date
  readonly retiredAt: Date | null
  /** As last counted. */
  readonly valuesWrapped: number | null
  readonly countedAt: Date | null
}

export interface Keys {
  readonly rows: readonly KeyRow[]
  /** By the database's clock, which is one for all nodes. */
  readonly now: Date
}

/** Whoever decides which key seals, and whoever comes and has to know it, does so one after the other. */
export async function lockKeys(trx: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('master_key'))`.execute(trx)
}

export async function readKeys(trx: Transaction): Promise<Keys> {
  const rows = await trx
    .selectFrom('master_key')
    .selectAll()
    .select(sql<Date>`clock_timestamp()`.as('now'))
    .orderBy('seals_from')
    .orderBy('key_id')
    .execute()
  const keys = rows.map((row) => ({
    id: row.key_id,
    sealsFrom: row.seals_from,
    retiredAt: row.retired_at,
    valuesWrapped: row.values_wrapped,
    countedAt: row.counted_at,
  }))
  return { rows: keys, now: rows[0]?.now ?? new Date(0) }
}

/** From now on that key seals; how much the others wrap is to be counted. */
export async function addKey(trx: Transaction, keyId: string): Promise<void> {
  // Of now, and not of when the transaction began, which may have waited for another that lets a key take over.
  const { now } = await trx
    .selectNoFrom(sql<Date>`clock_timestamp()`.as('now'))
    .executeTakeFirstOrThrow()
  await trx.updateTable('master_key').set({ values_wrapped: null, counted_at: null }).execute()
  await trx
    .insertInto('master_key')
    .values({ key_id: keyId, seals_from: now })
    .onConflict((known) => known.doNothing())
    .execute()
}

export async function retireKey(trx: Transaction, keyId: string): Promise<void> {
  await trx
    .updateTable('master_key')
    .set({ retired_at: sql<Date>`now()` })
    .where('key_id', '=', keyId)
    .execute()
}

export async function keepCounts(
  trx: Transaction,
  rows: readonly KeyRow[],
  counts: ReadonlyMap<string, number>,
): Promise<void> {
  for (const { id } of rows)
    await trx
      .updateTable('master_key')
      .set({ values_wrapped: counts.get(id) ?? 0, counted_at: sql<Date>`now()` })
      .where('key_id', '=', id)
      .execute()
}

/** The one that seals; undefined where none has yet. */
export function sealingOf(rows: readonly KeyRow[]): KeyRow | undefined {
  return neededOf(rows).at(-1)
}

/** Those that something may be under. */
export function neededOf(rows: readonly KeyRow[]): readonly KeyRow[] {
  return rows.filter(({ retiredAt }) => retiredAt === null)
}
