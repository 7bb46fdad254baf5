/**
 * Counts what each key wraps, and wraps anew what is not under the one that seals: a tenant after another, a column after
 * another, in small batches by primary key, each a transaction of its own.
 *
 * Nothing is remembered: whatever is left is found again, so it can be ended at any time, and two that do it do each
 * other no harm.
 */
import { countSealed, type Db, nextSealed, rewrapSealed, type SealedColumn } from '../db/index.ts'
import type { MasterKey, Random, TenantId } from '../lib/index.ts'

const BATCH = 100

export interface RewrappingGiven {
  readonly db: Db
  readonly masterKey: MasterKey
  readonly random: Random
  /** A page of all tenants, behind the last of the one before. */
  readonly tenants: (after: TenantId | undefined) => Promise<readonly TenantId[]>
  readonly columns: readonly SealedColumn[]
}

/** How many values are under each key. */
export async function countValues(
  given: RewrappingGiven,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for await (const of of owners(given, signal))
    for (const [id, values] of await countSealed(given.db, given.columns, of))
      counts.set(id, (counts.get(id) ?? 0) + values)
  return counts
}

/** @returns how many were wrapped anew, and how many do not open and are left as they are */
export async function rewrapValues(
  given: RewrappingGiven,
  signal: AbortSignal,
): Promise<{ rewrapped: number; failed: number }> {
  const sum = { rewrapped: 0, failed: 0 }
  for await (const of of owners(given, signal))
    for (const column of given.columns) {
      if (column.isOfTenants !== (of !== null)) continue
      for await (const { rewrapped, failed } of batches(given, column, of, signal)) {
        sum.rewrapped += rewrapped
        sum.failed += failed
      }
    }
  return sum
}

async function* batches(
  { db, masterKey, random }: RewrappingGiven,
  column: SealedColumn,
  of: TenantId | null,
  signal: AbortSignal,
) {
  let after: readonly unknown[] | undefined
  while (!signal.aborted) {
    const rows = await nextSealed(db, column, of, masterKey, { after, limit: BATCH })
    if (rows.length > 0) yield rewrapSealed({ db, masterKey, random }, column, of, rows)
    after = rows.at(-1)?.key
    // Where there is one row at most there is none behind it.
    if (rows.length < BATCH || after?.length === 0) return
  }
}

/** The platform, and every tenant. */
async function* owners(
  { tenants }: RewrappingGiven,
  signal: AbortSignal,
): AsyncGenerator<TenantId | null> {
  yield null
  let page = await tenants(undefined)
  while (page.length > 0 && !signal.aborted) {
    yield* page
    page = await tenants(page.at(-1))
  }
}
