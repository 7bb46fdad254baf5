/** All identities and links in order, page by page, for a full run. */
import type { Transaction } from '../db/index.ts'
import type { ConnectionId, IdentityId, TenantId } from '../lib/index.ts'

export interface WalkedIdentity {
  readonly identityId: IdentityId
  readonly resourceId: string
  readonly connectionId: ConnectionId
  readonly isDeleted: boolean
}

export interface LinkPlace {
  readonly fromId: IdentityId
  readonly toId: IdentityId
}

/** A membership by the resources of its ends; of somebody who is several, by the one of the group's connection. */
export interface WalkedLink {
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

/** How much there is to walk over, with those who are deleted or joined to somebody. */
export async function countLoadedToWalk(
  trx: Transaction,
  tenantId: TenantId,
): Promise<{ identities: number; links: number }> {
  const [row] = await trx.prepared<{ identities: number; links: number }>(
    'walk-count-loaded',
    `select (select count(*) from identity where tenant_id = $1) as identities,
            (select count(*) from link where tenant_id = $1 and kind = 'member') as links`,
    [tenantId],
  )
  return row ?? { identities: 0, links: 0 }
}

export async function memberLinksAfter(
  trx: Transaction,
  tenantId: TenantId,
  after: LinkPlace,
  limit: number,
): Promise<LinkPlace[]> {
  return trx.prepared<LinkPlace & Record<string, unknown>>(
    'walk-links',
    `select from_id as "fromId", to_id as "toId" from link
      where tenant_id = $1 and kind = 'member' and (from_id, to_id) > ($2, $3)
      order by from_id, to_id limit $4`,
    [tenantId, after.fromId, after.toId, limit],
  )
}

/** The link that a page of this size would end with; undefined when there is not so much. */
export async function memberLinkAt(
  trx: Transaction,
  tenantId: TenantId,
  after: LinkPlace,
  size: number,
): Promise<LinkPlace | undefined> {
  const [row] = await trx.prepared<LinkPlace & Record<string, unknown>>(
    'walk-link-at',
    `select from_id as "fromId", to_id as "toId" from link
      where tenant_id = $1 and kind = 'member' and (from_id, to_id) > ($2, $3)
      order by from_id, to_id offset $4::integer - 1 limit 1`,
    [tenantId, after.fromId, after.toId, size],
  )
  return row
}

/** Of the members' links behind one, up to another; as what is received is digested (`sync`). */
export async function digestMemberLinks(
  trx: Transaction,
  tenantId: TenantId,
  after: LinkPlace,
  upTo: LinkPlace,
): Promise<{ readonly rows: number; readonly sum: string }> {
  const [row] = await trx.prepared<{ rows: number; sum: string }>(
    'walk-digest-links',
    `select count(*) as rows,
            sum(hashtextextended(substr(from_id, 5) || substr(to_id, 5), 0))::text as sum
       from link
      where tenant_id = $1 and kind = 'member' and (from_id, to_id) > ($2, $3)
        and (from_id, to_id) <= ($4, $5)`,
    [tenantId, after.fromId, after.toId, upTo.fromId, upTo.toId],
  )
  return row ?? { rows: 0, sum: '' }
}

/** The identity that a page of this size would end with; undefined when there are not so many. */
export async function identityAt(
  trx: Transaction,
  tenantId: TenantId,
  after: string,
  size: number,
): Promise<IdentityId | undefined> {
  const [row] = await trx.prepared<{ identityId: IdentityId }>(
    'walk-identity-at',
    `select identity_id as "identityId" from identity where tenant_id = $1 and identity_id > $2
      order by identity_id offset $3::integer - 1 limit 1`,
    [tenantId, after, size],
  )
  return row?.identityId
}

/** Of the identities behind one, up to another, without those that are deleted. */
export async function digestIdentities(
  trx: Transaction,
  tenantId: TenantId,
  after: string,
  upTo: IdentityId,
): Promise<{ readonly rows: number; readonly sum: string }> {
  const [row] = await trx.prepared<{ rows: number; sum: string }>(
    'walk-digest-identities',
    `select count(*) as rows, sum(hashtextextended(substr(resource_id, 5), 0))::text as sum
       from identity
      where tenant_id = $1 and identity_id > $2 and identity_id <= $3 and state <> 'deleted'`,
    [tenantId, after, upTo],
  )
  return row ?? { rows: 0, sum: '' }
}

/** What these links join, of those whose ends are there. */
export async function endsOfLinks(
  trx: Transaction,
  tenantId: TenantId,
  links: readonly LinkPlace[],
): Promise<WalkedLink[]> {
  if (links.length === 0) return []
  return trx.prepared<WalkedLink & Record<string, unknown>>(
    'walk-link-ends',
    `select f.resource_id as "fromResourceId", coalesce(s.resource_id, t.resource_id) as "toResourceId",
            f.connection_id as "connectionId"
       from unnest($2::text[], $3::text[]) as named (from_id, to_id)
       join identity f on f.tenant_id = $1 and f.identity_id = named.from_id
       join identity t on t.tenant_id = $1 and t.identity_id = named.to_id
       left join identity s on s.tenant_id = $1 and s.identity_id = any (t.joined_from)
        and s.connection_id = f.connection_id`,
    [tenantId, links.map(({ fromId }) => fromId), links.map(({ toId }) => toId)],
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
