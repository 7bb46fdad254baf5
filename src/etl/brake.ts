/**
 * The brake: when more than a set share of a tenant's people would be deactivated or deleted within a
 * window of time, who comes after that is held until somebody decides. Identity providers send one
 * request for each person, so it is the window that is looked at and not the batch.
 *
 * Once somebody is held, everybody who would leave is, so that a mistake does not go on beside the
 * question whether it is one. Whoever comes back in the meantime is held no more. Everything else of
 * the tenant is loaded as always.
 *
 * Whose connection was removed goes, and so does who was in by such a connection alone: an administrator has
 * decided that already.
 *
 * Nobody is held under a name that is somebody else's now (`give-way.ts`).
 *
 * Of people who are one by a rule, all stay as they are while one of them is held.
 *
 * Groups have a brake of their own (`group-brake.ts`): their deletion is looked at here, beside people.
 */
import type { Transaction } from '../db/index.ts'
import { countActivePeople } from '../identity/index.ts'
import type { TenantId } from '../lib/index.ts'
import type { Pending } from '../sync/index.ts'
import { type BrakePolicy, readBrakePolicy, windowStart } from './brake-policy.ts'
import type { Step } from './diff.ts'
import { givingWay } from './give-way.ts'
import { admitDeletions } from './group-brake.ts'
import { forgetHeld, forgetMembershipsOf } from './held.ts'
import { holdBack, type Leaving } from './hold-back.ts'
import type { Lease } from './lease.ts'
import type { LoadGiven } from './load.ts'

/**
 * @param without  the steps, where these resources stay as they are
 * @returns what is loaded now: all but what is held, or was let stay
 */
export async function brake(
  trx: Transaction,
  given: Pick<LoadGiven, 'now' | 'endSessions' | 'saysAgain' | 'labels'>,
  lease: Lease,
  steps: readonly Step[],
  pending: readonly Pending[],
  without: (staying: ReadonlySet<string>) => readonly Step[],
): Promise<readonly Step[]> {
  const { tenantId, hasHeld } = lease
  const requests = new Map(pending.map((row) => [row.resourceId, row.requestId]))
  const leaving = undecided(steps, given).map((step) => leavingOf(step, requests))
  if (leaving.length === 0 && !hasHeld) return steps
  const policy = await readBrakePolicy(trx, tenantId)
  const { stay, holding } = await holdBack(trx, given, lease, leaving, async (asking) => {
    const people = asking.filter(isPerson)
    const groups = asking.filter((each) => !isPerson(each))
    return new Set([
      ...(await admitPeople(trx, lease, policy, people, given.now)),
      ...(await admitDeletions(trx, tenantId, policy, groups, given.now)),
    ])
  })
  const staying = new Set(Array.from(stay, ({ resourceId }) => resourceId))
  const passed = staying.size === 0 ? steps : without(staying)
  if (hasHeld) await forgetOthers(trx, tenantId, staying, pending, passed)
  const people = holding.filter(isPerson).map(({ identityId }) => identityId)
  if (policy.cutsAccess && people.length > 0) await given.endSessions(trx, tenantId, people, 'held')
  return passed
}

/** A person who would have no access any more, a group that would be gone. */
function isLeaving({ before, after, isOut }: Step): boolean {
  if (before?.state !== 'active') return false
  if (after.state === 'joined') return isOut === true
  return after.kind === 'person' ? after.state !== 'active' : after.state === 'deleted'
}

/** Who leaves, and nobody has decided it yet. */
function undecided(steps: readonly Step[], given: Pick<LoadGiven, 'labels'>): Step[] {
  const leaving = steps.filter(isLeaving)
  if (leaving.length === 0) return leaving
  const isDecided = decidedBy(steps, given)
  return leaving.filter((step) => !isDecided(step))
}

function decidedBy(steps: readonly Step[], { labels }: Pick<LoadGiven, 'labels'>) {
  const isRemoved = ({ after }: Step) => !labels.has(after.connectionId)
  const byId = new Map(steps.map((step) => [step.after.identityId, step]))
  const giving = givingWay(steps)
  return (step: Step): boolean => {
    const { before, after } = step
    if (giving.has(after.identityId)) return true
    if (isRemoved(step) || before?.sourceState !== 'inactive') return isRemoved(step)
    const letThemIn = before.joinedFrom
      .flatMap((id) => byId.get(id) ?? [])
      .filter((other) => other.before?.sourceState === 'active')
    return letThemIn.length > 0 && letThemIn.every(isRemoved)
  }
}

