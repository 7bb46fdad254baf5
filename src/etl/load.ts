/**
 * Brings identity in line with the present state of what pending rows name: idempotent, in any
 * order, a batch in a dozen statements.
 *
 * Who becomes inactive or is deleted loses every session in the same transaction, so that nobody
 * is inactive and still signed in.
 */
import type { Transaction } from '../db/index.ts'
import {
  appendEvents,
  type Identity,
  nameHolders,
  writeIdentities,
  writeNames,
} from '../identity/index.ts'
import type { ConnectionId, IdentityId, TenantId } from '../lib/index.ts'
import type { Pending } from '../sync/index.ts'
import { activeDelta, brake } from './brake.ts'
import { newsOf, type News, type Step } from './diff.ts'
import { heldUnderNamesOf } from './give-way.ts'
import { byItself, joinSteps } from './joined.ts'
import type { Lease } from './lease.ts'
import { loadLinks } from './load-links.ts'
import { inPieces } from './pieces.ts'
import { presentState, type PresentState } from './present-state.ts'
import { type Failure, retryWaitingFor } from './quarantine.ts'
import type { Rules } from './rules/rule-set.ts'
import { isRenamed, nameKey, takenNames } from './rules/unique-names.ts'
import type { Changed } from './runs.ts'
import { factsOf, identityIdOf, kindOf } from './transform.ts'
import { NotYetLoadable, Unloadable } from './unloadable.ts'

export type EndSessions = (
  trx: Transaction,
  tenantId: TenantId,
  identityIds: readonly IdentityId[],
  cause: string,
) => Promise<void>

export interface LoadGiven {
  readonly labels: ReadonlyMap<ConnectionId, string>
  /** Of the connections that have any. */
  readonly rules: ReadonlyMap<ConnectionId, Rules>
  readonly endSessions: EndSessions
  readonly now: Date
  /** A full run looks at what the identity providers have said before; nobody said anything new. */
  readonly saysAgain: boolean
  /** Of many rows; a run of many pages need not at each of them. */
  readonly plansAfresh: boolean
}

export interface Loaded {
  readonly changed: Changed
  /** Of the tenant's latest event, now. */
  readonly lastPosition: number
  /** By how much the number of active people is another. */
  readonly activeDelta: number
  /** Who lost access by it. */
  readonly cutOff: ReadonlySet<IdentityId>
  readonly failures: readonly Failure[]
  /** Why all of it failed; null when it did not. */
  readonly reason: string | null
}

export async function load(
  trx: Transaction,
  given: LoadGiven,
  lease: Lease,
  asked: readonly Pending[],
): Promise<Loaded> {
  const { now, plansAfresh } = given
  if (plansAfresh && asked.length >= MANY) await planAfresh(trx)
  const { tenantId, lastPosition } = lease
  const { present, compared, drawn } = await lookAt(trx, given, lease, asked)
  const { pending } = present
  const alone = await refuseTaken(trx, given, tenantId, compared, pending)
  const join = (staying?: ReadonlySet<string>) => joinSteps(present, alone.steps, staying)
  const steps = await brake(trx, given, lease, join(), pending, join)
  await inPieces(steps, PEOPLE, (some) => {
    const afters = (which: (step: Step) => boolean) => some.filter(which).map(({ after }) => after)
    const born = afters(isBorn)
    writeIdentities(trx, tenantId, { born, changed: afters((step) => !isBorn(step)) }, now)
    writeNames(trx, tenantId, { born, renamed: afters(hasNewName) }, now)
  })
  const links = await loadLinks(trx, given, lease, pending, steps)
  await retryWaitingFor(trx, tenantId, namesFreed(steps), now)
  const cutOff = await endSessionsOf(trx, given, tenantId, steps)
  const news = [...steps.map((step) => step.news), ...links.news]
  const requestOf = requestsOf(pending)
  await inPieces(news, EVENTS, (some, at) =>
    appendEvents(
      trx,
      tenantId,
      { after: lastPosition + at, now },
      some.map((each) => ({ ...each, requestId: requestOf(each) })),
    ),
  )
  return {
    changed: {
      ...countsOf(steps),
      linksAdded: links.added,
      linksRemoved: links.removed,
    },
    lastPosition: lastPosition + news.length,
    activeDelta: activeDelta(steps),
    cutOff,
    failures: alone.failures.filter((failure) => !drawn.has(failure.pending)),
    reason: null,
  }
}

