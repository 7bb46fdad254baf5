/** How far one resource has come, and what holds it up. */
import type { Db } from '../db/index.ts'
import type { TenantId } from '../lib/index.ts'
import { countPending } from '../sync/index.ts'
import { readHeld } from './held-decide.ts'
import { hasLeft, type Source } from './leaving.ts'
import { readPause } from './lease.ts'
import { listQuarantined, type Quarantined } from './quarantine.ts'

export interface Progress {
  /** Why loading is paused for the tenant; null when it is not. */
  readonly pausedReason: string | null
  /** How much is pending of it and its memberships. */
  readonly waiting: number
  readonly oldestWaitingAt: Date | null
  readonly quarantined: readonly Quarantined[]
  /** Since when the brake holds their leaving; null when it does not. */
  readonly heldAt: Date | null
  /** Since when they are kept though they have left: that was discarded, or undone; null when they are not. */
  readonly keptAt: Date | null
  /** The IdP said that they have left, and no decision stands against it. */
  readonly hasLeft: boolean
}

const MOST_SHOWN = 10

export async function readProgress(
  { db }: { readonly db: Db },
  tenantId: TenantId,
  source: Source,
): Promise<Progress> {
  const { resourceId } = source
  return db.inTenant(tenantId, async (trx) => {
    const pause = await readPause(trx, tenantId)
    const { waiting, oldestAt } = await countPending(trx, tenantId, resourceId)
    const held = await readHeld(trx, tenantId, resourceId)
    return {
      pausedReason: pause?.reason ?? null,
      waiting,
      oldestWaitingAt: oldestAt,
      quarantined: await listQuarantined(trx, tenantId, { limit: MOST_SHOWN, resourceId }),
      heldAt: held === null || held.isDiscarded ? null : held.heldAt,
      keptAt: held?.isDiscarded === true ? held.heldAt : null,
      hasLeft: await hasLeft(trx, tenantId, source),
    }
  })
}
