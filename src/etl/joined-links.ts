/**
 * Links lead to the person, whichever of their sources a group has as its member or somebody names as their
 * manager. So a membership stands for a link to whoever leads, and what comes with a source goes to and fro
 * with it.
 */
import type { Transaction } from '../db/index.ts'
import {
  addLinks,
  type IdentityFacts,
  leadersOf,
  type Link,
  type Move,
  takeLinks,
} from '../identity/index.ts'
import type { IdentityId } from '../lib/index.ts'
import { type News, newsOfLink, type Step } from './diff.ts'
import type { Lease } from './lease.ts'
import { linkKey, memberLink } from './transform.ts'

type Joins = Pick<Lease, 'tenantId' | 'hasJoining'>

/** Each with the link that it is. */
export async function withLinks<
  M extends { readonly resourceId: string; readonly memberId: string },
>(trx: Transaction, joins: Joins, memberships: readonly M[]): Promise<(readonly [M, Link])[]> {
  const links = await toLeaders(trx, joins, memberships.map(memberLink))
  return memberships.map((each, index) => [each, links[index] ?? memberLink(each)])
}

/** These links, each to whoever leads. */
export async function toLeaders(
  trx: Transaction,
  { tenantId, hasJoining }: Joins,
  links: readonly Link[],
): Promise<Link[]> {
  if (!hasJoining) return [...links]
  const leaders = await leadersOf(
    trx,
    tenantId,
    links.map(({ toId }) => toId),
  )
  return links.map((link) => ({ ...link, toId: leaders.get(link.toId) ?? link.toId }))
}

/** Moves what comes with those who are joined now, or are no more. To be done before other links. */
export async function moveLinks(
  trx: Transaction,
  { tenantId, hasJoining }: Joins,
  steps: readonly Step[],
  now: Date,
): Promise<{ added: readonly Link[]; removed: readonly Link[]; news: readonly News[] }> {
  const moves = hasJoining ? steps.flatMap(moveOf) : []
  const taken = await takeLinks(trx, tenantId, moves)
  const wanted = taken.flatMap(({ goesTo, ...link }) =>
    goesTo === null || goesTo === link.fromId ? [] : [{ ...link, toId: goesTo }],
  )
  const added = await addLinks(trx, tenantId, wanted, now)
  const isAdded = new Set(added.map((link) => `${link.kind} ${linkKey(link)}`))
  const deleted = new Set(
    steps.flatMap(({ after }) => (after.state === 'deleted' ? after.identityId : [])),
  )
  const news = taken.flatMap(({ goesTo, ...link }): News[] => {
    const moved = goesTo === null ? undefined : { from: link.toId, to: goesTo }
    const arrived = { ...link, toId: goesTo ?? link.toId }
    const isArrived = goesTo !== null && isAdded.has(`${link.kind} ${linkKey(arrived)}`)
    // Of what is deleted, that says it.
    const isTold = !deleted.has(link.fromId) && !deleted.has(link.toId)
    return [
      ...(isTold ? [newsOfLink(link, 'removed', moved)] : []),
      ...(isArrived ? [newsOfLink(arrived, 'added', moved)] : []),
    ]
  })
  return { added, removed: taken, news }
}

function moveOf({ before, after }: Step): Move[] {
  if (before === undefined || leaderIn(before) === leaderIn(after)) return []
  const { resourceId, connectionId, state } = after
  return [
    {
      resourceId,
      connectionId,
      from: leaderIn(before),
      to: state === 'deleted' ? null : leaderIn(after),
    },
  ]
}

function leaderIn({ identityId, joinedTo }: IdentityFacts): IdentityId {
  return joinedTo ?? identityId
}
