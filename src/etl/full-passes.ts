/**
 * The passes of a full run, each page by page (`full-run.ts`).
 *
 * Mostly nothing differs. So the two sides of a large page are first compared by a sum over their keys, which each
 * table makes by itself, and rows are read only where those are not the same.
 */
import type { Transaction } from '../db/index.ts'
import {
  digestIdentities,
  digestMemberLinks,
  endsOfLinks,
  identitiesAfter,
  identityAt,
  type Link,
  linksAmong,
  memberLinkAt,
  memberLinksAfter,
} from '../identity/index.ts'
import type { ConnectionId, IdentityId, TenantId } from '../lib/index.ts'
import {
  type Digest,
  digestMemberships,
  digestResources,
  type Membership,
  membershipAt,
  membershipsAfter,
  type Pending,
  presentMemberships,
  presentResources,
  resourcesAfter,
  settledMemberships,
  unknownResources,
} from '../sync/index.ts'
import { withLinks } from './joined-links.ts'
import { joinByValuesOf, readJoining } from './joining-rule.ts'
import { writeValues } from './joining-values.ts'
import type { Lease } from './lease.ts'
import { linkKey, memberLink, personMembershipOf, PREFIXES } from './transform.ts'

/** Whole resources are in memory, and more would be much of it. */
const RESOURCES = 2_000
/** Of what is compared row by row. Where all is alike, a page may be larger and no row is read. */
const ROWS = 5_000

export type Stage = 'values' | 'resources' | 'identities' | 'members' | 'links'

/** What a page names to be looked at, and how far it went; undefined when the pass is at its end. */
interface Walked {
  readonly named: readonly Named[]
  readonly looked: number
  readonly last: string | undefined
  /** Where the next pass begins, if not at the beginning. */
  readonly goesOnAt?: string
}

export type Named = Pick<Pending, 'connectionId' | 'resourceId' | 'memberId'>

/** The passes, in order, each with the page that follows a key. */
export const PASSES: readonly (readonly [
  stage: Stage,
  (
    trx: Transaction,
    lease: Lease,
    after: string,
    size: number,
    connections: Iterable<ConnectionId>,
  ) => Promise<Walked>,
])[] = [
  ['values', walkValues],
  ['resources', walkResources],
  ['identities', walkIdentities],
  ['members', walkMemberships],
  ['links', walkLinks],
]

/** Writes down what a new joining rule gives for everybody; then it is what people are joined by. */
async function walkValues(
  trx: Transaction,
  { tenantId, joiningVersion }: Lease,
  after: string,
  size: number,
  connections: Iterable<ConnectionId>,
): Promise<Walked> {
  const joining = await readJoining(trx, tenantId, joiningVersion, connections)
  const page = await resourcesAfter(trx, tenantId, after, Math.min(size, RESOURCES))
  const ids = page.map(({ resourceId }) => resourceId)
  await writeValues(trx, tenantId, joining, ids, await presentResources(trx, tenantId, ids))
  if (page.length === 0 && joining.coming !== undefined)
    await joinByValuesOf(trx, tenantId, joining.coming.version)
  return { named: [], looked: page.length, last: page.at(-1)?.resourceId }
}

async function walkResources(
  trx: Transaction,
  { tenantId }: Lease,
  after: string,
  size: number,
): Promise<Walked> {
  const page = await resourcesAfter(trx, tenantId, after, Math.min(size, RESOURCES))
  const named = page
    .filter(({ isPending }) => !isPending)
    .map(({ resourceId, connectionId }) => ({ resourceId, connectionId, memberId: null }))
  return { named, looked: page.length, last: page.at(-1)?.resourceId }
}

async function walkIdentities(
  trx: Transaction,
  { tenantId }: Lease,
  after: string,
  size: number,
): Promise<Walked> {
  const alike = await whereAlike(size, async (rows) => {
    const end = await identityAt(trx, tenantId, after, rows)
    if (end === undefined) return undefined
    const [resources, identities] = [
      await digestResources(trx, tenantId, PREFIXES, { after: after.slice(4), upTo: end.slice(4) }),
      await digestIdentities(trx, tenantId, after, end),
    ]
    return { last: end, isAlike: isSame(resources, identities) }
  })
  if (alike !== undefined) return alike
  const page = await identitiesAfter(trx, tenantId, after, Math.min(size, ROWS))
  const there = page.filter(({ isDeleted }) => !isDeleted)
  const unknown = new Set(
    await unknownResources(
      trx,
      tenantId,
      there.map(({ resourceId }) => resourceId),
    ),
  )
  const named = there
    .filter(({ resourceId }) => unknown.has(resourceId))
    .map(({ resourceId, connectionId }) => ({ resourceId, connectionId, memberId: null }))
  return { named, looked: page.length, last: page.at(-1)?.identityId }
}

/**
 * Where memberships and links are alike, both have been looked at: links are walked only from where they first were not,
 * which stands behind the place, a link's two ends behind a membership's.
 */