/** What is asked for, with whoever is to be looked at because of that. */
async function lookAt(trx: Transaction, given: LoadGiven, lease: Lease, asked: readonly Pending[]) {
  const present = await presentState(trx, given, lease, asked)
  const compared = await compare(given, present)
  const held = await heldUnderNamesOf(trx, lease, compared.steps, present.pending)
  if (held.length === 0) return { present, compared, drawn: present.drawn }
  const all = await presentState(trx, given, lease, [...asked, ...held])
  const drawn = new Set([...all.drawn, ...held])
  return { present: all, compared: await compare(given, all), drawn }
}

interface Compared {
  readonly steps: readonly Step[]
  readonly failures: readonly Failure[]
}

/** Of what is made at a stretch. */
const PEOPLE = 250
const EVENTS = 1000

/** From so many rows on, planning is a small part of the work. */
const MANY = 200

/**
 * A connection keeps the plans of its statements, and of the checks of foreign keys. Those made in a
 * quiet hour read whole tables for each row once the tables have grown, until PostgreSQL next
 * gathers statistics: with 120,000 rows pending the first batch ran into its timeout of 30 s. To make them
 * takes five milliseconds.
 */
async function planAfresh(trx: Transaction): Promise<void> {
  await trx.prepared('load-plan-afresh', 'discard plans', [])
}

/** What each named resource makes of its identity by itself; those that make no difference are left out. */
async function compare(
  { labels, rules }: LoadGiven,
  { pending, resources, identities }: PresentState,
): Promise<Compared> {
  const named = Map.groupBy(
    pending.filter(({ memberId }) => memberId === null),
    ({ resourceId }) => resourceId,
  )
  const steps: Step[] = []
  const failures: Failure[] = []
  const compareOne = (id: string, rows: readonly Pending[]): void => {
    const [resource, before] = [resources.get(id), byItself(identities.get(id))]
    if (resource !== undefined && kindOf(resource) === undefined) return
    try {
      const after =
        resource === undefined
          ? before && { ...before, state: 'deleted' as const, managerResourceId: null }
          : factsOf(resource, labels.get(resource.connectionId), rules.get(resource.connectionId))
      const news = after && newsOf(before, after)
      if (after !== undefined && news !== undefined) steps.push({ before, after, news })
    } catch (error) {
      if (!(error instanceof Unloadable)) throw error
      const mayPass = error instanceof NotYetLoadable
      failures.push(...rows.map((row) => ({ pending: row, reason: error.message, mayPass })))
      steps.push(...leavingOf(before, resource?.active ?? true))
    }
  }
  await inPieces([...named], PEOPLE, (some) => {
    for (const [id, rows] of some) compareOne(id, rows)
  })
  return { steps, failures }
}

/** Who would get a name that somebody else has, by a rule, is not loaded. */
async function refuseTaken(
  trx: Transaction,
  { rules }: LoadGiven,
  tenantId: TenantId,
  { steps, failures }: Compared,
  pending: readonly Pending[],
): Promise<Compared> {
  const ruled = steps.filter(
    ({ after }) => rules.get(after.connectionId)?.places.name !== undefined,
  )
  const wanted = ruled.filter(isRenamed).map(({ after }) => after)
  if (wanted.length === 0) return { steps, failures }
  const taken = takenNames(ruled, await nameHolders(trx, tenantId, wanted))
  const refusals = new Map(
    Array.from(taken, ([{ after }, other]) => [
      after.resourceId,
      {
        reason: `The rule for name gives "${after.name}", which ${other} has. Let it tell the two apart.`,
        wantedName: nameKey(after),
      },
    ]),
  )
  const refused = pending.flatMap((row) => {
    const refusal = row.memberId === null ? refusals.get(row.resourceId) : undefined
    return refusal === undefined ? [] : [{ pending: row, ...refusal, mayPass: true }]
  })
  return {
    steps: steps.flatMap((step) =>
      refusals.has(step.after.resourceId)
        ? leavingOf(step.before, step.after.state === 'active')
        : [step],
    ),
    failures: [...failures, ...refused],
  }
}

