/**
 * Whether somebody whom the identity store has as active has left, as far as the IdP said. The loader
 * may be paused or behind; who has left may not sign in meanwhile.
 */
import type { Db, Transaction } from '../db/index.ts'
import type { TenantId } from '../lib/index.ts'
import type { Identity } from '../identity/index.ts'
import { countPending, isStagedActive, isStagedActiveNow } from '../sync/index.ts'
import { readBrakePolicy } from './brake-policy.ts'
import { readHeld } from './held-decide.ts'
import { readJoiningVersion } from './joining-rule.ts'
import { personResourceOf } from './transform.ts'

/** Somebody, with whoever is joined to them. */
export type Source = Pick<Identity, 'resourceId' | 'joinedFrom'>

/**
 * Whoever the brake holds keeps access until that is decided, unless the tenant has chosen otherwise;
 * whoever was let stay keeps it until the IdP says something new.
 */
export async function hasLeft(
  trx: Transaction,
  tenantId: TenantId,
  { resourceId, joinedFrom }: Source,
): Promise<boolean> {
  const sources = [resourceId, ...joinedFrom.map(personResourceOf)]
  if (await areStagedActive(trx, tenantId, sources)) return false
  const held = await readHeld(trx, tenantId, resourceId)
  if (held === null) return true
  if (!held.isDiscarded) return (await readBrakePolicy(trx, tenantId)).cutsAccess
  const isNew = async (id: string) => (await countPending(trx, tenantId, id)).waiting > 0
  return (await Promise.all(sources.map(isNew))).includes(true)
}

async function areStagedActive(
  trx: Transaction,
  tenantId: TenantId,
  sources: readonly string[],
): Promise<boolean> {
  const says = await Promise.all(sources.map((id) => isStagedActive(trx, tenantId, id)))
  if (says.length === 1 || says.every(Boolean)) return says[0] ?? false
  return (await readJoiningVersion(trx, tenantId)).active === 'any' && says.includes(true)
}

/** The same by itself: of most people one short statement says it. */
export async function hasLeftNow(db: Db, tenantId: TenantId, source: Source): Promise<boolean> {
  if (source.joinedFrom.length === 0 && (await isStagedActiveNow(db, tenantId, source.resourceId)))
    return false
  return db.inTenant(tenantId, (trx) => hasLeft(trx, tenantId, source))
}
