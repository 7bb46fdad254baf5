/** Memberships and manager relations between identities, as rows: read for sites, written by the loader. */
import { type Db, insertSelected, type Transaction } from '../db/index.ts'
import type { ConnectionId, IdentityId, TenantId } from '../lib/index.ts'
import { renderFqn } from './fqn.ts'
import type { IdentityBrief, Link } from './types.ts'

export function createLinkReader({ db }: { db: Db }) {
  return {
    /** The groups somebody is in directly, in order of birth. */
    async groupsOf(
      tenantId: TenantId,
      identityId: IdentityId,
      { limit, after }: { limit: number; after?: string | undefined },
    ): Promise<IdentityBrief[]> {
      const rows = await db.shared.read<BriefRow>(
        tenantId,
        ...GROUPS_OF,
        [tenantId, limit],
        [identityId, after ?? ''],
      )
      return rows.map(briefOf)
    },

    /** Of these groups, those that somebody is in directly. */
    async groupsAmong(
      tenantId: TenantId,
      identityId: IdentityId,
      groupIds: readonly IdentityId[],
    ): Promise<IdentityBrief[]> {
      const rows = await db.shared.read<BriefRow>(
        tenantId,
        'identity-groups-among',
        `select i.identity_id, i.label, i.name, i.display_name
           from link l
           join identity i on i.tenant_id = l.tenant_id and i.identity_id = l.from_id
          where l.tenant_id = $1 and l.to_id = $2 and l.kind = 'member' and l.from_id = any ($3::text[])`,
        [tenantId, identityId, groupIds],
      )
      return rows.map(briefOf)
    },

    /** The members of a group, in order of birth; `after` is the last `identityId` of the page before. */
    async members(
      tenantId: TenantId,
      groupId: IdentityId,
      { limit, after }: { limit: number; after?: string | undefined },
    ): Promise<IdentityBrief[]> {
      const rows = await db.inTenantOnce<BriefRow>(
        tenantId,
        'identity-members',
        `select i.identity_id, i.label, i.name, i.display_name
           from link l
           join identity i on i.tenant_id = l.tenant_id and i.identity_id = l.to_id
          where l.tenant_id = $1 and l.kind = 'member' and l.from_id = $2 and l.to_id > $3
          order by l.to_id limit $4`,
        [tenantId, groupId, after ?? '', limit],
      )
      return rows.map(briefOf)
    },
  }
}

/** Of several who ask at once. */
const GROUPS_OF = [
  'identity-groups-of',
  `select asked.nth, found.*
     from unnest((select $3::text[]), (select $4::text[])) with ordinality as asked (id, after, nth),
          lateral (
            select i.identity_id, i.label, i.name, i.display_name
              from link l
              join identity i on i.tenant_id = $1 and i.identity_id = l.from_id
             where l.tenant_id = $1 and l.to_id = asked.id and l.kind = 'member' and l.from_id > asked.after
             order by l.from_id limit $2) found
    order by asked.nth, found.identity_id`,
] as const

export interface BriefRow extends Record<string, unknown> {
  readonly identity_id: IdentityId
  readonly label: string
  readonly name: string
  readonly display_name: string | null
}

export function briefOf(row: BriefRow): IdentityBrief {
  return {
    identityId: row.identity_id,
    fqn: renderFqn(row.label, row.name),
    displayName: row.display_name,
  }
}

/**
 * Adds links whose two ends exist. @returns those that were not there before
 *
 * The ends are looked up each once, by their ids: as a join, or for each link, that was a third of the time.
 */
export async function addLinks(
  trx: Transaction,
  tenantId: TenantId,
  links: readonly Link[],
  now: Date,
): Promise<Link[]> {
  if (links.length === 0) return []
  return trx.prepared<LinkRow>('identity-add-links', ADD, [
    ...linkColumns(tenantId, links),
    now,
    endsOf(links),
  ])
}

