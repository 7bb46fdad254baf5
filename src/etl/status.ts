/** The pipeline of one tenant: received, waiting, loading, loaded, set aside, and how long it takes. */
import type { Db } from '../db/index.ts'
import type { Clock, TenantId } from '../lib/index.ts'
import { countPending } from '../sync/index.ts'
import type { CountTenant, TenantCounts } from './counts.ts'
import { countHeld, type HeldCounts } from './held-decide.ts'
import { readFullRun, readPause } from './lease.ts'
import { estimateEnd, readPace } from './pace.ts'

export interface LoaderStatus extends TenantCounts, HeldCounts {
  /** Resources and memberships that the loader has yet to look at. */
  readonly waiting: number
  /** Of those, how many are in the batch that this node is at. */
  readonly loading: number
  /** Set aside, and nobody has decided to leave it out. */
  readonly quarantined: number
  /** Set aside and left out. */
  readonly skipped: number
  readonly paused: boolean
  readonly pausedReason: string | null
  readonly oldestWaitingAt: Date | null
  /** How long the oldest has waited; 0 when nothing waits. */
  readonly lagMs: number
  /** Of the latest changes that this node loaded; null when it has loaded none. */
  readonly p50LagMs: number | null
  readonly p95LagMs: number | null
  readonly p99LagMs: number | null
  /** Changes a second, over about the last minute, on all nodes. */
  readonly ratePerSecond: number
  /** When nothing will wait if nothing else arrives; null while that cannot be told. */
  readonly estimatedEndAt: Date | null
  /** The full run under way, and how much of what there is to look at it has looked at. */
  readonly fullRun: {
    readonly id: string
    readonly taken: number
    readonly expected: number
  } | null
}

/** What a node knows of its own work for a tenant. */
export type OfThisNode = Pick<LoaderStatus, 'loading' | 'p50LagMs' | 'p95LagMs' | 'p99LagMs'>

export async function readStatus(
  { db, clock, count }: { readonly db: Db; readonly clock: Clock; readonly count: CountTenant },
  tenantId: TenantId,
  ofThisNode: OfThisNode,
): Promise<LoaderStatus> {
  const at = clock()
  const now = await db.inTenant(tenantId, async (trx) => {
    const { waiting, oldestAt } = await countPending(trx, tenantId)
    const aside = await trx
      .selectFrom('quarantine')
      .select((e) => [
        e.fn.countAll<number>().filterWhere('skipped_at', 'is', null).as('quarantined'),
        e.fn.countAll<number>().filterWhere('skipped_at', 'is not', null).as('skipped'),
      ])
      .where('tenant_id', '=', tenantId)
      .executeTakeFirstOrThrow()
    const pause = await readPause(trx, tenantId)
    const pace = await readPace(trx, tenantId, at)
    return {
      ...ofThisNode,
      ...(await countHeld(trx, tenantId)),
      waiting,
      ...aside,
      paused: pause !== undefined,
      pausedReason: pause?.reason ?? null,
      oldestWaitingAt: oldestAt,
      lagMs: oldestAt === null ? 0 : Math.max(0, at.getTime() - oldestAt.getTime()),
      ratePerSecond: pace.ratePerSecond,
      estimatedEndAt: pause === undefined ? estimateEnd(waiting, pace, at) : null,
      fullRun: await readFullRun(trx, tenantId),
    }
  })
  // After the other: where nothing waits, everything is counted as loaded.
  return { ...now, ...(await count(tenantId)) }
}
