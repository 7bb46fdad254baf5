/**
 * One batch of a tenant, under its lease: the pending rows go, the identity changes and their
 * events come, in one transaction (invariant 3).
 */
import type { Db, Transaction } from '../db/index.ts'
import type { Clock, ConnectionId, NewId, TenantId } from '../lib/index.ts'
import { addPending, takePending, takePendingOf, type Pending, type Taken } from '../sync/index.ts'
import { keepPosition, takeLease, waitForLease, type Lease } from './lease.ts'
import { load, type EndSessions, type Loaded, type LoadGiven } from './load.ts'
import { keepFailures, releaseLoaded } from './quarantine.ts'
import { readRules } from './rules/versions.ts'
import { NOTHING_CHANGED, positionsSince, recordBatch, type RunKind } from './runs.ts'
import { identityIdOf } from './transform.ts'
import { isLockTimeout, isOutsideTrouble } from './trouble.ts'

export interface BatchGiven {
  readonly db: Db
  readonly clock: Clock
  readonly newId: NewId
  readonly labelsOf: (tenantId: TenantId) => Promise<ReadonlyMap<ConnectionId, string>>
  readonly endSessions: EndSessions
  /** Told how many rows a batch has taken, and 0 when it is over. */
  readonly atWork?: (tenantId: TenantId, rows: number) => void
}

export type BatchResult =
  | { readonly did: 'nothing'; readonly why: 'busy' | 'paused' | 'empty' }
  | {
      readonly did: 'load'
      /** Of each change that is loaded: from acknowledged to committed. */
      readonly lagsMs: readonly number[]
      /** Of those that took somebody's access away. */
      readonly revokedMs: readonly number[]
      /** Changes that could not be loaded this time. */
      readonly failed: number
      /** More is due already. */
      readonly more: boolean
    }

/** Of resources in one batch, as the IdP's text. Beyond it a batch holds fewer (SEC L-5). */
const BATCH_BYTES = 16 * 1024 * 1024

/**
 * Loads up to `limit` of what is due. A batch of one blames its row for what the database throws:
 * the row counts a try, and the batch has happened.
 *
 * @throws what the database threw; then nothing is changed
 */
export function loadBatch(
  given: BatchGiven,
  tenantId: TenantId,
  limit: number,
): Promise<BatchResult> {
  return underLease(given, tenantId, {
    kind: 'differential',
    lease: takeLease,
    take: (trx, now, bytes) => takePending(trx, tenantId, { due: now, limit, bytes }),
    blames: limit === 1,
  })
}

/** Loads what one person is, now, pending or not. Waits for the lease, but not long. */
export async function loadSingle(
  given: BatchGiven,
  tenantId: TenantId,
  person: {
    readonly connectionId: ConnectionId
    readonly resourceId: string
    readonly requestId: string
  },
): Promise<BatchResult> {
  try {
    return await underLease(given, tenantId, {
      kind: 'single',
      lease: waitForLease,
      take: async (trx, now) => {
        let rows = await takePendingOf(trx, tenantId, person.resourceId)
        if (rows.length === 0) {
          await addPending(trx, tenantId, [{ ...person, memberId: null }], now)
          rows = await takePendingOf(trx, tenantId, person.resourceId)
        }
        return { rows, more: false }
      },
      blames: true,
    })
  } catch (error) {
    if (isLockTimeout(error)) return { did: 'nothing', why: 'busy' }
    throw error
  }
}

interface How {
  readonly kind: RunKind
  readonly lease: (trx: Transaction, tenantId: TenantId) => Promise<Lease | undefined>
  readonly take: (trx: Transaction, now: Date, bytes: number) => Promise<Taken>
  readonly blames: boolean
}

async function underLease(given: BatchGiven, tenantId: TenantId, how: How): Promise<BatchResult> {
  const { db, clock, newId, labelsOf, endSessions } = given
  const labels = await labelsOf(tenantId)
  const working = db.inTenant(tenantId, async (trx) => {
    const lease = await how.lease(trx, tenantId)
    if (lease === undefined) return { did: 'nothing', why: 'busy' } as const
    if (lease.isPaused) return { did: 'nothing', why: 'paused' } as const
    const startedAt = clock()
    // With each person may be looked at one of every other connection.
    const bytes = Math.ceil(BATCH_BYTES / (lease.hasJoining ? Math.max(1, labels.size) : 1))
    const { rows, more } = await how.take(trx, startedAt, bytes)
    if (rows.length === 0) return { did: 'nothing', why: 'empty' } as const
    given.atWork?.(tenantId, rows.length)

    // Under the lease: what was applied before a full run began is in force in every batch after.
    const rules = await readRules(trx, tenantId)
    const context = {
      ...{ labels, rules, endSessions, now: startedAt },
      ...{ saysAgain: false, plansAfresh: true },
    }
    const loaded = await (how.blames ? loadOrBlame : load)(trx, context, lease, rows)
    const { changed, lastPosition, failures, reason, cutOff } = loaded
    const failed = new Set(failures.map(({ pending }) => pending))
    const done = rows.filter((row) => !failed.has(row))
    releaseLoaded(trx, tenantId, done)
    const quarantined = await keepFailures(trx, tenantId, failures, startedAt)
    if (lastPosition !== lease.lastPosition) keepPosition(trx, tenantId, loaded)
    await trx.sent()
    const endedAt = clock()
    const maxLagMs = Math.max(0, ...lagsOf(done, endedAt))
    const counts = { ...changed, taken: rows.length, quarantined, maxLagMs }
    const positions = positionsSince(lease.lastPosition, lastPosition)
    const batch = { kind: how.kind, startedAt, endedAt, counts, positions, reason }
    recordBatch(trx, tenantId, newId, batch)
    return { did: 'load', done, cutOff, failed: failed.size, more } as const
  })
  const result = await working.finally(() => given.atWork?.(tenantId, 0))
  if (result.did === 'nothing') return result
  const { done, cutOff, ...rest } = result
  const now = clock()
  const revoked = done.filter(({ resourceId }) => cutOff.has(identityIdOf(resourceId)))
  return { ...rest, lagsMs: lagsOf(done, now), revokedMs: lagsOf(revoked, now) }
}

function lagsOf(rows: readonly Pending[], loadedAt: Date): number[] {
  return rows.map(({ writtenAt }) => Math.max(0, loadedAt.getTime() - writtenAt.getTime()))
}

/** What the database refuses is undone, and the rows that it was of count a failed try. */
async function loadOrBlame(
  trx: Transaction,
  context: LoadGiven,
  lease: Lease,
  rows: readonly Pending[],
): Promise<Loaded> {
  await trx.prepared('batch-save', 'savepoint batch', [])
  try {
    const loaded = await load(trx, context, lease, rows)
    await trx.sent()
    return loaded
  } catch (thrown) {
    // What failed while nobody waited for it is why what came next did.
    const error = await trx.sent().then(
      () => thrown,
      (cause: unknown) => cause,
    )
    if (isOutsideTrouble(error)) throw error
    await trx.prepared('batch-undo', 'rollback to savepoint batch', [])
    const reason = `Loading it failed: ${error instanceof Error ? error.message : String(error)}`
    return {
      changed: NOTHING_CHANGED,
      lastPosition: lease.lastPosition,
      activeDelta: 0,
      cutOff: new Set(),
      failures: rows.map((pending) => ({ pending, reason, mayPass: true })),
      reason,
    }
  }
}
