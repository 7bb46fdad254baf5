/** The rows of an audit log: a tenant's, or the platform's own, which is the same without a tenant. */
import { type SelectQueryBuilder, type Selectable, sql } from 'kysely'
import type { Database, Db, Transaction } from '../db/index.ts'
import type { TenantId } from '../lib/index.ts'
import { BEGINNING, hashOf, type Link, type LinkedRow } from './chain.ts'

export type EntryRow = Selectable<Database['platform_audit_log']>

/** A transaction that may add to the log of that tenant; null: of the platform. */
export function inLog<T>(
  db: Db,
  tenantId: TenantId | null,
  act: (trx: Transaction) => Promise<T>,
): Promise<T> {
  return tenantId === null ? db.platform(act) : db.inTenant(tenantId, act)
}

export function entryRows(
  trx: Transaction,
  tenantId: TenantId | null,
): SelectQueryBuilder<Database, 'platform_audit_log', EntryRow> {
  if (tenantId === null) return trx.selectFrom('platform_audit_log').selectAll()
  // The same columns and the tenant, which nobody asks for here.
  return trx
    .selectFrom('audit_log')
    .selectAll()
    .where('tenant_id', '=', tenantId) as unknown as ReturnType<typeof entryRows>
}

/** Those that are in the chain, in its order. */
export function linkedRows(trx: Transaction, tenantId: TenantId | null) {
  return entryRows(trx, tenantId).where('position', 'is not', null).$castTo<LinkedRow>()
}

/** Until the end of the transaction nobody else adds to that log. */
export async function lockLog(trx: Transaction, tenantId: TenantId | null): Promise<void> {
  const name = `audit_log/${tenantId ?? 'platform'}`
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(trx)
}

/** The entry that the next one follows. */
export async function lastLink(trx: Transaction, tenantId: TenantId | null): Promise<Link> {
  const rows = linkedRows(trx, tenantId).orderBy('position', 'desc').limit(1)
  return (await rows.executeTakeFirst()) ?? BEGINNING
}

/** Adds an entry as the last of the chain. */
export async function addEntry(
  trx: Transaction,
  tenantId: TenantId | null,
  entry: Omit<EntryRow, 'position' | 'hash'>,
): Promise<void> {
  await lockLog(trx, tenantId)
  const before = await lastLink(trx, tenantId)
  const row = {
    ...entry,
    details: JSON.stringify(entry.details),
    position: before.position + 1,
    hash: hashOf(tenantId, before, entry),
  }
  if (tenantId === null) await trx.insertInto('platform_audit_log').values(row).execute()
  else
    await trx
      .insertInto('audit_log')
      .values({ tenant_id: tenantId, ...row })
      .execute()
}
