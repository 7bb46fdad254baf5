/** With whom somebody is one person by the joining rule, or why with nobody. */
import type { Transaction } from '../db/index.ts'
import type { Identity } from '../identity/index.ts'
import type { ConnectionId, TenantId } from '../lib/index.ts'
import { type Joining, readJoining, readJoiningVersion } from './joining-rule.ts'
import { othersWith, valuesOf } from './joining-values.ts'
import { readJoiningPlace } from './lease.ts'
import { whyApart } from './rules/joining.ts'

export interface JoiningOf {
  /** What the rule gives for them; null where it gives nothing. */
  readonly value: string | null
  readonly because: string
}

/** @returns null where no rule is in force and they are joined with nobody */
export async function readJoiningOf(
  trx: Transaction,
  tenantId: TenantId,
  person: Identity,
  connections: Iterable<ConnectionId>,
): Promise<JoiningOf | null> {
  const isJoined = person.joinedTo !== null || person.joinedFrom.length > 0
  const { by } = await readJoiningVersion(trx, tenantId)
  if (by === null)
    return isJoined
      ? { value: null, because: 'The rule was taken back; the full run that parts them goes on.' }
      : null
  const joiningVersion = await readJoiningPlace(trx, tenantId)
  const joining = await readJoining(trx, tenantId, joiningVersion, connections)
  const { value, why } = await whyAlone(trx, tenantId, person, joining)
  const until = 'The full run that carries the rule out has not come to them yet.'
  const of = joining.coming === undefined ? '' : ' The rule before is in force until then.'
  if (isJoined)
    return { value, because: why === null ? 'The rule gives the same for all of them.' : until }
  if (why !== null) return { value, because: why }
  return { value, because: until + of }
}

/** @returns why they are joined with nobody; null where they are to be */
async function whyAlone(
  trx: Transaction,
  tenantId: TenantId,
  { resourceId, connectionId }: Identity,
  { inForce, order }: Joining,
): Promise<{ value: string | null; why: string | null }> {
  if (inForce === undefined) return { value: null, why: null }
  if (!order.includes(connectionId))
    return { value: null, why: 'The rule is not about their connection.' }
  const [own] = await valuesOf(trx, tenantId, inForce.version, [resourceId])
  if (own === undefined) return { value: null, why: 'The rule gives nothing for them.' }
  const but = [resourceId]
  const others = await othersWith(trx, tenantId, inForce.version, [own.value], { but, order })
  if (others.length === 0)
    return { value: own.value, why: 'The rule gives this for nobody of another connection.' }
  return { value: own.value, why: whyApart([own, ...others]) }
}