const ADD = `
  with there as materialized (
    select identity_id from identity
     where tenant_id = $1 and identity_id = any ($6::text[]) and state <> 'deleted'
  )
  insert into link (tenant_id, kind, from_id, to_id, since)
  select $1, named.kind, named.from_id, named.to_id, $5
    from unnest($2::text[], $3::text[], $4::text[]) as named (kind, from_id, to_id)
   where named.from_id in (select identity_id from there)
     and named.to_id in (select identity_id from there)
  on conflict do nothing
  returning kind, from_id as "fromId", to_id as "toId"`

/**
 * The same of links that cannot be there, since they lead to somebody who is new in this transaction, and nothing led
 * there before. Their ends are there, and each stands once among them; nobody has to wait for them or be told which there were.
 */
export function addFirstLinks(
  trx: Transaction,
  tenantId: TenantId,
  links: readonly Link[],
  now: Date,
): void {
  trx.send('identity-add-first-links', ADD_FIRST, [...linkColumns(tenantId, links), now])
}

const ADD_FIRST = insertSelected(`
  insert into link (tenant_id, kind, from_id, to_id, since)
  select $1, kind, from_id, to_id, $5::timestamptz
    from unnest($2::text[], $3::text[], $4::text[]) as named (kind, from_id, to_id)`)

/** Those of the links whose two ends are there. @param born  who is, and need not be looked for */
export async function withEnds(
  trx: Transaction,
  tenantId: TenantId,
  links: readonly Link[],
  born: ReadonlySet<IdentityId>,
): Promise<Link[]> {
  const others = endsOf(links).filter((id) => !born.has(id))
  const there = born.union(new Set(await notDeleted(trx, tenantId, others)))
  return links.filter(({ fromId, toId }) => there.has(fromId) && there.has(toId))
}

/** Of these identities, those that links lead to. */
export async function linkedAmong(
  trx: Transaction,
  tenantId: TenantId,
  identityIds: readonly IdentityId[],
): Promise<ReadonlySet<IdentityId>> {
  if (identityIds.length === 0) return new Set()
  const rows = await trx.prepared<{ toId: IdentityId }>(
    'identity-linked-among',
    `select distinct to_id as "toId" from link where tenant_id = $1 and to_id = any ($2::text[])`,
    [tenantId, identityIds],
  )
  return new Set(rows.map(({ toId }) => toId))
}

function endsOf(links: readonly Link[]): IdentityId[] {
  return [...new Set(links.flatMap(({ fromId, toId }) => [fromId, toId]))]
}

/** Of these identities, those that are there. */
async function notDeleted(
  trx: Transaction,
  tenantId: TenantId,
  identityIds: readonly IdentityId[],
): Promise<IdentityId[]> {
  if (identityIds.length === 0) return []
  const rows = await trx.prepared<{ identityId: IdentityId }>(
    'identity-not-deleted',
    `select identity_id as "identityId" from identity
      where tenant_id = $1 and identity_id = any ($2::text[]) and state <> 'deleted'`,
    [tenantId, identityIds],
  )
  return rows.map(({ identityId }) => identityId)
}

/** @returns those that were there */
export async function removeLinks(
  trx: Transaction,
  tenantId: TenantId,
  links: readonly Link[],
): Promise<Link[]> {
  if (links.length === 0) return []
  return trx.prepared<LinkRow>(
    'identity-remove-links',
    `delete from link l
      using unnest($2::text[], $3::text[], $4::text[]) as named (kind, from_id, to_id)
      where l.tenant_id = $1 and l.kind = named.kind
        and l.from_id = named.from_id and l.to_id = named.to_id
     returning l.kind, l.from_id as "fromId", l.to_id as "toId"`,
    linkColumns(tenantId, links),
  )
}

/** Takes away every link of these identities, in both directions: they are gone. */
export async function removeLinksOf(
  trx: Transaction,
  tenantId: TenantId,
  identityIds: readonly IdentityId[],
): Promise<Link[]> {
  if (identityIds.length === 0) return []
  return trx.prepared<LinkRow>('identity-remove-links-of', REMOVE_OF, [tenantId, identityIds])
}

