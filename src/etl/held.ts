/**
 * What the brake holds, a row each: the leaving of a person, the deletion of a group, a membership that
 * would end.
 *
 * A decision stays with its row: released until it is loaded; discarded until the identity provider
 * says something new, so that nothing else takes it for what is to go.
 */
import type { Transaction } from '../db/index.ts'
import type { ConnectionId, IdentityId, TenantId } from '../lib/index.ts'

/** A person or a group by itself, or a group and one of its members. */
export interface HeldKey {
  readonly resourceId: string
  /** Set: this membership of the group is meant; '': the resource. */
  readonly memberId: string
}

export interface Held extends HeldKey {
  readonly connectionId: ConnectionId
  /** Of the resource. */
  readonly identityId: IdentityId
  readonly wouldBe: 'inactive' | 'deleted' | 'removed'
  /** The request that would have had it so. */
  readonly requestId: string
  readonly heldAt: Date
}

/** @param discardedAt  null: somebody has yet to decide */
export async function addHeld(
  trx: Transaction,
  tenantId: TenantId,
  rows: readonly Omit<Held, 'heldAt'>[],
  { heldAt, discardedAt }: { readonly heldAt: Date; readonly discardedAt: Date | null },
): Promise<void> {
  if (rows.length === 0) return
  await trx.prepared('held-add', ADD, [
    tenantId,
    heldAt,
    ...columnsOf(rows),
    rows.map((row) => row.connectionId),
    rows.map((row) => row.identityId),
    rows.map((row) => row.wouldBe),
    rows.map((row) => row.requestId),
    discardedAt,
  ])
}

const ADD = `
  insert into held (tenant_id, resource_id, member_id, connection_id, identity_id, would_be, request_id, held_at,
                    discarded_at)
  select $1, resource_id, member_id, connection_id, identity_id, would_be, request_id, $2, $9
    from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
      as asked (resource_id, member_id, connection_id, identity_id, would_be, request_id)
  on conflict (tenant_id, resource_id, member_id) do update set
    would_be = excluded.would_be, request_id = excluded.request_id, released_at = null,
    discarded_at = excluded.discarded_at`

export type Decision = 'none yet' | 'released' | 'discarded'

/** What is held of these, by `keyOf`, and what was decided of it. */
export async function decisionsAmong(
  trx: Transaction,
  tenantId: TenantId,
  keys: readonly HeldKey[],
): Promise<Map<string, Decision>> {
  const rows = await trx.prepared<HeldKey & { decision: Decision } & Record<string, unknown>>(
    'held-decisions',
    `select h.resource_id as "resourceId", h.member_id as "memberId",
            case when released_at is not null then 'released'
                 when discarded_at is not null then 'discarded' else 'none yet' end as decision
       from unnest($2::text[], $3::text[]) as asked (resource_id, member_id)
       join held h on h.tenant_id = $1
        and h.resource_id = asked.resource_id and h.member_id = asked.member_id`,
    [tenantId, ...columnsOf(keys)],
  )
  return new Map(rows.map((row) => [keyOf(row), row.decision]))
}

/** Of these people and groups, those whose deletion is held, or was discarded. */
export async function keptFromDeletion(
  trx: Transaction,
  tenantId: TenantId,
  resourceIds: readonly string[],
): Promise<Set<string>> {
  const rows = await trx.prepared<{ resourceId: string }>(
    'held-from-deletion',
    `select resource_id as "resourceId" from held
      where tenant_id = $1 and resource_id = any ($2::text[]) and member_id = ''
        and would_be = 'deleted' and released_at is null`,
    [tenantId, resourceIds],
  )
  return new Set(rows.map(({ resourceId }) => resourceId))
}

/** Nothing is held or decided of these any more. The last person who is held ends the holding. */
export async function forgetHeld(
  trx: Transaction,
  tenantId: TenantId,
  keys: readonly HeldKey[],
): Promise<void> {
  if (keys.length === 0) return
  await trx.prepared(
    'held-forget',
    `delete from held h using unnest($2::text[], $3::text[]) as asked (resource_id, member_id)
      where h.tenant_id = $1 and h.resource_id = asked.resource_id and h.member_id = asked.member_id`,
    [tenantId, ...columnsOf(keys)],
  )
}

/** As `forgetHeld`, of all memberships at either end: these people and groups are gone. */
export async function forgetMembershipsOf(
  trx: Transaction,
  tenantId: TenantId,
  resourceIds: readonly string[],
): Promise<void> {
  if (resourceIds.length === 0) return
  await trx.prepared(
    'held-forget-of',
    `delete from held where tenant_id = $1 and member_id <> ''
        and (resource_id = any ($2::text[]) or member_id = any ($2::text[]))`,
    [tenantId, resourceIds],
  )
}

export function keyOf({ resourceId, memberId }: HeldKey): string {
  return `${resourceId} ${memberId}`
}

function columnsOf(keys: readonly HeldKey[]): [string[], string[]] {
  return [keys.map(({ resourceId }) => resourceId), keys.map(({ memberId }) => memberId)]
}
