/**
 * How far back events go. Those that have outlived their days are taken out in the order of their
 * positions, and the horizon says up to where; nothing before it is answered, rather than wrongly.
 *
 * Who is in a group is told by the event that put them there, which may be old. It stays until a
 * younger one that has outlived its days as well overrules it: the same membership begun again or
 * ended, or one of the two deleted, which ends every membership of theirs without a word on each.
 */
import type { Db } from '../db/index.ts'
import { Refusal, type TenantId } from '../lib/index.ts'

interface Horizon extends Record<string, unknown> {
  readonly position: number
  readonly happenedAt: Date | null
}

const BATCH = 1_000

/** Takes out the next events that happened before an instant. @returns how many it looked at */
export async function sweepEvents(db: Db, tenantId: TenantId, before: Date): Promise<number> {
  return db.inTenant(tenantId, async (trx) => {
    // Locks the row, so that of two nodes one sweeps at a time.
    const [horizon] = await trx.prepared<{ position: number }>('horizon-lock', LOCK, [tenantId])
    const next = await trx
      .selectFrom('event')
      .select(['position', 'happened_at'])
      .where('tenant_id', '=', tenantId)
      .where('position', '>', horizon?.position ?? 0)
      .orderBy('position')
      .limit(BATCH)
      .execute()
    const young = next.findIndex(({ happened_at: at }) => at >= before)
    const old = young < 0 ? next : next.slice(0, young)
    const last = old.at(-1)
    if (last === undefined) return 0
    await trx.prepared('horizon-take', TAKE, [tenantId, horizon?.position ?? 0, last.position])
    await trx
      .updateTable('event_horizon')
      .set({ position: last.position, happened_at: last.happened_at })
      .where('tenant_id', '=', tenantId)
      .execute()
    return old.length
  })
}

const LOCK = `
  insert into event_horizon (tenant_id, position) values ($1, 0)
  on conflict (tenant_id) do update set position = event_horizon.position
  returning position`

const TAKE = `
  with swept as (
    select position, kind, identity_id, other_id from event
     where tenant_id = $1 and position > $2 and position <= $3
  ), begun as (
    select e.position from swept s
      join event e on e.tenant_id = $1 and e.other_id = s.other_id and e.identity_id = s.identity_id
     where s.kind = any ('{group.member-added,group.member-removed}')
       and e.kind = 'group.member-added' and e.position < s.position
    union all
    select e.position from swept s
      join event e on e.tenant_id = $1 and e.other_id = s.identity_id
     where s.kind = any ('{person.deleted,group.deleted}')
       and e.kind = 'group.member-added' and e.position < s.position
    union all
    select e.position from swept s
      join event e on e.tenant_id = $1 and e.identity_id = s.identity_id
     where s.kind = 'group.deleted'
       and e.kind = 'group.member-added' and e.position < s.position
  )
  delete from event
   where tenant_id = $1
     and position in (select position from swept where kind <> 'group.member-added'
                      union select position from begun)`

async function readHorizon(db: Db, tenantId: TenantId): Promise<Horizon | undefined> {
  const [horizon] = await db.inTenantOnce<Horizon>(
    tenantId,
    'horizon-read',
    'select position, happened_at as "happenedAt" from event_horizon where tenant_id = $1',
    [tenantId],
  )
  return horizon
}

/** @throws Refusal `history_gone` for an instant before the horizon */
export async function assertKept(db: Db, tenantId: TenantId, at: Date): Promise<void> {
  const since = (await readHorizon(db, tenantId))?.happenedAt ?? null
  if (since !== null && at < since)
    throw new Refusal(
      'history_gone',
      `What was so at ${at.toISOString()} is not known any more: history is kept from ${since.toISOString()} on.`,
    )
}

/**
 * Whoever would miss events without knowing is told.
 * @throws Refusal `history_gone` where what they have not read is not kept any more; `position_ahead` where they
 *         have read what is not here, since the database is an older one that was restored (SEC F-11)
 */
export async function assertNoneMissed(db: Db, tenantId: TenantId, after: number): Promise<void> {
  const [known] = await db.inTenantOnce<{ horizon: number; latest: number }>(
    tenantId,
    'horizon-and-latest',
    HORIZON_AND_LATEST,
    [tenantId],
  )
  const { horizon = 0, latest = 0 } = known ?? {}
  if (after < horizon)
    throw new Refusal(
      'history_gone',
      `Events up to ${horizon} have outlived their days. Read people and groups again, then follow with after=${horizon}.`,
    )
  if (after > latest)
    throw new Refusal(
      'position_ahead',
      `The latest event is ${latest}; there is none at ${after} yet. Whoever has read that far did so before a back-up was restored: read people and groups again, then follow with after=${latest}.`,
    )
}

const HORIZON_AND_LATEST = `
  with horizon as (
    select coalesce((select position from event_horizon where tenant_id = $1), 0) as position)
  select position as horizon,
         greatest(position, (select max(position) from event where tenant_id = $1)) as latest
    from horizon`

/** @throws Refusal `history_gone` when what happened at this position is not kept any more */
export async function assertNoneGone(db: Db, tenantId: TenantId, first: number): Promise<void> {
  const position = (await readHorizon(db, tenantId))?.position ?? 0
  if (first > position) return
  throw new Refusal(
    'history_gone',
    `What happened up to position ${position} has outlived its days.`,
  )
}
