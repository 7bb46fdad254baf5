/**
 * The brake of groups: what would take more than a set share of its members out of a large group within
 * the window, or delete it, is held from there on, group by group.
 *
 * A group's members are counted once, when it first comes near the limit, and that number is kept with
 * each batch; who left is kept by slices of the window. So a membership costs the same in a group of a
 * hundred and of a hundred thousand.
 */
import type { Transaction } from '../db/index.ts'
import { linksAmong, type Link } from '../identity/index.ts'
import type { TenantId } from '../lib/index.ts'
import type { Pending } from '../sync/index.ts'
import { type BrakePolicy, readBrakePolicy, windowStart } from './brake-policy.ts'
import {
  type GroupState,
  groupStates,
  membersOf,
  noteGroupDepartures,
  NOTHING,
} from './group-counts.ts'
import { forgetHeld, type HeldKey, keptFromDeletion, keyOf } from './held.ts'
import { holdBack, type Leaving } from './hold-back.ts'
import { withLinks } from './joined-links.ts'
import type { Lease } from './lease.ts'
import type { LoadGiven } from './load.ts'
import { identityIdOf, linkKey, memberLink } from './transform.ts'

/** A membership that a batch looks at. */
export interface NamedMembership extends Pending {
  readonly memberId: string
}

/**
 * @param named    every membership that a batch looks at
 * @param present  of them, by key, those that the identity provider has
 * @returns those that end now
 */
export async function brakeMemberships(
  trx: Transaction,
  given: Pick<LoadGiven, 'now' | 'saysAgain'>,
  lease: Lease,
  named: readonly NamedMembership[],
  present: ReadonlySet<string>,
): Promise<readonly Link[]> {
  const { tenantId, hasHeld } = lease
  const gone = named.filter((each) => !present.has(keyOf(each)))
  const linkOf = new Map(await withLinks(trx, lease, gone))
  const linked = await linksAmong(trx, tenantId, [...linkOf.values()])
  const links = new Set(linked.map(linkKey))
  const kept = hasHeld ? await keptFromDeletion(trx, tenantId, endsOf(gone)) : new Set()
  const leaving = gone
    .filter((each) => !kept.has(each.resourceId) && !kept.has(each.memberId))
    .filter((each) => links.has(linkKey(linkOf.get(each) ?? memberLink(each))))
  const asking = new Map(leaving.map((each) => [leavingOf(each), each]))
  const { stay } = await holdBack(trx, given, lease, [...asking.keys()], (some) =>
    admitMemberships(trx, tenantId, some, given.now),
  )
  if (hasHeld) {
    const staying = new Set(Array.from(stay, keyOf))
    await forgetHeld(
      trx,
      tenantId,
      named.filter((each) => !staying.has(keyOf(each))),
    )
  }
  return [...asking].flatMap(([held, each]) => (stay.has(held) ? [] : (linkOf.get(each) ?? [])))
}

/** Of groups that would be deleted, those that are not large. */
export async function admitDeletions(
  trx: Transaction,
  tenantId: TenantId,
  policy: BrakePolicy,
  asking: readonly Leaving[],
  now: Date,
): Promise<readonly Leaving[]> {
  const groups = await groupStates(trx, tenantId, asking, windowStart(policy, now))
  const sizes = await membersOf(trx, tenantId, [...groups.keys()])
  return asking.filter(({ identityId }) => {
    // All of its members leave, or none.
    const members = sizes.get(identityId) ?? 0
    return members <= roomIn(groups.get(identityId), members, policy)
  })
}

async function admitMemberships(
  trx: Transaction,
  tenantId: TenantId,
  asking: readonly Leaving[],
  now: Date,
): Promise<ReadonlySet<Leaving>> {
  if (asking.length === 0) return new Set()
  const policy = await readBrakePolicy(trx, tenantId)
  const since = windowStart(policy, now)
  const groups = await groupStates(trx, tenantId, asking, since)
  const byGroup = [...Map.groupBy(asking, ({ identityId }) => identityId)]
  // The smallest of the large groups would not be at its limit yet.
  const surely = Math.floor(policy.groupShare * policy.groupSize)
  const near = byGroup.filter(
    ([id, leaving]) => (groups.get(id)?.departed ?? 0) + leaving.length > surely,
  )
  const sizes = await membersOf(
    trx,
    tenantId,
    near.map(([id]) => id),
  )
  const admitted = byGroup.flatMap(([id, leaving]) =>
    leaving.slice(0, roomIn(groups.get(id), sizes.get(id), policy)),
  )
  await noteGroupDepartures(trx, tenantId, admitted.map(memberLink), { now, since })
  return new Set(admitted)
}

/** How many more may leave. Pure. @param members  undefined: it is nowhere near */
function roomIn(
  group: GroupState | undefined,
  members: number | undefined,
  { groupShare, groupSize }: BrakePolicy,
): number {
  const { departed, isHolding } = group ?? NOTHING
  if (isHolding) return 0
  if (members === undefined || members + departed < groupSize) return Infinity
  return Math.max(0, Math.floor(groupShare * (members + departed)) - departed)
}

function leavingOf({ resourceId, memberId, connectionId, requestId }: NamedMembership): Leaving {
  const identityId = identityIdOf(resourceId)
  return { resourceId, memberId, connectionId, identityId, wouldBe: 'removed', requestId }
}

function endsOf(named: readonly HeldKey[]): string[] {
  return [...new Set(named.flatMap(({ resourceId, memberId }) => [resourceId, memberId]))]
}
