/**
 * Brings identity in line with the present state of what pending rows name: idempotent, in any
 * order, a batch in a dozen statements.
 *
 * Who becomes inactive or is deleted loses every session in the same transaction, so that nobody
 * is inactive and still signed in.
 */
import type { Transaction } from '../db/index.ts'
import {
  addLinks,
  appendEvents,
  peopleManagedBy,
  presentIdentities,
  removeLinks,
  removeLinksOf,
  writeIdentities,
  writeNames,
  type Identity,
  type IdentityFacts,
  type Link,
} from '../identity/index.ts'
import type { ConnectionId, IdentityId, TenantId } from '../lib/index.ts'
import {
  membershipsOf,
  presentMemberships,
  presentResources,
  type Membership,
  type Pending,
} from '../sync/index.ts'
import { newsOf, newsOfLink, type News } from './diff.ts'
import { keepFailures, releaseLoaded, type Failure } from './quarantine.ts'
import type { Counts } from './runs.ts'
import { factsOf, identityIdOf, Unloadable } from './transform.ts'

export type EndSessions = (
  trx: Transaction,
  tenantId: TenantId,
  identityIds: readonly IdentityId[],
  cause: string,
) => Promise<void>

export interface Lease {
  readonly tenantId: TenantId
  /** Of the tenant's latest event. */
  readonly lastPosition: number
}

export interface LoadGiven {
  readonly labels: ReadonlyMap<ConnectionId, string>
  readonly endSessions: EndSessions
  readonly now: Date
}

interface Step {
  readonly before: Identity | undefined
  readonly after: IdentityFacts
  readonly news: News
}

/** @returns what changed, and the tenant's last position after it */
export async function load(
  trx: Transaction,
  given: LoadGiven,
  { tenantId, lastPosition }: Lease,
  pending: readonly Pending[],
): Promise<{ counts: Counts; lastPosition: number; failures: readonly Failure[] }> {
  const { now } = given
  const { steps, failures } = await compare(trx, given, tenantId, pending)
  const facts = steps.map(({ after }) => after)
  await writeIdentities(trx, tenantId, facts, now)
  await writeNames(
    trx,
    tenantId,
    steps.filter(hasNewName).map(({ after }) => after),
    now,
  )
  const links = await moveLinks(trx, given, tenantId, pending, steps)
  await endSessionsOf(trx, given, tenantId, steps)

  const requests = requestsOf(pending)
  const news = [...steps.map((step) => step.news), ...links.news]
  const events = news.map((each, index) => ({
    ...each,
    position: lastPosition + index + 1,
    requestId:
      requests.get(pairKey(each.identityId, each.otherId)) ?? requests.get(each.identityId) ?? null,
    happenedAt: now,
  }))
  await appendEvents(trx, tenantId, events)

  const failed = new Set(failures.map((failure) => failure.pending))
  await releaseLoaded(
    trx,
    tenantId,
    pending.filter((row) => !failed.has(row)),
  )
  const quarantined = await keepFailures(trx, tenantId, failures, now)
  const count = (word: (step: Step) => boolean) => steps.filter(word).length
  return {
    counts: {
      taken: pending.length,
      identitiesCreated: count(({ before }) => before === undefined),
      identitiesChanged: count(
        ({ before, after }) => before !== undefined && after.state !== 'deleted',
      ),
      identitiesDeleted: count(
        ({ before, after }) => before !== undefined && after.state === 'deleted',
      ),
      linksAdded: links.added,
      linksRemoved: links.removed,
      propertiesChanged: steps.reduce(
        (sum, { news: { changes } }) => sum + Object.keys(changes).length,
        0,
      ),
      quarantined,
      maxLagMs: Math.max(0, ...pending.map(({ writtenAt }) => now.getTime() - writtenAt.getTime())),
    },
    lastPosition: lastPosition + events.length,
    failures,
  }
}

/** What each named resource makes of its identity; those that make no difference are left out. */
async function compare(
  trx: Transaction,
  { labels }: LoadGiven,
  tenantId: TenantId,
  pending: readonly Pending[],
): Promise<{ steps: Step[]; failures: Failure[] }> {
  const rows = Map.groupBy(
    pending.filter(({ memberId }) => memberId === null),
    ({ resourceId }) => resourceId,
  )
  const ids = [...rows.keys()]
  const resources = new Map(
    (await presentResources(trx, tenantId, ids)).map((each) => [each.resourceId, each]),
  )
  const identities = new Map(
    (await presentIdentities(trx, tenantId, ids.map(identityIdOf))).map((each) => [
      each.resourceId,
      each,
    ]),
  )
  const steps: Step[] = []
  const failures: Failure[] = []
  for (const [id, named] of rows) {
    const [resource, before] = [resources.get(id), identities.get(id)]
    try {
      const label = resource && labels.get(resource.connectionId)
      if (resource !== undefined && label === undefined)
        throw new Unloadable(`Its connection ${resource.connectionId} is not set up.`)
      const after =
        resource === undefined || label === undefined
          ? before && { ...before, state: 'deleted' as const, managerResourceId: null }
          : factsOf(resource, label)
      const news = after && newsOf(before, after)
      if (after !== undefined && news !== undefined) steps.push({ before, after, news })
    } catch (error) {
      if (!(error instanceof Unloadable)) throw error
      failures.push(...named.map((each) => ({ pending: each, reason: error.message })))
    }
  }
  return { steps, failures }
}

