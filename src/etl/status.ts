/** The pipeline of one tenant: received, waiting, loaded, set aside, and how long it takes. */
import type { Db } from '../db/index.ts'
import type { Clock, TenantId } from '../lib/index.ts'
import { countPending } from '../sync/index.ts'
import type { CountTenant, TenantCounts } from './counts.ts'
import { countHeld } from './held.ts'
import { readPause } from './lease.ts'

export interface LoaderStatus extends TenantCounts {
  /** Pending rows: resources and memberships that the loader has yet to look at. */
  readonly waiting: number
  readonly quarantined: number
  /** People whose leaving is held by the brake until somebody decides. */
  readonly held: number
  readonly heldSince: Date | null
  readonly paused: boolean
  readonly pausedReason: string | null
  readonly oldestWaitingAt: Date | null
  /** How long the oldest has waited; 0 when nothing waits. */
  readonly lagMs: number
  /** Of the latest changes that this node loaded; null when it has loaded none. */
  readonly p99LagMs: number | null
}

export async function readStatus(
  { db, clock, count }: { readonly db: Db; readonly clock: Clock; readonly count: CountTenant },
  tenantId: TenantId,
  p99LagMs: number | null,
): Promise<LoaderStatus> {
  const now = await db.inTenant(tenantId, async (trx) => {
    const { waiting, oldestAt } = await countPending(trx, tenantId)
    const { quarantined } = await trx
      .selectFrom('quarantine')
      .select((e) => e.fn.countAll<number>().as('quarantined'))
      .where('tenant_id', '=', tenantId)
      .executeTakeFirstOrThrow()
    const pause = await readPause(trx, tenantId)
    const { held, since } = await countHeld(trx, tenantId)
    return {
      waiting,
      quarantined,
      held,
      heldSince: since,
      paused: pause !== undefined,
      pausedReason: pause?.reason ?? null,
      oldestWaitingAt: oldestAt,
      lagMs: oldestAt === null ? 0 : Math.max(0, clock().getTime() - oldestAt.getTime()),
      p99LagMs,
    }
  })
  // After the other: where nothing waits, everything is counted as loaded.
  return { ...now, ...(await count(tenantId)) }
}
