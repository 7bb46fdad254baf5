/**
 * Whether somebody whom the identity store has as active has left, as far as the IdP said. The loader
 * may be paused or behind; who has left may not sign in meanwhile.
 */
import type { Db, Transaction } from '../db/index.ts'
import type { TenantId } from '../lib/index.ts'
import { countPending, isStagedActive, isStagedActiveNow } from '../sync/index.ts'
import { readBrakePolicy } from './brake-policy.ts'
import { readHeld } from './held-decide.ts'

/**
 * Whoever the brake holds keeps access until that is decided, unless the tenant has chosen otherwise;
 * whoever was let stay keeps it until the IdP says something new.
 */
export async function hasLeft(
  trx: Transaction,
  tenantId: TenantId,
  resourceId: string,
): Promise<boolean> {
  if (await isStagedActive(trx, tenantId, resourceId)) return false
  const held = await readHeld(trx, tenantId, resourceId)
  if (held === null) return true
  if (!held.isDiscarded) return (await readBrakePolicy(trx, tenantId)).cutsAccess
  return (await countPending(trx, tenantId, resourceId)).waiting > 0
}

/** The same by itself: of most people one short statement says it. */
export async function hasLeftNow(db: Db, tenantId: TenantId, resourceId: string): Promise<boolean> {
  if (await isStagedActiveNow(db, tenantId, resourceId)) return false
  return db.inTenant(tenantId, (trx) => hasLeft(trx, tenantId, resourceId))
}
