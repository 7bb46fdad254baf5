/**
 * Erases a person from all that is kept of them, in one transaction, and notes that without their name (SEC G-4):
 * who they are and what happened to them, what their sign-ins and the requests about them said. That there were
 * sign-ins and requests, when, and how they ended, stays.
 */
import { eraseFromProvisioningLog } from '../audit/index.ts'
import type { Transaction } from '../db/index.ts'
import { forgetQuarantined, keptFromDeletion, personResourceOf } from '../etl/index.ts'
import { erasePerson } from '../identity/index.ts'
import { type Actor, type IdentityId, Refusal, type TenantId } from '../lib/index.ts'
import type { Given } from './given.ts'
import type { Payloads } from './payloads.ts'

/** How much held something about them. */
export interface Erasure {
  readonly names: number
  readonly events: number
  readonly signIns: number
  readonly requests: number
}

export function createErasure({
  db,
  clock,
  audit,
  payloads,
}: Pick<Given, 'db' | 'clock' | 'audit'> & { readonly payloads: Pick<Payloads, 'forget'> }) {
  return {
    /** @throws Refusal `not_found`; `conflict` for somebody whom their identity provider still has, or who is held */
    eraseIdentity: (actor: Actor, tenantId: TenantId, identityId: IdentityId): Promise<Erasure> =>
      db.inTenant(tenantId, async (trx) => {
        await refuseHeld(trx, tenantId, identityId)
        const { resourceId, knownBy, ...counts } = await erasePerson(
          trx,
          tenantId,
          identityId,
          clock(),
        )
        await payloads.forget(trx, tenantId, [identityId])
        await forgetQuarantined(trx, tenantId, resourceId)
        const signIns = await trx.prepared('sign-in-erase', ERASE_SIGN_INS, [
          tenantId,
          identityId,
          knownBy,
        ])
        const requests = await eraseFromProvisioningLog(trx, tenantId, resourceId)
        const erasure = { ...counts, signIns: signIns.length, requests }
        const act = { act: 'identity.person.erased', object: identityId, details: erasure }
        await audit.record(trx, tenantId, actor, act)
        return erasure
      }),
  }
}

/** Their identity provider has deleted them, and here they are still somebody. */
async function refuseHeld(
  trx: Transaction,
  tenantId: TenantId,
  identityId: IdentityId,
): Promise<void> {
  const resourceId = personResourceOf(identityId)
  if (!(await keptFromDeletion(trx, tenantId, [resourceId])).has(resourceId)) return
  throw new Refusal(
    'conflict',
    `${identityId} is deleted at their identity provider, and the brake holds that, or somebody has let them stay. Release ${resourceId} first.`,
    { command: 'hold release' },
  )
}

/** Theirs, and those that were refused under a name of theirs before anybody knew whose it was. */
const ERASE_SIGN_INS = `
  update sign_in set steps = (
    select coalesce(jsonb_agg(jsonb_build_object('step', step -> 'step', 'at', step -> 'at') order by place), '[]')
      from jsonb_array_elements(steps) with ordinality as each (step, place))
   where tenant_id = $1
     and (identity_id = $2 or identity_id is null and exists (
       select from jsonb_array_elements(steps) as each (step) where step ->> 'value' = any ($3::text[])))
     and exists (
       select from jsonb_array_elements(steps) as each (step) where step - 'step' - 'at' <> '{}')
  returning 1 as erased`
