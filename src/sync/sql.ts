/**
 * The statements of the hot paths, prepared once a connection; `$1` is always the tenant. What inserts rows that
 * it selects says `returning`, for Citus (docs/operations/scale.md).
 */
import { LOOKED_UP } from '../scim/index.ts'
import { GROUPS } from './stored.ts'

/** @param memberCount  never too low: those named, known or not (decision 0018) */
const created = (memberCount: string) => `
  created as (
    insert into resource (tenant_id, resource_id, connection_id, type, unique_key, external_id, active,
                          version, body, folded, shown_name, shown_version, member_count, created_at,
                          modified_at)
    values ($1, $2, $3, $4, $5, $6, $7, 1, $8, $11, $13, 1, ${memberCount}, $9, $9)
    on conflict on constraint resource_unique_key do nothing
    returning resource_id
  ), findable as (
    insert into lookup (tenant_id, connection_id, attribute, value, resource_id)
    select $1, $3, '${LOOKED_UP.attribute}', value, resource_id from created, unnest($12::text[]) value
    returning 1
  )`
const PENDING_CREATED = `
    insert into pending (tenant_id, pending_id, connection_id, resource_id, member_ids, request_id, written_at, not_before)
    select $1, gen_random_uuid(), $3, resource_id, null, $10, $9::timestamptz, $9::timestamptz from created`

/** Of memberships in one row of `pending`: what fits well on a page. */
export const PIECE = 100

/**
 * Memberships as `pending` has them, those of a group together (decision 0041).
 * @param moved  has `group_id` and `member_id`
 */
export const asPending = (moved: string) => `(
    select group_id, array_agg(member_id) as member_ids
      from (select group_id, member_id, (row_number() over (order by group_id) - 1) / ${PIECE} as piece
              from ${moved}) numbered
     group by group_id, piece) pieces`

/** The same of no more than a piece, which nobody has to count. */
const asOnePending = (moved: string) =>
  `(select group_id, array_agg(member_id) as member_ids from ${moved} group by group_id) pieces`

/**
 * A create in one statement: the resource if its name is free, what else it is found by, and what is
 * pending. 1 tenant, 2 id, 3 connection, 4 type, 5 unique key, 6 externalId, 7 active, 8 text, 9 now,
 * 10 request, 11 folded text, 12 looked-up values, 13 the name that is shown.
 */
export const CREATE = `
  with ${created('null')}, noted as (${PENDING_CREATED} returning 1)
  select (select resource_id from created) as created, '{}'::text[] as joined`

/**
 * The same with its members that exist, 14, and are of types that may be one, 15, and what is pending for
 * them. A statement of its own: this
 * one is planned anew each time, since what it costs is another thing with two members and with two thousand.
 */
export const CREATE_WITH_MEMBERS = `
  with ${created('cardinality($14::text[])')}, known as (
    select m.resource_id as member_id
      from resource m, created
     where m.tenant_id = $1 and m.connection_id = $3 and m.resource_id = any ($14::text[])
       and m.type = any ($15::text[]) and m.resource_id <> $2
       for key share of m
  ), joined as (
    insert into member (tenant_id, group_id, member_id, joined_at)
    select $1, $2, member_id, $9 from known
    returning group_id, member_id
  ), noted as (${PENDING_CREATED}
    union all
    select $1, gen_random_uuid(), $3, group_id, member_ids, $10, $9, $9 from ${asPending('joined')}
    returning 1
  )
  select (select resource_id from created) as created,
         (select coalesce(array_agg(member_id), '{}') from joined) as joined`

/** Whose a name is. 1 tenant, 2 connection, 3 type, 4 unique key. */
export const HOLDER = `
  select resource_id as holder from resource
   where tenant_id = $1 and connection_id = $2 and type = $3 and unique_key = $4`

/**
 * 1 tenant, 2 connection, 3 group, 4 members, 5 now, 6 request, 7 the types that may be members. Gives who
 * joined, who is unknown. The group's row is locked before: no key says that it is there (decision 0036), and
 * whoever is not in it now does not come in meanwhile. So nobody need be asked for once more at each row, which
 * ON CONFLICT does.
 */
export const JOIN = `
  with named as (
    select distinct unnest($4::text[]) as member_id
  ), known as (
    select r.resource_id as member_id
      from resource r
     where r.tenant_id = $1 and r.connection_id = $2 and r.resource_id = any ($4::text[])
       and r.type = any ($7::text[])
       for key share of r
  ), inside as (
    select member_id from member
     where tenant_id = $1 and group_id = $3 and member_id = any ($4::text[])
  ), joined as (
    insert into member (tenant_id, group_id, member_id, joined_at)
    select $1, $3, member_id, $5 from known where member_id not in (select member_id from inside)
    returning group_id, member_id
  ), noted as (
    insert into pending (tenant_id, pending_id, connection_id, resource_id, member_ids, request_id, written_at, not_before)
    select $1, gen_random_uuid(), $2, group_id, member_ids, $6, $5, $5 from ${asPending('joined')}
    returning 1
  )
  select (select coalesce(array_agg(member_id), '{}') from joined) as joined,
         (select coalesce(array_agg(member_id), '{}') from named
           where member_id not in (select member_id from known)) as unknown`

