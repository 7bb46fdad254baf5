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
  /** People are held by the brake, or released and not loaded yet. */
  readonly isHolding: boolean
  /** Something is held, or was decided. */
  readonly hasHeld: boolean
  /** Null until it was counted once. */
  readonly activePeople: number | null
  /** There is, or was, a rule by which people are joined. */
  readonly hasJoining: boolean
  /** Whose values people are joined by; null: nobody is. */
  readonly joiningVersion: number | null
  /** The full run that is under way, and how far it has come. */
  readonly fullRun: FullRunPlace | undefined
}

export interface FullRunPlace {
  readonly runId: string
  readonly stage: string
  /** The last key that was looked at in this pass; '' at its beginning. */
  readonly after: string
}

interface LeaseRow extends Record<string, unknown> {
  readonly last_position: number
  readonly paused_at: Date | null
  readonly is_holding: boolean
  readonly has_held: boolean
  readonly active_people: number | null
  readonly joining_version: number | null
  readonly has_joining: boolean
  readonly full_run_id: string | null
  readonly full_stage: string | null
  readonly full_after: string | null
}

const COLUMNS = `
  last_position, paused_at, active_people, joining_version, full_run_id, full_stage, full_after,
  exists (select from joining_rule where tenant_id = $1) as has_joining,
  exists (select from held where tenant_id = $1) as has_held,
  exists (select from held where tenant_id = $1 and member_id = '' and discarded_at is null
                             and resource_id like 'usr\\_%') as is_holding`
const LOCK = `select ${COLUMNS} from loader where tenant_id = $1 for update`

/** @returns undefined while another holds it */
export async function takeLease(trx: Transaction, tenantId: TenantId): Promise<Lease | undefined> {
  const [row] = await trx.prepared<LeaseRow>('lease-take', `${LOCK} skip locked`, [tenantId])
  return row === undefined ? firstLease(trx, tenantId) : leaseOf(tenantId, row)
}

/**
 * For somebody who is being waited for: in this transaction no lock is waited for longer than 2 s.
 * @throws Unavailable (`isLockTimeout`) then
 */
export async function waitForLease(
  trx: Transaction,
  tenantId: TenantId,
): Promise<Lease | undefined> {
  await trx.prepared('lease-patience', `set local lock_timeout = '2s'`, [])
  const [row] = await trx.prepared<LeaseRow>('lease-wait', LOCK, [tenantId])
  return row === undefined ? firstLease(trx, tenantId) : leaseOf(tenantId, row)
}

/** A tenant that an older server onboarded has no row yet; who inserts it, holds it. */
async function firstLease(trx: Transaction, tenantId: TenantId): Promise<Lease | undefined> {
  const begun = await trx.prepared(
    'lease-first',
    'insert into loader (tenant_id) values ($1) on conflict do nothing returning 1 as begun',
    [tenantId],
  )
  if (begun.length === 0) return undefined
  const [row] = await trx.prepared<LeaseRow>('lease-wait', LOCK, [tenantId])
  return row && leaseOf(tenantId, row)
}

function leaseOf(tenantId: TenantId, row: LeaseRow): Lease {
  const { full_run_id: runId, full_stage: stage, full_after: after } = row
  return {
    tenantId,
    lastPosition: row.last_position,
    isPaused: row.paused_at !== null,
    isHolding: row.is_holding,
    hasHeld: row.has_held,
    activePeople: row.active_people,
    hasJoining: row.has_joining,
    joiningVersion: row.joining_version,
    fullRun: runId === null ? undefined : { runId, stage: stage ?? '', after: after ?? '' },
  }
}

/** @param activeDelta  by how much the number of active people is another */
export function keepPosition(
  trx: Transaction,
  tenantId: TenantId,
  { lastPosition, activeDelta }: { lastPosition: number; activeDelta: number },
): void {
  trx.send(
    'lease-keep-position',
    `update loader set last_position = $2, active_people = active_people + $3
      where tenant_id = $1`,
    [tenantId, lastPosition, activeDelta],
  )
}

/** For a tenant's onboarding, in its transaction: the poll finds tenants by this row. */
export async function prepareLoading(trx: Transaction, tenantId: TenantId): Promise<void> {
  await trx
    .insertInto('loader')
    .values({ tenant_id: tenantId })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Whose values people are joined by; null: nobody is. */
export async function readJoiningPlace(
  trx: Transaction,
  tenantId: TenantId,
): Promise<number | null> {
  const row = await trx
    .selectFrom('loader')
    .select('joining_version')
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst()
  return row?.joining_version ?? null
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

/** The full run that is under way, with how much it has looked at and how much there is. */
export async function readFullRun(
  trx: Transaction,
  tenantId: TenantId,
): Promise<{ id: string; taken: number; expected: number } | null> {
  const row = await trx
    .selectFrom('loader')
    .innerJoin('run', (join) =>
      join
        .onRef('run.tenant_id', '=', 'loader.tenant_id')
        .onRef('run.run_id', '=', 'loader.full_run_id'),
    )
    .select(['run.run_id', 'run.taken', 'run.expected'])
    .where('loader.tenant_id', '=', tenantId)
    .executeTakeFirst()
  return row === undefined
    ? null
    : { id: row.run_id, taken: row.taken, expected: row.expected ?? row.taken }
}

/** Whose full run is under way. Operator-wide. */
export async function tenantsWithFullRun(trx: Transaction): Promise<TenantId[]> {
  const rows = await trx
    .selectFrom('loader')
    .select('tenant_id')
    .where('full_run_id', 'is not', null)
    .where('paused_at', 'is', null)
    .execute()
  return rows.map((row) => row.tenant_id)
}