/** Each direction along the index that leads to it. */
const REMOVE_OF = `
  with named as (
    select kind, from_id, to_id from link
     where tenant_id = $1 and kind = any ('{member,manager}') and from_id = any ($2::text[])
    union
    select kind, from_id, to_id from link
     where tenant_id = $1 and to_id = any ($2::text[])
  )
  delete from link l using named
   where l.tenant_id = $1 and l.kind = named.kind
     and l.from_id = named.from_id and l.to_id = named.to_id
  returning l.kind, l.from_id as "fromId", l.to_id as "toId"`

/** What comes with somebody who is joined to another, or is no more: the memberships and reports of one source. */
export interface Move {
  readonly resourceId: string
  readonly connectionId: ConnectionId
  readonly from: IdentityId
  /** Null: the source is gone, and what came with it. */
  readonly to: IdentityId | null
}

/** A link, and whom it is to lead to from now on. */
export interface TakenLink extends Link {
  readonly goesTo: IdentityId | null
}

/** Takes away the links to the people who stand for these sources until now, of each only what comes with the source. */
export async function takeLinks(
  trx: Transaction,
  tenantId: TenantId,
  moves: readonly Move[],
): Promise<TakenLink[]> {
  if (moves.length === 0) return []
  return trx.prepared<TakenLink & Record<string, unknown>>('identity-take-links', TAKE, [
    tenantId,
    moves.map(({ resourceId }) => resourceId),
    moves.map(({ connectionId }) => connectionId),
    moves.map(({ from }) => from),
    moves.map(({ to }) => to),
  ])
}

/** A group's members are of its own connection, so of one person each group has one source at most. */
const TAKE = `
  with moving as (
    select l.kind, l.from_id, l.to_id, m.goes_to
      from unnest($2::text[], $3::text[], $4::text[], $5::text[])
             as m (resource_id, connection_id, is_at, goes_to)
      join link l on l.tenant_id = $1 and l.to_id = m.is_at
      join identity f on f.tenant_id = $1 and f.identity_id = l.from_id
     where case l.kind when 'member' then f.connection_id = m.connection_id
                       else f.manager_resource_id = m.resource_id end
  ), gone as (
    delete from link l using moving m
     where l.tenant_id = $1 and l.kind = m.kind and l.from_id = m.from_id and l.to_id = m.to_id
  )
  select kind, from_id as "fromId", to_id as "toId", goes_to as "goesTo" from moving`

/** Of these people, those who are one with another, who leads. */
export async function leadersOf(
  trx: Transaction,
  tenantId: TenantId,
  identityIds: readonly IdentityId[],
): Promise<Map<IdentityId, IdentityId>> {
  if (identityIds.length === 0) return new Map()
  const rows = await trx.prepared<{ identityId: IdentityId; joinedTo: IdentityId }>(
    'identity-leaders-of',
    `select identity_id as "identityId", joined_to as "joinedTo" from identity
      where tenant_id = $1 and identity_id = any ($2::text[]) and joined_to is not null`,
    [tenantId, identityIds],
  )
  return new Map(rows.map(({ identityId, joinedTo }) => [identityId, joinedTo]))
}

/** Who names one of these resources as manager, and is somebody by themselves. */
export async function peopleManagedBy(
  trx: Transaction,
  tenantId: TenantId,
  resourceIds: readonly string[],
): Promise<{ identityId: IdentityId; managerResourceId: string }[]> {
  if (resourceIds.length === 0) return []
  return trx.prepared<{ identityId: IdentityId; managerResourceId: string }>(
    'identity-managed-by',
    `select identity_id as "identityId", manager_resource_id as "managerResourceId"
       from identity
      where tenant_id = $1 and manager_resource_id = any ($2::text[])
        and state = any ('{active,inactive}')`,
    [tenantId, resourceIds],
  )
}

type LinkRow = Link & Record<string, unknown>

export function linkColumns(tenantId: TenantId, links: readonly Link[]) {
  return [
    tenantId,
    links.map(({ kind }) => kind),
    links.map(({ fromId }) => fromId),
    links.map(({ toId }) => toId),
  ]
}
