/**
 * Who is one person with whom, and what that makes of each. Pure.
 *
 * The one whose connection comes first leads: it stands for the person, under its own id, name and attributes,
 * and is active as the rule has it. The others point to it and are nobody by themselves; what their connections say
 * of them is kept with them, so that each can be its own again.
 */
import type { Identity, IdentityFacts } from '../identity/index.ts'
import type { IdentityId } from '../lib/index.ts'
import { newsOf, type Step } from './diff.ts'
import type { PresentState } from './present-state.ts'
import { byRank, whyApart } from './rules/joining.ts'
import { identityIdOf } from './transform.ts'

const APART = { joinedTo: null, joinedFrom: [], sourceState: null } as const

/** As somebody would be by themselves. */
export function byItself(identity: Identity): Identity
export function byItself(identity: Identity | undefined): Identity | undefined
export function byItself(identity: Identity | undefined): Identity | undefined {
  return identity && { ...identity, ...APART, state: identity.sourceState ?? identity.state }
}

/**
 * @param steps  what becomes of each by itself
 * @param staying  who stays as they are, and with them whoever they are one person with
 * @returns what becomes of everybody else who is looked at
 */
export function joinSteps(
  { joining, identities, pending }: PresentState,
  steps: readonly Step[],
  staying: ReadonlySet<string> = new Set(),
): readonly Step[] {
  if (joining === undefined) return steps.filter(({ after }) => !staying.has(after.resourceId))
  const own = new Map<IdentityId, IdentityFacts>()
  for (const identity of identities.values()) own.set(identity.identityId, byItself(identity))
  for (const { after } of steps) own.set(after.identityId, after)
  for (const id of untouched(identities, staying)) own.delete(id)
  const ties = tiesOf(joining, own)
  const named = new Set(pending.flatMap((row) => (row.memberId === null ? row.resourceId : [])))
  return [...named].flatMap((resourceId): Step[] => {
    const facts = own.get(identityIdOf(resourceId))
    if (facts === undefined) return []
    const before = identities.get(facts.resourceId)
    const after = tied(facts, own, ties, joining.active)
    const news = newsOf(before, after)
    if (news === undefined) return []
    const leader = after.joinedTo === null ? undefined : own.get(after.joinedTo)
    const isOut = leader !== undefined && tied(leader, own, ties, joining.active).state !== 'active'
    return [{ before, after, news, isOut }]
  })
}

interface Ties {
  readonly leaderOf: ReadonlyMap<IdentityId, IdentityId>
  readonly othersOf: ReadonlyMap<IdentityId, readonly IdentityId[]>
}

function tiesOf(
  { groups, order }: NonNullable<PresentState['joining']>,
  own: ReadonlyMap<IdentityId, IdentityFacts>,
): Ties {
  const leaderOf = new Map<IdentityId, IdentityId>()
  const othersOf = new Map<IdentityId, readonly IdentityId[]>()
  for (const group of groups) {
    if (whyApart(group) !== null) continue
    const [leader, ...others] = group
      .toSorted(byRank(order))
      .map(({ resourceId }) => identityIdOf(resourceId))
      .filter((id) => isThere(own.get(id)))
    if (leader === undefined || others.length === 0) continue
    othersOf.set(leader, others)
    for (const other of others) leaderOf.set(other, leader)
  }
  return { leaderOf, othersOf }
}

function isThere(facts: IdentityFacts | undefined): boolean {
  return facts !== undefined && facts.state !== 'deleted'
}

function tied(
  facts: IdentityFacts,
  own: ReadonlyMap<IdentityId, IdentityFacts>,
  { leaderOf, othersOf }: Ties,
  active: 'all' | 'any',
): IdentityFacts {
  const { identityId, state } = facts
  const sourceState = state === 'active' || state === 'inactive' ? state : null
  const joinedTo = leaderOf.get(identityId)
  if (joinedTo !== undefined)
    return { ...facts, state: 'joined', joinedTo, joinedFrom: [], sourceState }
  const joinedFrom = othersOf.get(identityId)
  if (joinedFrom === undefined) return facts
  const says = [state, ...joinedFrom.map((id) => own.get(id)?.state)].map(
    (each) => each === 'active',
  )
  const isActive = active === 'all' ? says.every(Boolean) : says.some(Boolean)
  return {
    ...facts,
    state: isActive ? 'active' : 'inactive',
    joinedTo: null,
    joinedFrom,
    sourceState,
  }
}

/** Who stays as they are. */
function untouched(
  identities: PresentState['identities'],
  staying: ReadonlySet<string>,
): Set<IdentityId> {
  const all = [...identities.values()]
  const leaderIn = ({ identityId, joinedTo }: Identity) => joinedTo ?? identityId
  const leaders = new Set(all.filter(({ resourceId }) => staying.has(resourceId)).map(leaderIn))
  return new Set(
    all.filter((each) => leaders.has(leaderIn(each))).map(({ identityId }) => identityId),
  )
}