function hasNewName({ before, after }: Step): boolean {
  return before?.label !== after.label || before.name !== after.name || after.state === 'deleted'
}

async function endSessionsOf(
  trx: Transaction,
  { endSessions }: LoadGiven,
  tenantId: TenantId,
  steps: readonly Step[],
): Promise<void> {
  for (const [state, cause] of [
    ['inactive', 'deactivated'],
    ['deleted', 'deleted'],
  ] as const) {
    const out = steps.filter(
      ({ before, after }) =>
        after.kind === 'person' && after.state === state && before?.state !== state,
    )
    if (out.length > 0)
      await endSessions(
        trx,
        tenantId,
        out.map(({ after }) => after.identityId),
        cause,
      )
  }
}

/**
 * Memberships that are pending, those of identities that are new (their pending rows may have come
 * earlier, when an end was missing), and managers. Links of what is deleted go without news of
 * their own: its deletion says it.
 */
async function moveLinks(
  trx: Transaction,
  { now }: LoadGiven,
  tenantId: TenantId,
  pending: readonly Pending[],
  steps: readonly Step[],
): Promise<{ added: number; removed: number; news: News[] }> {
  const deleted = steps.filter(({ after }) => after.state === 'deleted')
  const gone = await removeLinksOf(
    trx,
    tenantId,
    deleted.map(({ after }) => after.identityId),
  )
  const named = pending.flatMap(({ resourceId, memberId }) =>
    memberId === null ? [] : [{ groupId: resourceId, memberId }],
  )
  const present = await presentMemberships(trx, tenantId, named)
  const holds = new Set(present.map(({ groupId, memberId }) => `${groupId} ${memberId}`))
  const fresh = steps.filter(({ before }) => before === undefined)
  const freshIds = fresh.map(({ after }) => after.resourceId)
  const managers = await managerLinks(trx, tenantId, steps, freshIds)

  const removed = await removeLinks(trx, tenantId, [
    ...named
      .filter(({ groupId, memberId }) => !holds.has(`${groupId} ${memberId}`))
      .map(memberLink),
    ...managers.ended,
  ])
  const added = await addLinks(
    trx,
    tenantId,
    [...present, ...(await membershipsOf(trx, tenantId, freshIds))]
      .map(memberLink)
      .concat(managers.begun),
    now,
  )
  return {
    added: added.length,
    removed: removed.length + gone.length,
    news: [
      ...removed.map((link) => newsOfLink(link, 'removed')),
      ...added.map((link) => newsOfLink(link, 'added')),
    ],
  }
}

function memberLink({ groupId, memberId }: Membership): Link {
  return { kind: 'member', fromId: identityIdOf(groupId), toId: identityIdOf(memberId) }
}

async function managerLinks(
  trx: Transaction,
  tenantId: TenantId,
  steps: readonly Step[],
  freshIds: readonly string[],
): Promise<{ begun: Link[]; ended: Link[] }> {
  const link = (fromId: IdentityId, managerResourceId: string): Link => ({
    kind: 'manager',
    fromId,
    toId: identityIdOf(managerResourceId),
  })
  const begun: Link[] = []
  const ended: Link[] = []
  for (const { before, after } of steps) {
    const [from, to] = [before?.managerResourceId ?? null, after.managerResourceId]
    if (from === to) continue
    if (from !== null) ended.push(link(after.identityId, from))
    if (to !== null) begun.push(link(after.identityId, to))
  }
  for (const { identityId, managerResourceId } of await peopleManagedBy(trx, tenantId, freshIds))
    begun.push(link(identityId, managerResourceId))
  return { begun, ended }
}

/** Which request began what, by identity and by membership. */
function requestsOf(pending: readonly Pending[]): Map<string, string> {
  return new Map(
    pending.map(({ resourceId, memberId, requestId }) => [
      memberId === null
        ? identityIdOf(resourceId)
        : pairKey(identityIdOf(resourceId), identityIdOf(memberId)),
      requestId,
    ]),
  )
}

function pairKey(fromId: string, toId: string | null): string {
  return toId === null ? fromId : `${fromId} ${toId}`
}
