/**
 * Whoever is held stays as they are, under the name that they have; but an FQN is one person's. Where the identity
 * provider has given that name to somebody else, as one does that deletes people and creates them again, there is
 * nothing left to decide: whoever is held gives way.
 */
import type { Transaction } from '../db/index.ts'
import { type IdentityFacts, nameHolders } from '../identity/index.ts'
import type { IdentityId } from '../lib/index.ts'
import type { Pending } from '../sync/index.ts'
import type { Step } from './diff.ts'
import { decisionsAmong, keyOf } from './held.ts'
import type { Lease } from './lease.ts'
import { isRenamed, nameKey } from './rules/unique-names.ts'
import { personResourceOf } from './transform.ts'

/**
 * Who is held, or was let stay, under a name that these steps give to somebody.
 * @returns a row for each that the batch does not look at yet, as if they had been named
 */
export async function heldUnderNamesOf(
  trx: Transaction,
  { tenantId, hasHeld }: Pick<Lease, 'tenantId' | 'hasHeld'>,
  steps: readonly Step[],
  pending: readonly Pending[],
): Promise<Pending[]> {
  const takers = hasHeld ? takersIn(steps) : new Map<string, IdentityFacts>()
  const holders = await nameHolders(trx, tenantId, [...takers.values()])
  const rows = new Map(pending.map((row) => [row.resourceId, row]))
  const drawn = holders.flatMap((holder): Pending[] => {
    const resourceId = personResourceOf(holder.identityId)
    const because = rows.get(takers.get(nameKey(holder))?.resourceId ?? '')
    if (because === undefined || rows.has(resourceId)) return []
    return [{ ...because, resourceId, memberId: null, tries: 0 }]
  })
  if (drawn.length === 0) return []
  const keyIn = ({ resourceId }: Pending) => ({ resourceId, memberId: '' })
  const decisions = await decisionsAmong(trx, tenantId, drawn.map(keyIn))
  return drawn.filter((row) => decisions.has(keyOf(keyIn(row))))
}

/** Whose name somebody else has after these steps. Pure. */
export function givingWay(steps: readonly Step[]): ReadonlySet<IdentityId> {
  const takers = takersIn(steps)
  const giving = steps.filter(({ before, after }) => {
    const taker = before?.kind === 'person' ? takers.get(nameKey(before)) : undefined
    return taker !== undefined && taker.identityId !== after.identityId
  })
  return new Set(giving.map(({ after }) => after.identityId))
}

/** By the name that they get. */
function takersIn(steps: readonly Step[]): Map<string, IdentityFacts> {
  return new Map(steps.filter(isRenamed).map(({ after }) => [nameKey(after), after]))
}
