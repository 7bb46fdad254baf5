/**
 * Undoing a run: who it deactivated may sign in again, and the memberships that it ended are there again.
 * The Sync Engine keeps what the identity provider said, so what came back is kept as what the operator
 * discards is: through full runs, and until the identity provider says something new of it.
 *
 * It goes page by page, each a transaction under the tenant's lease and whole in itself. What has come
 * back is no departure any more: whoever asks again, after a failure or twice, goes on where it ended.
 */
import type { Transaction } from '../db/index.ts'
import {
  addLinks,
  appendEvents,
  type Departure,
  departures,
  type Identity,
  presentIdentities,
  writeIdentities,
} from '../identity/index.ts'
import { Refusal, Unavailable, type TenantId } from '../lib/index.ts'
import type { BatchGiven } from './batch.ts'
import { forgetDepartures } from './brake.ts'
import { type News, newsOf, newsOfLink } from './diff.ts'
import { keepMemberCounts } from './group-counts.ts'
import { addHeld, type Held } from './held.ts'
import { toLeaders } from './joined-links.ts'
import { keepPosition, type Lease, waitForLease } from './lease.ts'
import { type Run, singleRunsBetween, theRun } from './runs.ts'
import { memberLink } from './transform.ts'

const PAGE = 1_000

export interface Undone {
  readonly people: number
  readonly memberships: number
}

type Given = Pick<BatchGiven, 'db' | 'clock'>

/**
 * What a run took away and nothing has brought back, in order; `after` is the position that the page
 * before ended with.
 *
 * @throws Refusal `not_found` where the tenant has no such run
 */
export async function departuresOfRun(
  { db }: Pick<Given, 'db'>,
  tenantId: TenantId,
  runId: string,
  { limit, after = 0 }: { limit: number; after?: number | undefined },
): Promise<(Departure & { readonly identity: Identity; readonly member: Identity | null })[]> {
  return db.inTenant(tenantId, async (trx) => {
    const run = await theRun(trx, tenantId, runId)
    return withIdentities(trx, tenantId, await pageOf(trx, tenantId, run, after, limit))
  })
}

/**
 * @param requestId  of who asks for it
 * @returns what came back
 * @throws Refusal `not_found` where the tenant has no such run, `conflict` while it goes on
 */
export async function undoRun(
  given: Given,
  tenantId: TenantId,
  runId: string,
  requestId: string,
): Promise<Undone> {
  let [people, memberships] = [0, 0]
  for (let after = 0; ;) {
    const page = await undoPage(given, tenantId, runId, requestId, after)
    people += page.people
    memberships += page.memberships
    if (page.last === undefined) return { people, memberships }
    after = page.last
  }
}

/** @returns with the last position that was looked at; undefined at the end */
async function undoPage(
  { db, clock }: Given,
  tenantId: TenantId,
  runId: string,
  requestId: string,
  after: number,
): Promise<Undone & { last: number | undefined }> {
  return db.inTenant(tenantId, async (trx) => {
    const lease = await waitForLease(trx, tenantId)
    if (lease === undefined) throw new Unavailable('The loader is at work for this tenant.')
    const run = await theRun(trx, tenantId, runId)
    if (run.status === 'running')
      throw new Refusal('conflict', `The run ${runId} goes on. Undo it when it has ended.`)
    const gone = await pageOf(trx, tenantId, run, after, PAGE)
    const last = gone.at(-1)?.position
    if (last === undefined) return { people: 0, memberships: 0, last }
    const now = clock()
    const known = await withIdentities(trx, tenantId, gone)
    // First: a rule of the brake decides by what is held, and it is the identity that it finds there.
    await addHeld(trx, tenantId, known.map(heldOf), { heldAt: now, discardedAt: now })
    const people = known.filter(({ member }) => member === null).map(({ identity }) => identity)
    const came = await reactivate(trx, tenantId, people, now)
    const joined = await linkAgain(trx, lease, known, now)
    const news = [...came, ...joined]
    appendEvents(
      trx,
      tenantId,
      { after: lease.lastPosition, now },
      news.map((each) => ({ ...each, requestId })),
    )
    const lastPosition = lease.lastPosition + news.length
    keepPosition(trx, tenantId, { lastPosition, activeDelta: came.length })
    return { people: came.length, memberships: joined.length, last }
  })
}

async function pageOf(
  trx: Transaction,
  tenantId: TenantId,
  { runId, kind, positions }: Run,
  after: number,
  limit: number,
): Promise<Departure[]> {
  if (positions === null) return []
  const among = { first: Math.max(positions.first, after + 1), last: positions.last }
  return departures(trx, tenantId, {
    ...among,
    limit,
    // A full run goes on beside others, and its events name it. Others may have a single run in between.
    requestId: kind === 'full' ? runId : null,
    except: kind === 'differential' ? await singleRunsBetween(trx, tenantId, among) : [],
  })
}

interface Known extends Departure {
  readonly identity: Identity
  readonly member: Identity | null
  /** The member as the group's connection has them, who may be several. */
  readonly source: Identity | null
}

async function withIdentities(
  trx: Transaction,
  tenantId: TenantId,
  gone: readonly Departure[],
): Promise<Known[]> {
  const ids = gone.flatMap(({ identityId, memberId }) =>
    memberId === null ? [identityId] : [identityId, memberId],
  )
  const present = await presentIdentities(trx, tenantId, [...new Set(ids)])
  const byId = new Map(present.map((each) => [each.identityId, each]))
  const others = present.flatMap(({ joinedFrom }) => joinedFrom)
  const sources = await presentIdentities(trx, tenantId, others)
  return gone.flatMap((each): Known[] => {
    const identity = byId.get(each.identityId)
    const member = each.memberId === null ? null : byId.get(each.memberId)
    if (identity === undefined || member === undefined) return []
    if (member === null) return [{ ...each, identity, member, source: null }]
    const source = [member, ...sources.filter(({ joinedTo }) => joinedTo === each.memberId)].find(
      ({ connectionId }) => connectionId === identity.connectionId,
    )
    // Nobody, where they were one person then and are no more: which of them it was is not known.
    return source === undefined ? [] : [{ ...each, identity, member, source }]
  })
}

function heldOf({ identity, source, requestId }: Known): Omit<Held, 'heldAt'> {
  const { resourceId, connectionId, identityId } = identity
  return {
    ...{ resourceId, connectionId, identityId },
    memberId: source?.resourceId ?? '',
    wouldBe: source === null ? 'inactive' : 'removed',
    requestId: requestId ?? '',
  }
}

async function reactivate(
  trx: Transaction,
  tenantId: TenantId,
  people: readonly Identity[],
  now: Date,
): Promise<News[]> {
  const active = people.map((person) => ({ ...person, state: 'active' as const }))
  writeIdentities(trx, tenantId, { born: [], changed: active }, now)
  await forgetDepartures(
    trx,
    tenantId,
    people.map(({ resourceId }) => resourceId),
  )
  return people.flatMap((person, index) => newsOf(person, active[index] ?? person) ?? [])
}

async function linkAgain(
  trx: Transaction,
  lease: Lease,
  gone: readonly Known[],
  now: Date,
): Promise<News[]> {
  const { tenantId } = lease
  const links = gone.flatMap(({ identity, source }) =>
    source === null
      ? []
      : [memberLink({ resourceId: identity.resourceId, memberId: source.resourceId })],
  )
  const added = await addLinks(trx, tenantId, await toLeaders(trx, lease, links), now)
  keepMemberCounts(trx, tenantId, added, [])
  return added.map((link) => newsOfLink(link, 'added'))
}