/** Who cannot be loaded as they are sent, and has left, leaves all the same, under what they had. */
function leavingOf(before: Identity | undefined, isActive: boolean): Step[] {
  if (before?.kind !== 'person' || before.state !== 'active' || isActive) return []
  const after = { ...before, state: 'inactive' as const }
  const news = newsOf(before, after)
  return news === undefined ? [] : [{ before, after, news }]
}

function isBorn({ before }: Step): boolean {
  return before === undefined
}

function hasNewName({ before, after }: Step): boolean {
  if (before === undefined) return false
  return before.label !== after.label || before.name !== after.name || after.state === 'deleted'
}

/** Of people, who may have waited for them. */
function namesFreed(steps: readonly Step[]): string[] {
  return steps.flatMap(({ before, after }) => {
    if (before?.kind !== 'person' || before.state === 'deleted') return []
    const isFreed = after.state === 'deleted' || nameKey(before) !== nameKey(after)
    return isFreed ? [nameKey(before)] : []
  })
}

/** @returns who is out by it */
async function endSessionsOf(
  trx: Transaction,
  { endSessions }: LoadGiven,
  tenantId: TenantId,
  steps: readonly Step[],
): Promise<ReadonlySet<IdentityId>> {
  const cutOff = new Set<IdentityId>()
  for (const [state, cause] of [
    ['inactive', 'deactivated'],
    ['deleted', 'deleted'],
  ] as const) {
    const out = steps
      .filter(
        ({ before, after }) =>
          after.kind === 'person' &&
          after.state === state &&
          before !== undefined &&
          before.state !== state,
      )
      .map(({ after }) => after)
    const ids = out.map(({ identityId }) => identityId)
    if (ids.length > 0) await endSessions(trx, tenantId, ids, cause)
    // Whichever of their connections said so.
    for (const id of [...ids, ...out.flatMap(({ joinedFrom }) => joinedFrom)]) cutOff.add(id)
  }
  for (const [isOther, cause] of [
    [isJoined, 'joined'],
    [isParted, 'parted'],
  ] as const) {
    const others = steps.filter(isOther).map(({ after }) => after.identityId)
    if (others.length > 0) await endSessions(trx, tenantId, others, cause)
  }
  return cutOff
}

/** Their sessions are of an account that is nobody now. */
function isJoined({ before, after }: Step): boolean {
  return before?.state === 'active' && after.state === 'joined'
}

/** Of who leads: somebody who signed in as them may be the one who is another now. */
function isParted({ before, after }: Step): boolean {
  const there = new Set(after.joinedFrom)
  return after.state === 'active' && (before?.joinedFrom ?? []).some((id) => !there.has(id))
}

/** Which request began what: the one that named it, or else one that named either end. */
function requestsOf(pending: readonly Pending[]): (news: News) => string | null {
  const [first, ...others] = new Set(pending.map(({ requestId }) => requestId))
  if (first !== undefined && others.length === 0) return () => first
  const requests = new Map(
    pending.map(({ resourceId, memberId, requestId }) => [
      memberId === null
        ? identityIdOf(resourceId)
        : `${identityIdOf(resourceId)} ${identityIdOf(memberId)}`,
      requestId,
    ]),
  )
  return ({ identityId, otherId }) =>
    requests.get(`${identityId} ${otherId ?? ''}`) ??
    requests.get(identityId) ??
    requests.get(otherId ?? '') ??
    null
}

function countsOf(steps: readonly Step[]) {
  const created = steps.filter(({ before }) => before === undefined).length
  const deleted = steps.filter(({ after }) => after.state === 'deleted').length
  return {
    identitiesCreated: created,
    identitiesDeleted: deleted,
    identitiesChanged: steps.length - created - deleted,
    propertiesChanged: steps
      .filter(({ before, after }) => before !== undefined && after.state !== 'deleted')
      .reduce((sum, { news }) => sum + Object.keys(news.changes).length, 0),
  }
}
