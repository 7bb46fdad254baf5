/** Who of some people is in which of some groups, directly. */
import type { Transaction } from '../db/index.ts'
import type { IdentityId, TenantId } from '../lib/index.ts'

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
