/**
 * One batch of a tenant, under its lease: locking the tenant's loader row is the lease, so of any
 * number of nodes one works for a tenant, and a killed one leaves nothing behind. The pending rows
 * go and the identity changes come in one transaction.
 */
import type { Db, Transaction } from '../db/index.ts'
import type { Clock, ConnectionId, NewId, TenantId } from '../lib/index.ts'
import { addPending, takePending, takePendingOf, type Pending } from '../sync/index.ts'
import { load, type EndSessions, type Lease } from './load.ts'
import { keepFailures } from './quarantine.ts'
import { recordBatch, type RunKind } from './runs.ts'

export interface BatchGiven {
  readonly db: Db
  readonly clock: Clock
  readonly newId: NewId
  readonly labelsOf: (tenantId: TenantId) => Promise<ReadonlyMap<ConnectionId, string>>
  readonly endSessions: EndSessions
}

export type BatchResult =
  | { readonly did: 'nothing'; readonly why: 'busy' | 'paused' | 'empty' }
  | {
      readonly did: 'load'
      /** When each write that was loaded had been acknowledged. */
      readonly writtenAt: readonly Date[]
      readonly taken: number
      readonly failed: number
    }

/** Loads up to `limit` of what is due. @throws what the database threw; then nothing is changed */
export function loadBatch(
  given: BatchGiven,
  tenantId: TenantId,
  limit: number,
): Promise<BatchResult> {
  return underLease(given, tenantId, 'differential', takeLease, (trx, now) =>
    takePending(trx, tenantId, { due: now, limit }),
  )
}

/** Loads what one person is, now, pending or not. Waits for the lease, but not long. */
export function loadSingle(
  given: BatchGiven,
  tenantId: TenantId,
  person: {
    readonly connectionId: ConnectionId
    readonly resourceId: string
    readonly requestId: string
  },
): Promise<BatchResult> {
  return underLease(given, tenantId, 'single', waitForLease, async (trx, now) => {
    const taken = await takePendingOf(trx, tenantId, person.resourceId)
    if (taken.length > 0) return taken
    await addPending(trx, tenantId, [{ ...person, memberId: null }], now)
    return takePendingOf(trx, tenantId, person.resourceId)
  })
}

/** Counts a failed try of the row that is first in line; after enough of them it is set aside. */
export async function setFirstAside(
  { db, clock, newId }: BatchGiven,
  tenantId: TenantId,
  reason: string,
): Promise<Pending | undefined> {
  return db.inTenant(tenantId, async (trx) => {
    const lease = await takeLease(trx, tenantId)
    if (lease === undefined) return undefined
    const now = clock()
    const [first] = await takePending(trx, tenantId, { due: now, limit: 1 })
    if (first === undefined) return undefined
    const quarantined = await keepFailures(trx, tenantId, [{ pending: first, reason }], now)
    const counts = { ...NOTHING, taken: 1, quarantined }
    const batch = { kind: 'differential', startedAt: now, endedAt: now, counts, reason } as const
    await recordBatch(trx, tenantId, newId, batch)
    return first
  })
}

const NOTHING = {
  taken: 0,
  identitiesCreated: 0,
  identitiesChanged: 0,
  identitiesDeleted: 0,
  linksAdded: 0,
  linksRemoved: 0,
  propertiesChanged: 0,
  quarantined: 0,
  maxLagMs: 0,
}

interface HeldLease extends Lease {
  readonly isPaused: boolean
}

async function underLease(
  given: BatchGiven,
  tenantId: TenantId,
  kind: RunKind,
  getLease: (trx: Transaction, tenantId: TenantId) => Promise<HeldLease | undefined>,
  take: (trx: Transaction, now: Date) => Promise<Pending[]>,
): Promise<BatchResult> {
  const { db, clock, newId, labelsOf, endSessions } = given
  const labels = await labelsOf(tenantId)
  return db.inTenant(tenantId, async (trx): Promise<BatchResult> => {
    const lease = await getLease(trx, tenantId)
    if (lease === undefined) return { did: 'nothing', why: 'busy' }
    if (lease.isPaused) return { did: 'nothing', why: 'paused' }
    const startedAt = clock()
    const pending = await take(trx, startedAt)
    if (pending.length === 0) return { did: 'nothing', why: 'empty' }
    const context = { labels, endSessions, now: startedAt }
    const { counts, lastPosition, failures } = await load(trx, context, lease, pending)
    if (lastPosition !== lease.lastPosition)
      await trx
        .updateTable('loader')
        .set({ last_position: lastPosition })
        .where('tenant_id', '=', tenantId)
        .execute()
    const batch = { kind, startedAt, endedAt: clock(), counts, reason: null }
    await recordBatch(trx, tenantId, newId, batch)
    const failed = new Set(failures.map((failure) => failure.pending))
    return {
      did: 'load',
      writtenAt: pending.filter((row) => !failed.has(row)).map((row) => row.writtenAt),
      taken: pending.length,
      failed: failures.length,
    }
  })
}

/** @returns undefined while another holds it */
async function takeLease(trx: Transaction, tenantId: TenantId): Promise<HeldLease | undefined> {
  const [row] = await trx.prepared<LeaseRow>('loader-lease', `${LEASE} skip locked`, [tenantId])
  return row === undefined ? firstLease(trx, tenantId) : leaseOf(tenantId, row)
}

async function waitForLease(trx: Transaction, tenantId: TenantId): Promise<HeldLease | undefined> {
  await trx.prepared('loader-lock-timeout', `set local lock_timeout = '2s'`, [])
  try {
    const [row] = await trx.prepared<LeaseRow>('loader-wait-for-lease', LEASE, [tenantId])
    return row === undefined ? await firstLease(trx, tenantId) : leaseOf(tenantId, row)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '55P03') return undefined
    throw error
  }
}

/** A tenant's row is made by the first who needs it; who inserts it, holds it. */
async function firstLease(trx: Transaction, tenantId: TenantId): Promise<HeldLease | undefined> {
  const [row] = await trx.prepared<LeaseRow>(
    'loader-first-lease',
    `insert into loader (tenant_id) values ($1) on conflict do nothing
     returning last_position, paused_at`,
    [tenantId],
  )
  return row && leaseOf(tenantId, row)
}

type LeaseRow = { last_position: number; paused_at: Date | null }

const LEASE = 'select last_position, paused_at from loader where tenant_id = $1 for update'

function leaseOf(tenantId: TenantId, row: LeaseRow): HeldLease {
  return { tenantId, lastPosition: row.last_position, isPaused: row.paused_at !== null }
}