async function walkMemberships(
  trx: Transaction,
  lease: Lease,
  after: string,
  size: number,
): Promise<Walked> {
  const { tenantId } = lease
  const [groupId = '', memberId = '', ...unlike] = after.split(' ')
  const place = { groupId, memberId }
  const alike = await whereAlike(size, async (rows) => {
    const end = await membershipAt(trx, tenantId, place, rows)
    if (end === undefined) return undefined
    const isAlike = await areLinked(trx, tenantId, place, end)
    return { last: [end.groupId, end.memberId, ...unlike].join(' '), isAlike }
  })
  if (alike !== undefined) return unlike.length > 0 ? alike : { ...alike, looked: alike.looked * 2 }
  const { fromId, toId } = linkOf(place)
  const unlikeFrom = unlike.length > 0 ? unlike : [fromId, toId]
  const page = await membershipsAfter(trx, tenantId, place, Math.min(size, ROWS))
  const expected = await withLinks(
    trx,
    lease,
    page.map((each) => ({ ...each, resourceId: each.groupId })),
  )
  const present = await linksAmong(
    trx,
    tenantId,
    expected.map(([, link]) => link),
  )
  const linked = new Set(present.map(linkKey))
  const unlinked = expected.flatMap(([each, link]) => (linked.has(linkKey(link)) ? [] : each))
  const missing = await settledMemberships(trx, tenantId, unlinked)
  const end = page.at(-1)
  return {
    named: missing.map((each) => ({ ...each, resourceId: each.groupId })),
    looked: page.length,
    last: end && [end.groupId, end.memberId, ...unlikeFrom].join(' '),
    goesOnAt: unlikeFrom.join(' '),
  }
}

/** Most are what they seem by their ids, of a person in a group; of the others the ends are looked up. */
async function walkLinks(
  trx: Transaction,
  { tenantId }: Lease,
  after: string,
  size: number,
): Promise<Walked> {
  const [fromId, toId] = pairOf(after)
  const place = { fromId: fromId as IdentityId, toId: toId as IdentityId }
  const alike = await whereAlike(size, async (rows) => {
    const end = await memberLinkAt(trx, tenantId, place, rows)
    if (end === undefined) return undefined
    const [first, last] = [personMembershipOf(place), personMembershipOf(end)]
    const isAlike = await areLinked(trx, tenantId, first, last)
    return { last: `${end.fromId} ${end.toId}`, isAlike }
  })
  if (alike !== undefined) return alike
  const page = await memberLinksAfter(trx, tenantId, place, Math.min(size, ROWS))
  const seeming = page.map(personMembershipOf)
  const said = await saidOf(trx, tenantId, seeming)
  const doubtful = page.filter((_, index) => !said.has(membershipKey(seeming[index])))
  const ends = (await endsOfLinks(trx, tenantId, doubtful)).map(
    ({ connectionId, fromResourceId: groupId, toResourceId: memberId }) => ({
      ...{ connectionId, groupId, memberId },
    }),
  )
  const saidAfterAll = await saidOf(trx, tenantId, ends)
  const end = page.at(-1)
  return {
    named: ends
      .filter((each) => !saidAfterAll.has(membershipKey(each)))
      .map((each) => ({ ...each, resourceId: each.groupId })),
    looked: page.length,
    last: end && `${end.fromId} ${end.toId}`,
  }
}

/**
 * The largest page from a place on in which nothing differs: of as many rows as wanted, or else of no more
 * than are compared row by row. Undefined: something does, or it is the last page.
 */
async function whereAlike(
  size: number,
  look: (rows: number) => Promise<{ last: string; isAlike: boolean } | undefined>,
): Promise<Walked | undefined> {
  for (const rows of new Set([size, Math.min(size, ROWS)])) {
    const page = await look(rows)
    if (page?.isAlike === true) return { named: [], looked: rows, last: page.last }
  }
  return undefined
}

/**
 * Whether the memberships behind one, up to another, are the links between the same two, all of them. Among
 * members that are groups these may be others: then they are not alike.
 */
async function areLinked(
  trx: Transaction,
  tenantId: TenantId,
  after: Membership,
  upTo: Membership,
): Promise<boolean> {
  const [linkAfter, linkUpTo] = [linkOf(after), linkOf(upTo)]
  return isSame(
    await digestMemberships(trx, tenantId, after, upTo),
    await digestMemberLinks(trx, tenantId, linkAfter, linkUpTo),
  )
}

function linkOf({ groupId, memberId }: Membership): Link {
  return memberLink({ resourceId: groupId, memberId })
}

function isSame(one: Digest, other: Digest): boolean {
  return one.rows === other.rows && one.sum === other.sum
}

async function saidOf(
  trx: Transaction,
  tenantId: TenantId,
  named: readonly Membership[],
): Promise<ReadonlySet<string>> {
  return new Set((await presentMemberships(trx, tenantId, named)).map(membershipKey))
}

function membershipKey(membership: Membership | undefined): string {
  return `${membership?.groupId} ${membership?.memberId}`
}

function pairOf(after: string): [string, string] {
  const [first = '', second = ''] = after.split(' ')
  return [first, second]
}
