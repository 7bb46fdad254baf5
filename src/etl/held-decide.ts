/** What is held, as the operator sees it and decides: all of a tenant, or of one group or person. */
import type { Transaction } from '../db/index.ts'
import { countMembers } from '../identity/index.ts'
import type { ConnectionId, IdentityId, TenantId } from '../lib/index.ts'
import { addPending } from '../sync/index.ts'
import type { Held } from './held.ts'
import { identityIdOf } from './transform.ts'

/** Which of the rows: all of the tenant's where nothing is named. */
export interface HeldOf {
  /** A person, a group with its memberships. */
  readonly resourceId?: string | undefined
}

export interface HeldCounts {
  /** People whose leaving is held. */
  readonly held: number
  /** Memberships that are held. */
  readonly heldMembers: number
  /** Groups that those are of, and groups whose deletion is held. */
  readonly heldGroups: number
  readonly heldSince: Date | null
}

export interface HeldPage extends HeldOf {
  /** What was discarded, and is kept as it is, instead of what is to be decided. */
  readonly kept: boolean
  readonly limit: number
  /** Where the page before ended. */
  readonly after?: string | undefined
}

/** By key. */
export async function listHeld(
  trx: Transaction,
  tenantId: TenantId,
  { resourceId, kept, limit, after = '' }: HeldPage,
): Promise<Held[]> {
  const [resource, member = ''] = after.split(':')
  return trx.prepared<Held & Record<string, unknown>>('held-list', LIST, [
    tenantId,
    resource,
    member,
    limit,
    resourceId ?? null,
    kept,
  ])
}

const LIST = `
  select resource_id as "resourceId", member_id as "memberId", connection_id as "connectionId",
         identity_id as "identityId", would_be as "wouldBe", request_id as "requestId",
         held_at as "heldAt"
    from held
   where tenant_id = $1 and (resource_id, member_id) > ($2, $3)
     and ($5::text is null or resource_id = $5)
     and released_at is null and (discarded_at is not null) = $6::boolean
   order by resource_id, member_id limit $4`

export interface HeldGroup {
  readonly resourceId: string
  readonly identityId: IdentityId
  /** The group itself would be deleted. */
  readonly isDeletion: boolean
  /** Memberships of it that are held. */
  readonly held: number
  readonly heldSince: Date
}

/** By resource; `after` is the last of the page before. */
export async function listHeldGroups(
  trx: Transaction,
  tenantId: TenantId,
  { limit, after = '' }: { limit: number; after?: string | undefined },
): Promise<(HeldGroup & { readonly members: number })[]> {
  const rows = await trx.prepared<HeldGroup & Record<string, unknown>>('held-groups', LIST_GROUPS, [
    tenantId,
    after,
    limit,
  ])
  const sizes = await countMembers(
    trx,
    tenantId,
    rows.map(({ identityId }) => identityId),
  )
  return rows.map((row) => ({ ...row, members: sizes.get(row.identityId) ?? 0 }))
}

const LIST_GROUPS = `
  select resource_id as "resourceId", min(identity_id) as "identityId",
         bool_or(member_id = '') as "isDeletion", count(*) filter (where member_id <> '') as held,
         min(held_at) as "heldSince"
    from held
   where tenant_id = $1 and resource_id > $2 and resource_id not like 'usr\\_%'
     and released_at is null and discarded_at is null
   group by resource_id order by resource_id limit $3`

/** The identity of the member, where a membership is held. */
export function memberIdentityOf({ memberId }: Pick<Held, 'memberId'>): IdentityId | null {
  return memberId === '' ? null : identityIdOf(memberId)
}

/** Where a page ended that ends with this. */
export function heldCursor({
  resourceId,
  memberId,
}: Pick<Held, 'resourceId' | 'memberId'>): string {
  return `${resourceId}:${memberId}`
}

export async function countHeld(trx: Transaction, tenantId: TenantId): Promise<HeldCounts> {
  const [row] = await trx.prepared<HeldCounts & Record<string, unknown>>('held-count', COUNT, [
    tenantId,
  ])
  return row ?? { held: 0, heldMembers: 0, heldGroups: 0, heldSince: null }
}

const COUNT = `
  select count(*) filter (where resource_id like 'usr\\_%') as held,
         count(*) filter (where member_id <> '') as "heldMembers",
         count(distinct resource_id) filter (where resource_id not like 'usr\\_%') as "heldGroups",
         min(held_at) as "heldSince"
    from held
   where tenant_id = $1 and released_at is null and discarded_at is null`

/**
 * Lets what is held happen with the next batches; of somebody who is named, also what was discarded.
 * @returns how much
 */
export async function releaseHeld(
  trx: Transaction,
  tenantId: TenantId,
  { resourceId }: HeldOf,
  now: Date,
): Promise<number> {
  const rows = await trx.prepared<{
    resourceId: string
    memberId: string | null
    connectionId: ConnectionId
    requestId: string
  }>(
    'held-release',
    `update held set released_at = $2
      where tenant_id = $1 and released_at is null
        and ($3::text is null and discarded_at is null or resource_id = $3)
     returning resource_id as "resourceId", nullif(member_id, '') as "memberId",
               connection_id as "connectionId", request_id as "requestId"`,
    [tenantId, now, resourceId ?? null],
  )
  await addPending(trx, tenantId, rows, now)
  return rows.length
}

/** It does not happen, until the identity provider says something new. @returns how much */
export async function discardHeld(
  trx: Transaction,
  tenantId: TenantId,
  { resourceId }: HeldOf,
  now: Date,
): Promise<number> {
  const [row] = await trx.prepared<{ discarded: number }>(
    'held-discard',
    `with gone as (
       update held set discarded_at = $2
        where tenant_id = $1 and ($3::text is null or resource_id = $3)
          and released_at is null and discarded_at is null
       returning resource_id)
     select count(*) as discarded from gone`,
    [tenantId, now, resourceId ?? null],
  )
  return row?.discarded ?? 0
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
    .where('member_id', '=', '')
    .where('released_at', 'is', null)
    .executeTakeFirst()
  return row === undefined ? null : { heldAt: row.held_at, isDiscarded: row.discarded_at !== null }
}

/** A membership that is there only because it, or the deletion of its group, is held or was discarded. */
export interface Kept {
  readonly heldAt: Date
  readonly isDiscarded: boolean
}

/**
 * Of these groups, by identity, those that somebody is still in because of that.
 * @param resourceIds  of the person, who may be several
 */
export async function keptMemberships(
  trx: Transaction,
  tenantId: TenantId,
  resourceIds: readonly string[],
  groupIds: readonly IdentityId[],
): Promise<Map<IdentityId, Kept>> {
  const rows = await trx.prepared<Kept & { groupId: IdentityId } & Record<string, unknown>>(
    'held-kept',
    `select identity_id as "groupId", min(held_at) as "heldAt",
            bool_and(discarded_at is not null) as "isDiscarded"
       from held
      where tenant_id = $1 and member_id = any (array[''] || $2::text[]) and resource_id = any ($3::text[])
        and would_be = any ('{deleted,removed}') and released_at is null
      group by identity_id`,
    [tenantId, resourceIds, groupIds.map(groupResourceOf)],
  )
  return new Map(rows.map(({ groupId, ...kept }) => [groupId, kept]))
}

/** The other way round from `identityIdOf`. */
function groupResourceOf(identityId: IdentityId): string {
  return `grp_${identityId.slice(4)}`
}
