/**
 * Whether somebody whom the identity store has as active has left, as far as the IdP said. The loader
 * may be paused or behind; who has left may not sign in meanwhile.
 */
import type { Db } from '../db/index.ts'
import type { TenantId } from '../lib/index.ts'
import { isStagedActive } from '../sync/index.ts'
import { readBrakePolicy } from './brake-policy.ts'
import { heldAt } from './held.ts'

/** Whoever the brake holds keeps access until decided, unless the tenant has chosen otherwise. */
export async function hasLeft(
  { db }: { readonly db: Db },
  tenantId: TenantId,
  resourceId: string,
): Promise<boolean> {
  return db.inTenant(tenantId, async (trx) => {
    if (await isStagedActive(trx, tenantId, resourceId)) return false
    if ((await heldAt(trx, tenantId, resourceId)) === null) return true
    return (await readBrakePolicy(trx, tenantId)).cutsAccess
  })
}