/** Those named leave. As JOIN, without 7. Gives how many were in. */
export const LEAVE = leave('member_id = any', asPending)
/** The same of no more than PIECE. */
export const LEAVE_FEW = leave('member_id = any', asOnePending)
/** All but those named. */
export const LEAVE_OTHERS = leave('member_id <> all', asPending)

function leave(whom: string, pieces: typeof asPending): string {
  return `
  with gone as (
    delete from member
     where tenant_id = $1 and group_id = $3 and ${whom} ($4::text[])
    returning group_id, member_id
  ), noted as (
    insert into pending (tenant_id, pending_id, connection_id, resource_id, member_ids, request_id, written_at, not_before)
    select $1, gen_random_uuid(), $2, group_id, member_ids, $6, $5, $5 from ${pieces('gone')}
    returning 1
  )
  select count(*)::integer as left from gone`
}

/** 1 tenant, 2 group, 3 whom: those of them who are in it. */
export const STAY = `
  select member_id from member
   where tenant_id = $1 and group_id = $2 and member_id = any ($3::text[])`

/** Would the groups in $2, now members of group $3, contain it? */
export const CONTAINS = `
  with recursive inside as (
    select unnest($2::text[]) as member_id
    union
    select m.member_id from member m join inside i on m.tenant_id = $1 and m.group_id = i.member_id
  )
  select 1 as found from inside where member_id = $3 limit 1`

/**
 * One version follows the other: gives nothing, and changes nothing, where another came between.
 * 1 tenant, 2 id, 3 unique key, 4 externalId, 5 active, 6 version, 7 text, 8 now, 9 connection,
 * 10 request, 11 folded text, 12 member count, 13 the name that is shown. Found by something else: 14 values that it
 * is no longer looked up by, 15 those that it is from now on. Shown, to whoever has not read it: gives the groups that it is in.
 */
export const UPDATES = {
  update: updateSql(),
  'update-shown': updateSql({ shown: true }),
  'update-found-by': updateSql({ foundBy: true }),
  'update-found-by-shown': updateSql({ foundBy: true, shown: true }),
}

/**
 * A group of which members moved and nothing else: they are pending, and it is not (decision 0046).
 * 1 tenant, 2 id, 3 version, 4 text, 5 now, 6 folded text, 7 member count, 8 the name that is shown.
 */
export const UPDATE_MOVED = `
  update resource
     set version = $3, body = $4, modified_at = $5, folded = $6, member_count = $7, shown_name = $8,
         shown_version = $3
   where tenant_id = $1 and resource_id = $2 and version = $3::bigint - 1`

function updateSql({ foundBy = false, shown = false } = {}): string {
  const found = `
  , gone as (
    delete from lookup
     where tenant_id = $1 and connection_id = $9 and attribute = '${LOOKED_UP.attribute}'
       and value = any ($14::text[]) and resource_id = $2 and exists (select from changed)
    returning 1
  ), findable as (
    insert into lookup (tenant_id, connection_id, attribute, value, resource_id)
    select $1, $9, '${LOOKED_UP.attribute}', value, resource_id from changed, unnest($15::text[]) value
    returning 1
  )`
  const noted = `
    insert into pending (tenant_id, pending_id, connection_id, resource_id, member_ids, request_id, written_at, not_before)
    select $1, gen_random_uuid(), $9, resource_id, null, $10, $8::timestamptz, $8::timestamptz from changed
    returning resource_id`
  return `
  with changed as (
    update resource
       set unique_key = $3, external_id = $4, active = $5, version = $6, body = $7, folded = $11,
           modified_at = $8, member_count = $12, shown_name = $13, shown_version = $6
     where tenant_id = $1 and resource_id = $2 and version = $6::bigint - 1
    returning resource_id
  )${foundBy ? found : ''}${shown ? `, noted as (${noted}) select ${GROUPS} from changed r` : noted}`
}

/**
 * 1 tenant, 2 id, 3 connection, 4 now, 5 request, 6 values that it was looked up by. It is locked before, so that
 * whoever joined it, or had it join, is seen: its members go with it here, and its own memberships (decision 0043).
 */
export const REMOVE = `
  with gone as (
    delete from resource where tenant_id = $1 and resource_id = $2 returning resource_id
  ), emptied as (
    delete from member where tenant_id = $1 and group_id = $2 returning 1
  ), out as (
    delete from member where tenant_id = $1 and member_id = $2 returning 1
  ), lost as (
    delete from lookup
     where tenant_id = $1 and connection_id = $3 and attribute = '${LOOKED_UP.attribute}'
       and value = any ($6::text[]) and resource_id = $2
    returning 1
  )
  insert into pending (tenant_id, pending_id, connection_id, resource_id, member_ids, request_id, written_at, not_before)
  select $1, gen_random_uuid(), $3, resource_id, null, $5, $4::timestamptz, $4::timestamptz from gone
  returning 1`
