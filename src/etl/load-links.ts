/** The part of a batch that is about links: memberships, and who manages whom. */
import type { Transaction } from '../db/index.ts'
import {
  addFirstLinks,
  addLinks,
  linkedAmong,
  peopleManagedBy,
  removeLinks,
  removeLinksOf,
  withEnds,
  type Link,
} from '../identity/index.ts'
import type { IdentityId } from '../lib/index.ts'
import {
  addPendingMembers,
  membershipsOf,
  presentMemberships,
  type Membership,
  type Pending,
} from '../sync/index.ts'
import { newsOfLink, type News, type Step } from './diff.ts'
import { brakeMemberships, type NamedMembership } from './group-brake.ts'
import { keepMemberCounts } from './group-counts.ts'
import { type HeldKey, keyOf } from './held.ts'
import type { Lease } from './lease.ts'
import type { LoadGiven } from './load.ts'
import { moveLinks, toLeaders } from './joined-links.ts'
import { inPieces } from './pieces.ts'
import { identityIdOf, linkKey, memberLink } from './transform.ts'

/**
 * Brings in line the memberships that are pending, the managers that changed, and what had to wait
 * for an identity that is new: a membership or manager whose other end came first. A person's are
 * linked at once, so that a sign-in finds their groups; a group may have very many, which become
 * pending again.
 *
 * Links of what is deleted go without news of their own: its deletion says it.
 */
export async function loadLinks(
  trx: Transaction,
  given: Pick<LoadGiven, 'now' | 'saysAgain'>,
  lease: Lease,
  pending: readonly Pending[],
  steps: readonly Step[],
): Promise<{ added: number; removed: number; news: News[] }> {
  const { tenantId } = lease
  const { now } = given
  const moved = await moveLinks(trx, lease, steps, now)
  const deleted = steps.filter(({ after }) => after.state === 'deleted')
  const gone = await removeLinksOf(
    trx,
    tenantId,
    deleted.map(({ after }) => after.identityId),
  )
  const born = steps.filter(({ before }) => before === undefined).map(({ after }) => after)
  const newIds = born.map(({ resourceId }) => resourceId)
  const memberships = await membershipChanges(trx, given, lease, pending, newIds)
  const managers = await managerChanges(trx, lease, steps, newIds)
  const removed = await removeLinks(trx, tenantId, [...memberships.ended, ...managers.ended])
  const all = [...memberships.begun, ...managers.begun]
  // One may be pending and of somebody new.
  const begun = [...new Map(all.map((link) => [`${link.kind} ${linkKey(link)}`, link])).values()]
  const bornIds = born.map(({ identityId }) => identityId)
  // Somebody's identity may have been taken away by hand, and what leads to them is there: no key asks (decision 0038).
  const newOnes = new Set(bornIds).difference(await linkedAmong(trx, tenantId, bornIds))
  // Where people are joined, what came with somebody may have gone to a new one just now.
  const isFirst = ({ toId }: Link) => !lease.hasJoining && newOnes.has(toId)
  const { first = [], other = [] } = Object.groupBy(begun, (link) =>
    isFirst(link) ? 'first' : 'other',
  )
  const added = await withEnds(trx, tenantId, first, newOnes)
  await inPieces(added, LINKS, (some) => addFirstLinks(trx, tenantId, some, now))
  added.push(...(await addLinks(trx, tenantId, other, now)))
  keepMemberCounts(
    trx,
    tenantId,
    [...moved.added, ...added],
    [...moved.removed, ...removed, ...gone],
  )
  const news = [...moved.news, ...removed.map((link) => newsOfLink(link, 'removed'))]
  await inPieces(added, LINKS, (some) => {
    for (const link of some) news.push(newsOfLink(link, 'added'))
  })
  const newGroups = new Set(
    born.filter(({ kind }) => kind === 'group').map(({ resourceId }) => resourceId),
  )
  const waiting = pending.filter(
    ({ resourceId, memberId }) => memberId === null && newGroups.has(resourceId),
  )
  // A full run comes to all memberships by itself.
  if (!given.saysAgain) await addPendingMembers(trx, tenantId, waiting, memberships.named, now)
  return {
    added: moved.added.length + added.length,
    removed: moved.removed.length + removed.length + gone.length,
    news,
  }
}

/** Of what is read, and written, at a stretch. */
const PEOPLE = 500
const LINKS = 1000

interface LinkChanges {
  readonly begun: readonly Link[]
  readonly ended: readonly Link[]
}

async function membershipChanges(
  trx: Transaction,
  given: Pick<LoadGiven, 'now' | 'saysAgain'>,
  lease: Lease,
  pending: readonly Pending[],
  newIds: readonly string[],
): Promise<LinkChanges & { readonly named: readonly Membership[] }> {
  const { tenantId } = lease
  const named = [...new Map(pending.filter(isMembership).map((row) => [keyOf(row), row])).values()]
  const asked = named.map(({ resourceId, memberId }) => ({ groupId: resourceId, memberId }))
  const present = (await presentMemberships(trx, tenantId, asked)).map(asKey)
  const holds = new Set(present.map(keyOf))
  const ended = await brakeMemberships(trx, given, lease, named, holds)
  const links = present.map(memberLink)
  await inPieces(newIds, PEOPLE, async (some) => {
    links.push(...(await membershipsOf(trx, tenantId, some)).map(asKey).map(memberLink))
  })
  return {
    begun: await toLeaders(trx, lease, links),
    ended,
    named: asked,
  }
}

function isMembership(row: Pending): row is NamedMembership {
  return row.memberId !== null
}

function asKey({ groupId, memberId }: Membership): HeldKey {
  return { resourceId: groupId, memberId }
}

async function managerChanges(
  trx: Transaction,
  lease: Lease,
  steps: readonly Step[],
  newIds: readonly string[],
): Promise<LinkChanges> {
  const managers = steps.map(({ before, after }) => ({
    before: before === undefined ? [] : managerLink(before),
    after: managerLink(after),
  }))
  const moved = managers.filter(({ before, after }) => before[0]?.toId !== after[0]?.toId)
  const waiting = await peopleManagedBy(trx, lease.tenantId, newIds)
  return {
    begun: await toLeaders(trx, lease, [
      ...moved.flatMap(({ after }) => after),
      ...waiting.flatMap(managerLink),
    ]),
    ended: await toLeaders(
      trx,
      lease,
      moved.flatMap(({ before }) => before),
    ),
  }
}

/** Who is one with another has the other's manager. */
function managerLink(person: {
  readonly identityId: IdentityId
  readonly managerResourceId: string | null
  readonly joinedTo?: IdentityId | null
}): Link[] {
  const { identityId, managerResourceId, joinedTo = null } = person
  if (managerResourceId === null || joinedTo !== null) return []
  return [{ kind: 'manager', fromId: identityId, toId: identityIdOf(managerResourceId) }]
}
