/** Who is in which group, directly: asked of a few, and how many. */
import type { Transaction } from '../db/index.ts'
import type { IdentityId, TenantId } from '../lib/index.ts'
import { linkColumns } from './links.ts'
import type { Link } from './types.ts'

export interface MembershipOf {
  readonly groupId: IdentityId
  readonly memberId: IdentityId
}

export async function membershipsAmong(
  trx: Transaction,
  tenantId: TenantId,
  memberIds: readonly IdentityId[],
  groupIds: readonly string[],
): Promise<MembershipOf[]> {
  if (memberIds.length === 0 || groupIds.length === 0) return []
  return trx.prepared<MembershipOf & Record<string, unknown>>(
    'identity-memberships-among',
    `select from_id as "groupId", to_id as "memberId" from link
      where tenant_id = $1 and kind = 'member'
        and to_id = any ($2::text[]) and from_id = any ($3::text[])
      order by to_id, from_id`,
    [tenantId, memberIds, groupIds],
  )
}

/** Of these links, those that are. */
export async function linksAmong(
  trx: Transaction,
  tenantId: TenantId,
  links: readonly Link[],
): Promise<Link[]> {
  if (links.length === 0) return []
  return trx.prepared<Link & Record<string, unknown>>(
    'identity-links-among',
    `select l.kind, l.from_id as "fromId", l.to_id as "toId"
       from unnest($2::text[], $3::text[], $4::text[]) as named (kind, from_id, to_id)
       join link l on l.tenant_id = $1 and l.kind = named.kind
        and l.from_id = named.from_id and l.to_id = named.to_id`,
    linkColumns(tenantId, links),
  )
}

/** How many members these groups have, each. */
export async function countMembers(
  trx: Transaction,
  tenantId: TenantId,
  groupIds: readonly IdentityId[],
): Promise<Map<IdentityId, number>> {
  if (groupIds.length === 0) return new Map()
  const rows = await trx.prepared<{ groupId: IdentityId; members: number }>(
    'identity-count-members',
    `select named.id as "groupId",
            (select count(*) from link
              where tenant_id = $1 and kind = 'member' and from_id = named.id) as members
       from unnest($2::text[]) as named (id)`,
    [tenantId, groupIds],
  )
  return new Map(rows.map(({ groupId, members }) => [groupId, members]))
}
