/** All identities and links in order, page by page, for a full run. */
import type { Transaction } from '../db/index.ts'
import type { ConnectionId, IdentityId, TenantId } from '../lib/index.ts'

export interface WalkedIdentity {
  readonly identityId: IdentityId
  readonly resourceId: string
  readonly connectionId: ConnectionId
  readonly isDeleted: boolean
}

/** A membership by the resources of its ends; of somebody who is several, by the one of the group's connection. */
export interface WalkedLink {
  readonly fromId: IdentityId
  readonly toId: IdentityId
  readonly fromResourceId: string
  readonly toResourceId: string
  readonly connectionId: ConnectionId
}

export async function identitiesAfter(
  trx: Transaction,
  tenantId: TenantId,
  after: string,
  limit: number,
): Promise<WalkedIdentity[]> {
  return trx.prepared<WalkedIdentity & Record<string, unknown>>(
    'walk-identities',
    `select identity_id as "identityId", resource_id as "resourceId",
            connection_id as "connectionId", state = 'deleted' as "isDeleted"
       from identity where tenant_id = $1 and identity_id > $2 order by identity_id limit $3`,
    [tenantId, after, limit],
  )
}

export async function memberLinksAfter(
  trx: Transaction,
  tenantId: TenantId,
  after: Pick<WalkedLink, 'fromId' | 'toId'>,
  limit: number,
): Promise<WalkedLink[]> {
  return trx.prepared<WalkedLink & Record<string, unknown>>(
    'walk-links',
    `select l.from_id as "fromId", l.to_id as "toId", f.resource_id as "fromResourceId",
            coalesce(s.resource_id, t.resource_id) as "toResourceId", f.connection_id as "connectionId"
       from (select from_id, to_id from link
              where tenant_id = $1 and kind = 'member' and (from_id, to_id) > ($2, $3)
              order by from_id, to_id limit $4) l
       join identity f on f.tenant_id = $1 and f.identity_id = l.from_id
       join identity t on t.tenant_id = $1 and t.identity_id = l.to_id
       left join identity s on s.tenant_id = $1 and s.identity_id = any (t.joined_from)
        and s.connection_id = f.connection_id
      order by l.from_id, l.to_id`,
    [tenantId, after.fromId, after.toId, limit],
  )
}

/** By their resources. Reads all groups of the tenant. */
export async function groupsBornSince(
  trx: Transaction,
  tenantId: TenantId,
  since: Date,
): Promise<string[]> {
  const rows = await trx
    .selectFrom('identity')
    .select('resource_id')
    .where('tenant_id', '=', tenantId)
    .where('kind', '=', 'group')
    .where('created_at', '>=', since)
    .execute()
  return rows.map((row) => row.resource_id)
}
