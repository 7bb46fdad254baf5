/**
 * Who is held by the brake: kept, listed, released, discarded.
 *
 * A decision stays with its row: released until the leaving is loaded; discarded until the identity
 * provider says something new, so that nothing else takes that person for one who has left.
 */
import type { Transaction } from '../db/index.ts'
import type { ConnectionId, IdentityId, TenantId } from '../lib/index.ts'
import { addPending } from '../sync/index.ts'

export interface Held {
  readonly resourceId: string
  readonly connectionId: ConnectionId
  readonly identityId: IdentityId
  readonly wouldBe: 'inactive' | 'deleted'
  /** The request that would have had them leave. */
  readonly requestId: string
  readonly heldAt: Date
}

export async function addHeld(
  trx: Transaction,
  tenantId: TenantId,
  rows: readonly Omit<Held, 'heldAt'>[],
  now: Date,
): Promise<void> {
  await trx.prepared('held-add', ADD, [
    tenantId,
    now,
    rows.map((row) => row.resourceId),
    rows.map((row) => row.connectionId),
    rows.map((row) => row.identityId),
    rows.map((row) => row.wouldBe),
    rows.map((row) => row.requestId),
  ])
  await trx
    .updateTable('loader')
    .set((e) => ({ held_since: e.fn.coalesce('held_since', e.val(now)) }))
    .where('tenant_id', '=', tenantId)
    .execute()
}

const ADD = `
  insert into held (tenant_id, resource_id, connection_id, identity_id, would_be, request_id, held_at)
  select $1, resource_id, connection_id, identity_id, would_be, request_id, $2
    from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
      as asked (resource_id, connection_id, identity_id, would_be, request_id)
  on conflict (tenant_id, resource_id) do update set
    would_be = excluded.would_be, request_id = excluded.request_id, released_at = null, discarded_at = null`

export type Decision = 'released' | 'discarded'

/** What was decided of these, where something was. */
export async function decisionsAmong(
  trx: Transaction,
  tenantId: TenantId,
  resourceIds: readonly string[],
): Promise<Map<string, Decision>> {
  const rows = await trx.prepared<{ resourceId: string; decision: Decision }>(
    'held-decisions',
    `select resource_id as "resourceId",
            case when released_at is null then 'discarded' else 'released' end as decision
       from held
      where tenant_id = $1 and resource_id = any ($2::text[])
        and (released_at is not null or discarded_at is not null)`,
    [tenantId, resourceIds],
  )
  return new Map(rows.map(({ resourceId, decision }) => [resourceId, decision]))
}

/** Nothing is held or decided of them any more. The last who is held ends the holding. */
export async function forgetHeld(
  trx: Transaction,
  tenantId: TenantId,
  resourceIds: readonly string[],
): Promise<void> {
  if (resourceIds.length === 0) return
  await trx.prepared(
    'held-forget',
    'delete from held where tenant_id = $1 and resource_id = any ($2::text[])',
    [tenantId, resourceIds],
  )
  await endWhenNobody(trx, tenantId)
}

/** Since when somebody is held, and whether that was discarded; null when neither. */
export async function readHeld(
  trx: Transaction,
  tenantId: TenantId,
  resourceId: string,
): Promise<{ heldAt: Date; isDiscarded: boolean } | null> {
  const row = await trx
    .selectFrom('held')
    .select(['held_at', 'discarded_at'])
    .where('tenant_id', '=', tenantId)
    .where('resource_id', '=', resourceId)
    .where('released_at', 'is', null)
    .executeTakeFirst()
  return row === undefined ? null : { heldAt: row.held_at, isDiscarded: row.discarded_at !== null }
}

/** In the order of their ids; `after` is the last `resourceId` of the page before. */
export async function listHeld(
  trx: Transaction,
  tenantId: TenantId,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<Held[]> {
  const rows = await trx
    .selectFrom('held')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('released_at', 'is', null)
    .where('discarded_at', 'is', null)
    .where('resource_id', '>', after ?? '')
    .orderBy('resource_id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    resourceId: row.resource_id,
    connectionId: row.connection_id,
    identityId: row.identity_id,
    wouldBe: row.would_be,
    requestId: row.request_id,
    heldAt: row.held_at,
  }))
}

export async function countHeld(
  trx: Transaction,
  tenantId: TenantId,
): Promise<{ held: number; since: Date | null }> {
  const [row] = await trx.prepared<{ held: number; since: Date | null }>(
    'held-count',
    `select count(*) as held, min(held_at) as since from held
      where tenant_id = $1 and released_at is null and discarded_at is null`,
    [tenantId],
  )
  return row ?? { held: 0, since: null }
}

/** Lets all who are held leave with the next batches. @returns how many */
export async function releaseHeld(
  trx: Transaction,
  tenantId: TenantId,
  now: Date,
): Promise<number> {
  const rows = await trx
    .updateTable('held')
    .set({ released_at: now })
    .where('tenant_id', '=', tenantId)
    .where('released_at', 'is', null)
    .where('discarded_at', 'is', null)
    .returning([
      'resource_id as resourceId',
      'connection_id as connectionId',
      'request_id as requestId',
    ])
    .execute()
  await addPending(
    trx,
    tenantId,
    rows.map((row) => ({ ...row, memberId: null })),
    now,
  )
  return rows.length
}

/** Nobody of them leaves, until the identity provider says something new of them. @returns how many */
export async function discardHeld(
  trx: Transaction,
  tenantId: TenantId,
  now: Date,
): Promise<number> {
  const rows = await trx
    .updateTable('held')
    .set({ discarded_at: now })
    .where('tenant_id', '=', tenantId)
    .where('released_at', 'is', null)
    .where('discarded_at', 'is', null)
    .returning('resource_id')
    .execute()
  await endWhenNobody(trx, tenantId)
  return rows.length
}

async function endWhenNobody(trx: Transaction, tenantId: TenantId): Promise<void> {
  await trx.prepared(
    'held-end',
    `update loader set held_since = null
      where tenant_id = $1 and held_since is not null
        and not exists (select from held where tenant_id = $1 and discarded_at is null)`,
    [tenantId],
  )
}
