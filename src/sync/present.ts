/**
 * The present state of what pending rows name, a batch in one statement. What is not returned is
 * not there any more.
 */
import type { Transaction } from '../db/index.ts'
import { fold, type ConnectionId, type TenantId } from '../lib/index.ts'
import { parseStored, type Body } from '../scim/index.ts'

/** A resource as the IdP last said it. */
export interface PresentResource {
  readonly resourceId: string
  readonly connectionId: ConnectionId
  /** The name of its resource type. */
  readonly type: string
  readonly active: boolean
  readonly body: Body
}

/** A group and one of its members, by resource ids. */
export interface Membership {
  readonly groupId: string
  readonly memberId: string
}

/** Which resource, by what a sign-in knows of a person. */
export interface StagedQuery {
  readonly matches: 'externalId' | 'userName'
  readonly value: string
}

export async function presentResources(
  trx: Transaction,
  tenantId: TenantId,
  resourceIds: readonly string[],
): Promise<PresentResource[]> {
  if (resourceIds.length === 0) return []
  const rows = await trx.prepared<Omit<PresentResource, 'body'> & { text: string }>(
    'present-resources',
    `select resource_id as "resourceId", connection_id as "connectionId", type, active, body as text
       from resource where tenant_id = $1 and resource_id = any ($2::text[])`,
    [tenantId, resourceIds],
  )
  return rows.map(({ text, ...row }) => ({ ...row, body: parseStored(text) }))
}

/** Of these memberships, those that hold. */
export async function presentMemberships(
  trx: Transaction,
  tenantId: TenantId,
  named: readonly Membership[],
): Promise<Membership[]> {
  if (named.length === 0) return []
  return trx.prepared<Membership & Record<string, unknown>>(
    'present-memberships',
    `select m.group_id as "groupId", m.member_id as "memberId"
       from unnest($2::text[], $3::text[]) as named (group_id, member_id)
       join member m on m.tenant_id = $1
        and m.group_id = named.group_id and m.member_id = named.member_id`,
    [tenantId, named.map(({ groupId }) => groupId), named.map(({ memberId }) => memberId)],
  )
}

/** The memberships that these resources have in groups. */
export async function membershipsOf(
  trx: Transaction,
  tenantId: TenantId,
  memberIds: readonly string[],
): Promise<Membership[]> {
  if (memberIds.length === 0) return []
  return trx.prepared<Membership & Record<string, unknown>>(
    'memberships-of',
    `select group_id as "groupId", member_id as "memberId" from member
      where tenant_id = $1 and member_id = any ($2::text[])`,
    [tenantId, memberIds],
  )
}

/** The people of a connection that the IdP has handed over under this name; usually one or none. */
export async function findStaged(
  trx: Transaction,
  tenantId: TenantId,
  connectionId: ConnectionId,
  { matches, value }: StagedQuery,
): Promise<string[]> {
  const key = matches === 'userName' ? 'unique_key' : 'external_id'
  const rows = await trx.prepared<{ resourceId: string }>(
    `staged-${matches}`,
    `select resource_id as "resourceId" from resource
      where tenant_id = $1 and connection_id = $2 and type = 'User' and ${key} = $3
      order by active desc, resource_id desc limit 10`,
    [tenantId, connectionId, matches === 'userName' ? fold(value) : value],
  )
  return rows.map(({ resourceId }) => resourceId)
}

/** How much the IdPs of a tenant have handed over. */
export async function countReceived(
  trx: Transaction,
  tenantId: TenantId,
): Promise<{ people: number; groups: number; members: number }> {
  const [row] = await trx.prepared<{ people: number; groups: number; members: number }>(
    'count-received',
    `select (select count(*) from resource where tenant_id = $1 and type = 'User') as people,
            (select count(*) from resource where tenant_id = $1 and type = 'Group') as groups,
            (select count(*) from member where tenant_id = $1) as members`,
    [tenantId],
  )
  return row ?? { people: 0, groups: 0, members: 0 }
}
