/**
 * The brake: when more than a set share of a tenant's people would be deactivated or deleted within a
 * window of time, who comes after that is held until somebody decides. Identity providers send one
 * request for each person, so it is the window that is looked at and not the batch.
 *
 * Once somebody is held, everybody who would leave is, so that a mistake does not go on beside the
 * question whether it is one. Whoever comes back in the meantime is held no more. Everything else of
 * the tenant is loaded as always.
 */
import type { Transaction } from '../db/index.ts'
import { countActivePeople } from '../identity/index.ts'
import type { TenantId } from '../lib/index.ts'
import type { Pending } from '../sync/index.ts'
import { readBrakePolicy } from './brake-policy.ts'
import type { Step } from './diff.ts'
import { addHeld, decisionsAmong, forgetHeld } from './held.ts'
import type { Lease } from './lease.ts'
import type { LoadGiven } from './load.ts'

/** @returns what is loaded now: all but those who are held, or were let stay */
export async function brake(
  trx: Transaction,
  { now, endSessions, saysAgain }: Pick<LoadGiven, 'now' | 'endSessions' | 'saysAgain'>,
  lease: Lease,
  steps: readonly Step[],
  pending: readonly Pending[],
): Promise<readonly Step[]> {
  const { tenantId, isHolding } = lease
  const leaving = steps.filter(isLeaving)
  if (isHolding) await forgetReturned(trx, tenantId, leaving, pending)
  if (leaving.length === 0) return steps
  const decisions = await decisionsAmong(trx, tenantId, resourcesOf(leaving))
  const decided = ({ after }: Step) => decisions.get(after.resourceId)
  const staying = new Set(leaving.filter((step) => saysAgain && decided(step) === 'discarded'))
  const asking = leaving.filter((step) => decided(step) !== 'released' && !staying.has(step))
  const policy = await readBrakePolicy(trx, tenantId)
  const since = new Date(now.getTime() - policy.windowMinutes * 60_000)
  const room = isHolding ? 0 : await roomFor(trx, lease, asking.length, policy, since)
  const holding = asking.slice(room)
  await noteDepartures(trx, tenantId, resourcesOf(asking.slice(0, room)), now)
  const stay = new Set([...staying, ...holding])
  await forgetHeld(
    trx,
    tenantId,
    resourcesOf(leaving.filter((step) => decided(step) !== undefined && !stay.has(step))),
  )
  await hold(trx, tenantId, holding, pending, now)
  if (policy.cutsAccess && holding.length > 0)
    await endSessions(
      trx,
      tenantId,
      holding.map(({ after }) => after.identityId),
      'held',
    )
  return steps.filter((step) => !stay.has(step))
}

function isLeaving({ before, after }: Step): boolean {
  return after.kind === 'person' && before?.state === 'active' && after.state !== 'active'
}

function resourcesOf(steps: readonly Step[]): string[] {
  return steps.map(({ after }) => after.resourceId)
}

async function hold(
  trx: Transaction,
  tenantId: TenantId,
  holding: readonly Step[],
  pending: readonly Pending[],
  now: Date,
): Promise<void> {
  if (holding.length === 0) return
  const requests = new Map(pending.map((row) => [row.resourceId, row.requestId]))
  await addHeld(
    trx,
    tenantId,
    holding.map(({ after }) => ({
      resourceId: after.resourceId,
      connectionId: after.connectionId,
      identityId: after.identityId,
      wouldBe: after.state === 'deleted' ? 'deleted' : 'inactive',
      requestId: requests.get(after.resourceId) ?? '',
    })),
    now,
  )
}

/** Whom a batch names and who would not leave any more. */
async function forgetReturned(
  trx: Transaction,
  tenantId: TenantId,
  leaving: readonly Step[],
  pending: readonly Pending[],
): Promise<void> {
  const stillLeaving = new Set(resourcesOf(leaving))
  const named = pending.filter(
    ({ resourceId, memberId }) => memberId === null && !stillLeaving.has(resourceId),
  )
  await forgetHeld(
    trx,
    tenantId,
    named.map(({ resourceId }) => resourceId),
  )
}

/** How many of those who ask may leave. People are counted only where it may come to that. */
async function roomFor(
  trx: Transaction,
  { tenantId, activePeople }: Lease,
  asking: number,
  { share, atLeast }: { readonly share: number; readonly atLeast: number },
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

/** By how much the number of active people changes with these. Pure. */
export function activeDelta(steps: readonly Step[]): number {
  const active = (state: string | undefined) => (state === 'active' ? 1 : 0)
  return steps
    .filter(({ after }) => after.kind === 'person')
    .reduce((sum, { before, after }) => sum + active(after.state) - active(before?.state), 0)
}
