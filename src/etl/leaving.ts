/**
 * Whether somebody whom the identity store has as active has left, as far as the IdP said. The loader
 * may be paused or behind; who has left may not sign in meanwhile.
 */
import type { Db, Transaction } from '../db/index.ts'
import type { TenantId } from '../lib/index.ts'
import type { Identity } from '../identity/index.ts'
import { askStagedActive, countPending, stagedActivity } from '../sync/index.ts'
import { readBrakePolicy } from './brake-policy.ts'
import { readHeld } from './held-decide.ts'
import { readJoiningVersion } from './joining-rule.ts'
import { personResourceOf } from './transform.ts'

/** Somebody, with whoever is joined to them. */
export type Source = Pick<Identity, 'resourceId' | 'joinedFrom'>

/**
 * Whoever the brake holds keeps access until that is decided, unless the tenant has chosen otherwise;
 * whoever was let stay keeps it until the IdP says something new. A rule may have somebody leave whom the IdP has.
 */
export async function hasLeft(
  trx: Transaction,
  tenantId: TenantId,
  { resourceId, joinedFrom }: Source,
): Promise<boolean> {
  const sources = [resourceId, ...joinedFrom.map(personResourceOf)] as const
  const held = await readHeld(trx, tenantId, resourceId)
  if (held?.isDiscarded === false) return (await readBrakePolicy(trx, tenantId)).cutsAccess
  if (await isStagedIn(trx, tenantId, sources)) return false
  if (held === null) return true
  const isNew = async (id: string) => (await countPending(trx, tenantId, id)).waiting > 0
  return (await Promise.all(sources.map(isNew))).includes(true)
}

/** A connection that has them no more says nothing of them; it is only who leads who has to be there. */
async function isStagedIn(
  trx: Transaction,
  tenantId: TenantId,
  [leader, ...others]: readonly [leader: string, ...others: string[]],
): Promise<boolean> {
  const activity = await stagedActivity(trx, tenantId, [leader, ...others])
  const says = [...activity.values()]
  if (activity.has(leader) && says.every(Boolean)) return true
  if (others.length === 0 || !says.includes(true)) return false
  return (await readJoiningVersion(trx, tenantId)).active === 'any'
}

const isInAndNotHeld = askStagedActive(
  'staged-active-and-not-held',
  `exists (
     select from held
      where tenant_id = $1 and resource_id = asked.id and member_id = ''
        and discarded_at is null and released_at is null)`,
)

/** The same by itself: of most people one short statement says it. */
export async function hasLeftNow(db: Db, tenantId: TenantId, source: Source): Promise<boolean> {
  if (source.joinedFrom.length === 0 && (await isInAndNotHeld(db, tenantId, source.resourceId)))
    return false
  return db.inTenant(tenantId, (trx) => hasLeft(trx, tenantId, source))
}
