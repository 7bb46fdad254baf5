/**
 * All of what the IdPs said, in order and page by page, for a full run. What is pending is marked: the
 * continuous load sees to that.
 */
import type { Transaction } from '../db/index.ts'
import type { ConnectionId, TenantId } from '../lib/index.ts'
import type { Membership } from './present.ts'

export interface WalkedResource {
  readonly resourceId: string
  readonly connectionId: ConnectionId
  readonly isPending: boolean
}

export interface WalkedMembership extends Membership {
  readonly connectionId: ConnectionId
}

export async function resourcesAfter(
  trx: Transaction,
  tenantId: TenantId,
  after: string,
  limit: number,
): Promise<WalkedResource[]> {
  return trx.prepared<WalkedResource & Record<string, unknown>>(
    'walk-resources',
    `select resource_id as "resourceId", connection_id as "connectionId",
            exists (select from pending p
                     where p.tenant_id = $1 and p.resource_id = r.resource_id
                       and p.member_ids is null) as "isPending"
       from resource r where tenant_id = $1 and resource_id > $2
      order by resource_id limit $3`,
    [tenantId, after, limit],
  )
}

/** How much there is to walk over. */
export async function countReceivedToWalk(
  trx: Transaction,
  tenantId: TenantId,
): Promise<{ resources: number; memberships: number }> {
  const [row] = await trx.prepared<{ resources: number; memberships: number }>(
    'walk-count-received',
    `select (select count(*) from resource where tenant_id = $1) as resources,
            (select count(*) from member where tenant_id = $1) as memberships`,
    [tenantId],
  )
  return row ?? { resources: 0, memberships: 0 }
}

/** `after` is the membership that the page before ended with. */
export async function membershipsAfter(
  trx: Transaction,
  tenantId: TenantId,
  after: Membership,
  limit: number,
): Promise<Membership[]> {
  return trx.prepared<Membership & Record<string, unknown>>(
    'walk-memberships',
    `select group_id as "groupId", member_id as "memberId" from member
      where tenant_id = $1 and (group_id, member_id) > ($2, $3)
      order by group_id, member_id limit $4`,
    [tenantId, after.groupId, after.memberId, limit],
  )
}

/**
 * What tells whether two stretches of two tables hold the same: how many, and a sum over what stands behind
 * the prefixes of their ids. No row has to be carried to where they are compared.
 */
export interface Digest {
  readonly rows: number
  readonly sum: string
}

/** The membership that a page of this size would end with; undefined when there is not so much. */
export async function membershipAt(
  trx: Transaction,
  tenantId: TenantId,
  after: Membership,
  size: number,
): Promise<Membership | undefined> {
  const [row] = await trx.prepared<Membership & Record<string, unknown>>(
    'walk-membership-at',
    `select group_id as "groupId", member_id as "memberId" from member
      where tenant_id = $1 and (group_id, member_id) > ($2, $3)
      order by group_id, member_id offset $4::integer - 1 limit 1`,
    [tenantId, after.groupId, after.memberId, size],
  )
  return row
}

/** Of the memberships behind one, up to another. */
export async function digestMemberships(
  trx: Transaction,
  tenantId: TenantId,
  after: Membership,
  upTo: Membership,
): Promise<Digest> {
  const [row] = await trx.prepared<Digest & Record<string, unknown>>(
    'walk-digest-memberships',
    `select count(*) as rows,
            sum(hashtextextended(substr(group_id, 5) || substr(member_id, 5), 0))::text as sum
       from member
      where tenant_id = $1 and (group_id, member_id) > ($2, $3) and (group_id, member_id) <= ($4, $5)`,
    [tenantId, after.groupId, after.memberId, upTo.groupId, upTo.memberId],
  )
  return row ?? { rows: 0, sum: '' }
}

/** Of the resources with one of these prefixes, behind one id and up to another; both without theirs. */
export async function digestResources(
  trx: Transaction,
  tenantId: TenantId,
  prefixes: readonly string[],
  { after, upTo }: { readonly after: string; readonly upTo: string },
): Promise<Digest> {
  const [row] = await trx.prepared<Digest & Record<string, unknown>>(
    'walk-digest-resources',
    `select sum(found.rows)::bigint as rows, sum(found.sum)::text as sum
       from unnest($2::text[]) as named (prefix)
      cross join lateral (
        select count(*) as rows, sum(hashtextextended(substr(resource_id, 5), 0)) as sum
          from resource
         where tenant_id = $1 and resource_id > prefix || $3 and resource_id <= prefix || $4) found`,
    [tenantId, prefixes, after, upTo],
  )
  return row ?? { rows: 0, sum: '' }
}

/**
 * Of these memberships, those that nothing is pending for. What is pending of their groups is read once, however
 * many are named.
 */
export async function settledMemberships(
  trx: Transaction,
  tenantId: TenantId,
  named: readonly Membership[],
): Promise<WalkedMembership[]> {
  if (named.length === 0) return []
  return trx.prepared<WalkedMembership & Record<string, unknown>>(
    'walk-settled',
    `select settled.group_id as "groupId", settled.member_id as "memberId",
            g.connection_id as "connectionId"
       from (select * from unnest($2::text[], $3::text[]) as named (group_id, member_id)
             except
             select resource_id, unnest(member_ids) from pending
              where tenant_id = $1 and resource_id = any ($2::text[])) settled
       join resource g on g.tenant_id = $1 and g.resource_id = settled.group_id`,
    [tenantId, named.map(({ groupId }) => groupId), named.map(({ memberId }) => memberId)],
  )
}

/** Of these, those that nothing is pending for and that the IdPs do not have. */
export async function unknownResources(
  trx: Transaction,
  tenantId: TenantId,
  resourceIds: readonly string[],
): Promise<string[]> {
  if (resourceIds.length === 0) return []
  const rows = await trx.prepared<{ resourceId: string }>(
    'walk-unknown',
    `select named.resource_id as "resourceId"
       from unnest($2::text[]) as named (resource_id)
      where not exists (select from resource r
                         where r.tenant_id = $1 and r.resource_id = named.resource_id)
        and not exists (select from pending p
                         where p.tenant_id = $1 and p.resource_id = named.resource_id)`,
    [tenantId, resourceIds],
  )
  return rows.map(({ resourceId }) => resourceId)
}
