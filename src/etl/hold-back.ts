/**
 * What becomes of that which would go: what was decided of it, else how much room there is. Which is the
 * brake's question whoever leaves: a person, a group, a member of a group.
 */
import type { Transaction } from '../db/index.ts'
import { addHeld, decisionsAmong, type Held, keyOf } from './held.ts'
import type { Lease } from './lease.ts'
import type { LoadGiven } from './load.ts'

export type Leaving = Omit<Held, 'heldAt'>

export interface HeldBack {
  readonly stay: ReadonlySet<Leaving>
  /** Of them, those of whom somebody has to decide. */
  readonly holding: readonly Leaving[]
}

/**
 * Keeps what is held from now on. What a full run finds held or discarded stays as it is: it looks at
 * what was said before.
 *
 * @param admit  which of those that ask may go
 */
export async function holdBack(
  trx: Transaction,
  { now, saysAgain }: Pick<LoadGiven, 'now' | 'saysAgain'>,
  { tenantId, hasHeld }: Lease,
  leaving: readonly Leaving[],
  admit: (asking: readonly Leaving[]) => Promise<ReadonlySet<Leaving>>,
): Promise<HeldBack> {
  const decisions = hasHeld ? await decisionsAmong(trx, tenantId, leaving) : new Map()
  const decided = (each: Leaving) => decisions.get(keyOf(each))
  const released = new Set(leaving.filter((each) => decided(each) === 'released'))
  const staying = leaving.filter(
    (each) => saysAgain && decided(each) !== undefined && !released.has(each),
  )
  const asking = new Set(leaving).difference(released).difference(new Set(staying))
  const admitted = await admit([...asking])
  const holding = [...asking.difference(admitted)]
  await addHeld(trx, tenantId, holding, { heldAt: now, discardedAt: null })
  return { stay: new Set([...staying, ...holding]), holding }
}
