/**
 * The lease of a tenant: a lock on its loader row, held by one transaction. So of any number of
 * nodes one works for a tenant, and one that is killed leaves nothing behind. The row also says
 * whether loading is paused, and the position of the tenant's latest event.
 */
import type { Transaction } from '../db/index.ts'
import type { TenantId } from '../lib/index.ts'

export interface Lease {
  readonly tenantId: TenantId
  /** Of the tenant's latest event. */
  readonly lastPosition: number
  readonly isPaused: boolean
}

type LeaseRow = { last_position: number; paused_at: Date | null }

const LOCK = 'select last_position, paused_at from loader where tenant_id = $1 for update'

/** @returns undefined while another holds it */
export async function takeLease(trx: Transaction, tenantId: TenantId): Promise<Lease | undefined> {
  const [row] = await trx.prepared<LeaseRow>('lease-take', `${LOCK} skip locked`, [tenantId])
  return row === undefined ? firstLease(trx, tenantId) : leaseOf(tenantId, row)
}

/**
 * For somebody who is being waited for: in this transaction no lock is waited for longer than 2 s.
 * @throws DatabaseError 55P03 (`isLockTimeout`) then
 */
export async function waitForLease(
  trx: Transaction,
  tenantId: TenantId,
): Promise<Lease | undefined> {
  await trx.prepared('lease-patience', `set local lock_timeout = '2s'`, [])
  const [row] = await trx.prepared<LeaseRow>('lease-wait', LOCK, [tenantId])
  return row === undefined ? firstLease(trx, tenantId) : leaseOf(tenantId, row)
}

/** A tenant's row is made by the first who needs it; who inserts it, holds it. */
async function firstLease(trx: Transaction, tenantId: TenantId): Promise<Lease | undefined> {
  const [row] = await trx.prepared<LeaseRow>(
    'lease-first',
    `insert into loader (tenant_id) values ($1) on conflict do nothing
     returning last_position, paused_at`,
    [tenantId],
  )
  return row && leaseOf(tenantId, row)
}

function leaseOf(tenantId: TenantId, row: LeaseRow): Lease {
  return { tenantId, lastPosition: row.last_position, isPaused: row.paused_at !== null }
}

export async function keepPosition(
  trx: Transaction,
  tenantId: TenantId,
  position: number,
): Promise<void> {
  await trx.prepared(
    'lease-keep-position',
    'update loader set last_position = $2 where tenant_id = $1',
    [tenantId, position],
  )
}

/** From its commit on no batch begins, on any node. Waits for the one at work. */
export async function pauseLoading(
  trx: Transaction,
  tenantId: TenantId,
  reason: string,
  now: Date,
): Promise<void> {
  const paused = { paused_at: now, paused_reason: reason }
  await trx
    .insertInto('loader')
    .values({ tenant_id: tenantId, ...paused })
    .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet(paused))
    .execute()
}

export async function resumeLoading(trx: Transaction, tenantId: TenantId): Promise<void> {
  await trx
    .updateTable('loader')
    .set({ paused_at: null, paused_reason: null })
    .where('tenant_id', '=', tenantId)
    .execute()
}

/** Why loading is paused and since when; undefined when it is not. */
export async function readPause(
  trx: Transaction,
  tenantId: TenantId,
): Promise<{ since: Date; reason: string | null } | undefined> {
  const row = await trx
    .selectFrom('loader')
    .select(['paused_at', 'paused_reason'])
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst()
  return row?.paused_at ? { since: row.paused_at, reason: row.paused_reason } : undefined
}