function leavingOf({ after }: Step, requests: ReadonlyMap<string, string>): Leaving {
  return {
    resourceId: after.resourceId,
    memberId: '',
    connectionId: after.connectionId,
    identityId: after.identityId,
    wouldBe: after.state === 'deleted' ? 'deleted' : 'inactive',
    requestId: requests.get(after.resourceId) ?? '',
  }
}

function isPerson({ resourceId }: Leaving): boolean {
  return resourceId.startsWith('usr_')
}

/** Who or what a batch names and does not hold: whoever came back, or was released. */
async function forgetOthers(
  trx: Transaction,
  tenantId: TenantId,
  staying: ReadonlySet<string>,
  pending: readonly Pending[],
  passed: readonly Step[],
): Promise<void> {
  const named = pending.filter(
    ({ resourceId, memberId }) => memberId === null && !staying.has(resourceId),
  )
  await forgetHeld(
    trx,
    tenantId,
    named.map(({ resourceId }) => ({ resourceId, memberId: '' })),
  )
  const gone = passed.filter(({ after }) => after.state === 'deleted')
  await forgetMembershipsOf(
    trx,
    tenantId,
    gone.map(({ after }) => after.resourceId),
  )
}

async function admitPeople(
  trx: Transaction,
  lease: Lease,
  policy: BrakePolicy,
  asking: readonly Leaving[],
  now: Date,
): Promise<readonly Leaving[]> {
  if (asking.length === 0 || lease.isHolding) return []
  const room = await roomFor(trx, lease, asking.length, policy, windowStart(policy, now))
  const leaving = asking.slice(0, room)
  await noteDepartures(
    trx,
    lease.tenantId,
    leaving.map(({ resourceId }) => resourceId),
    now,
  )
  return leaving
}

/** How many of those who ask may leave. People are counted only where it may come to that. */
async function roomFor(
  trx: Transaction,
  { tenantId, activePeople }: Lease,
  asking: number,
  { share, atLeast }: BrakePolicy,
  since: Date,
): Promise<number> {
  const departed = await countDepartures(trx, tenantId, since)
  if (departed + asking <= atLeast) return asking
  const active = activePeople ?? (await countFirst(trx, tenantId))
  return Math.max(0, Math.max(atLeast, Math.floor(share * (active + departed))) - departed)
}

async function countFirst(trx: Transaction, tenantId: TenantId): Promise<number> {
  const active = await countActivePeople(trx, tenantId)
  await trx
    .updateTable('loader')
    .set({ active_people: active })
    .where('tenant_id', '=', tenantId)
    .execute()
  return active
}

/** In the window; those before it are forgotten. */
async function countDepartures(trx: Transaction, tenantId: TenantId, since: Date): Promise<number> {
  const [row] = await trx.prepared<{ departed: number }>(
    'brake-departed',
    `with old as (delete from departure where tenant_id = $1 and left_at < $2)
     select count(*) as departed from departure where tenant_id = $1 and left_at >= $2`,
    [tenantId, since],
  )
  return row?.departed ?? 0
}

async function noteDepartures(
  trx: Transaction,
  tenantId: TenantId,
  resourceIds: readonly string[],
  now: Date,
): Promise<void> {
  if (resourceIds.length === 0) return
  await trx.prepared(
    'brake-note',
    `insert into departure (tenant_id, resource_id, left_at)
     select $1, resource_id, $3 from unnest($2::text[]) as gone (resource_id)
     on conflict (tenant_id, resource_id) do update set left_at = excluded.left_at`,
    [tenantId, resourceIds, now],
  )
}

/** They have not left after all. */
export async function forgetDepartures(
  trx: Transaction,
  tenantId: TenantId,
  resourceIds: readonly string[],
): Promise<void> {
  if (resourceIds.length === 0) return
  await trx.prepared(
    'brake-forget',
    'delete from departure where tenant_id = $1 and resource_id = any ($2::text[])',
    [tenantId, resourceIds],
  )
}

/** By how much the number of active people changes with these. Pure. */
export function activeDelta(steps: readonly Step[]): number {
  const active = (state: string | undefined) => (state === 'active' ? 1 : 0)
  return steps
    .filter(({ after }) => after.kind === 'person')
    .reduce((sum, { before, after }) => sum + active(after.state) - active(before?.state), 0)
}
