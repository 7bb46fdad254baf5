/** The brake as the operator sees and sets it: what it holds, what is decided of that, its limits. */
import type { Db } from '../db/index.ts'
import type { Clock, IdentityId, TenantId } from '../lib/index.ts'
import { type BrakePolicy, readBrakePolicy, writeBrakePolicy } from './brake-policy.ts'
import {
  discardHeld,
  type HeldOf,
  type HeldPage,
  keptMemberships,
  listHeld,
  listHeldGroups,
  releaseHeld,
} from './held-decide.ts'

/** @param released  hears of a tenant of which something is to happen now */
export function createHolds({
  db,
  clock,
  released,
}: {
  readonly db: Db
  readonly clock: Clock
  readonly released: (tenantId: TenantId) => void
}) {
  return {
    held: (tenantId: TenantId, page: HeldPage) =>
      db.inTenant(tenantId, (trx) => listHeld(trx, tenantId, page)),

    heldGroups: (tenantId: TenantId, page: { limit: number; after?: string | undefined }) =>
      db.inTenant(tenantId, (trx) => listHeldGroups(trx, tenantId, page)),

    /** Lets what is held happen, all of it or what is named. @returns how much */
    async releaseHeld(tenantId: TenantId, of: HeldOf): Promise<number> {
      const rows = await db.inTenant(tenantId, (trx) => releaseHeld(trx, tenantId, of, clock()))
      released(tenantId)
      return rows
    },

    /** It does not happen, until the identity provider says something new. @returns how much */
    discardHeld: (tenantId: TenantId, of: HeldOf) =>
      db.inTenant(tenantId, (trx) => discardHeld(trx, tenantId, of, clock())),

    /** Of these groups, those that somebody is in only because of what is held. */
    keptMemberships: (
      tenantId: TenantId,
      resourceIds: readonly string[],
      groupIds: readonly IdentityId[],
    ) => db.inTenant(tenantId, (trx) => keptMemberships(trx, tenantId, resourceIds, groupIds)),

    brakePolicy: (tenantId: TenantId) =>
      db.inTenant(tenantId, (trx) => readBrakePolicy(trx, tenantId)),

    /** @throws Refusal `conflict` when another is in force than the one it replaces */
    setBrakePolicy: (tenantId: TenantId, policy: BrakePolicy, replaces?: BrakePolicy) =>
      db.inTenant(tenantId, (trx) => writeBrakePolicy(trx, tenantId, policy, replaces)),
  }
}
