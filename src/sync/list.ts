/**
 * Lists, on PostgreSQL.
 *
 * What clients ask most is served by statements that each connection parses once: a walk without
 * a filter, along an index, by offset or behind the last of the page before; and a look-up by
 * keys. Any other query becomes one statement that finds the hits, counts them and fetches the
 * bodies of one page, all in one snapshot. It may read all resources of a connection, so it has
 * a time to be done in.
 */
import { isTimeout, type Db } from '../db/index.ts'
import type { Scope } from '../lib/index.ts'
import {
  ScimError,
  type Cursors,
  type Found,
  type ListQuery,
  type Page,
  type Position,
  type SortKey,
  type Sought,
  type Wants,
} from '../scim/index.ts'
import {
  BODY,
  BODY_JOIN,
  filterSql,
  isLookUp,
  keyConditions,
  type Bind,
  type Key,
} from './filter-sql.ts'
import type { Recent } from './recent.ts'
import { isBehind, orderSql, sortSql } from './sort-sql.ts'
import {
  askByKeys,
  storedColumns,
  storedFrom,
  storedPage,
  wantsName,
  type StoredRow,
} from './stored.ts'
import { type Counted, type Totals, wayTo } from './totals.ts'

type FoundRow = StoredRow & { readonly type: string }

interface ListGiven {
  readonly db: Db
  readonly totals: Totals
  readonly recent: Recent
  readonly cursors: Cursors
}

/** SEC P-2. */
const SEARCH_MS = 5_000
/** No page is longer, so what keys find beyond it is found by a search. */
const LOOKED_UP = 1_000

export async function listResources(
  given: ListGiven,
  scope: Scope,
  query: ListQuery,
): Promise<Page> {
  const [sought, ...others] = query.sought
  if (sought === undefined) return { total: 0, resources: [] }
  if (others.length > 0 || query.order !== undefined) return search(given, scope, query)
  if (sought.filter === undefined)
    return 'cursor' in query.from
      ? walkBehind(given, scope, query, sought)
      : walk(given, scope, query, sought, query.from.startIndex)
  const keys = 'cursor' in query.from ? undefined : keyConditions(sought.type, sought.filter)
  const found = keys === undefined ? undefined : await lookUp(given, scope, sought, keys)
  if (found === undefined || !('startIndex' in query.from)) return search(given, scope, query)
  const start = query.from.startIndex - 1
  const page = found.slice(start, start + query.count)
  const resources = page.map((row) => foundFrom(given.db, scope, query, row))
  return { total: found.length, resources }
}

async function walk(
  given: ListGiven,
  scope: Scope,
  query: ListQuery,
  { type, wants }: Sought,
  startIndex: number,
): Promise<Page> {
  const { tenantId, connectionId } = scope
  const { db } = given
  const { count } = query
  const counted = await countAll(given, scope, type.name)
  const { total } = counted
  if (count === 0 || startIndex > total) return { total, resources: [] }
  const { after, skip } = wayTo(counted, startIndex)
  // The offset runs over the index alone; bodies are fetched for the page.
  const resources = await db.inTenantOnce<FoundRow>(
    tenantId,
    `walk-${wantsName(wants)}`,
    storedPage(
      `select resource_id from resource
        where tenant_id = $1 and connection_id = $2 and type = $3 and resource_id > $4
        order by resource_id offset $5 limit $6`,
      wants,
    ),
    [tenantId, connectionId, type.name, after, skip, count],
  )
  return { total, resources: resources.map((row) => foundFrom(db, scope, query, row)) }
}

async function walkBehind(
  given: ListGiven,
  scope: Scope,
  query: ListQuery,
  { type, wants }: Sought,
): Promise<Page> {
  const { tenantId, connectionId } = scope
  const { db, cursors } = given
  const after = positionOf(cursors, query)
  const rows = await db.inTenantOnce<FoundRow>(
    tenantId,
    `walk-behind-${wantsName(wants)}`,
    storedPage(
      `select resource_id from resource
        where tenant_id = $1 and connection_id = $2 and type = $3 and resource_id > $4
        order by resource_id limit $5`,
      wants,
    ),
    [tenantId, connectionId, type.name, after?.id ?? '', query.count + 1],
  )
  const total = after?.total ?? (await countAll(given, scope, type.name)).total
  const hits = rows.map((row) => ({ found: foundFrom(db, scope, query, row), key: null }))
  return cursorPage(cursors, query, total, hits)
}

function countAll({ db, totals }: ListGiven, scope: Scope, typeName: string): Promise<Counted> {
  const { tenantId, connectionId } = scope
  return totals.of(scope, typeName, async (every) => {
    const [row] = await db.inTenantOnce<{ total: number; ids: readonly string[] }>(
      tenantId,
      'count-resources',
      COUNT,
      [tenantId, connectionId, typeName, every],
    )
    const { total, ids } = row ?? { total: 0, ids: [] }
    return { total, marks: ids.map((id, index) => ({ id, rank: (index + 1) * every })) }
  })
}

/** From mark to mark along the index: no dearer than counting, and a third of what numbering all rows takes. */
const COUNT = `
  with recursive mark (id, rank) as (
    select '', 0::bigint
    union all
    select next.resource_id, mark.rank + $4::bigint
      from mark, lateral (
        select resource_id from resource
         where tenant_id = $1 and connection_id = $2 and type = $3 and resource_id > mark.id
         order by resource_id offset $4::bigint - 1 limit 1) next
  )
  select (select max(rank) from mark)
           + (select count(*) from resource
               where tenant_id = $1 and connection_id = $2 and type = $3
                 and resource_id > (select max(id) from mark)) as total,
         array(select id from mark where rank > 0 order by rank) as ids`

/** @returns undefined for more than a page can hold */
async function lookUp(
  { db, recent }: ListGiven,
  { tenantId, connectionId }: Scope,
  { type, wants }: Sought,
  keys: readonly Key[],
): Promise<FoundRow[] | undefined> {
  const place = { tenantId, connectionId, type: type.name, most: LOOKED_UP + 1 }
  const rows = await askByKeys<FoundRow>(db, 'look-up', ', r.type', wants, place, keys)
  const [row] = rows
  if (row !== undefined && rows.length === 1) recent.keep({ tenantId, connectionId }, type, row)
  return rows.length > LOOKED_UP ? undefined : rows
}

async function search(given: ListGiven, scope: Scope, query: ListQuery): Promise<Page> {
  const { tenantId, connectionId } = scope
  const { cursors } = given
  const after = positionOf(cursors, query)
  const values: unknown[] = [tenantId, connectionId]
  const bind: Bind = (value) => `$${values.push(value)}`
  const text = searchSql(query, after, bind)
  const isQuick = query.sought.every(
    ({ type, filter }) => filter !== undefined && isLookUp(type, filter),
  )
  const rows = isQuick
    ? await given.db.inTenantOnce<SearchRow>(tenantId, '', text, values)
    : await inTime(given.db, scope, text, values)
  const total = rows[0]?.total ?? 0
  const hits = rows
    .filter(({ id }) => id !== null)
    .map((row) => ({ key: row.key, found: foundFrom(given.db, scope, query, row) }))
  if ('cursor' in query.from) return cursorPage(cursors, query, total, hits)
  return { total, resources: hits.map(({ found }) => found) }
}

/** One row a resource of the page, or one that has the total alone when the page is empty. */
function searchSql(query: ListQuery, after: Position | undefined, bind: Bind): string {
  const { sought, from, count } = query
  const hits = sought.map((each) => hitSql(query, each, bind)).join(' union all ')
  const limit = 'cursor' in from ? count + 1 : count
  const offset = 'cursor' in from ? 0 : from.startIndex - 1
  const behind = after === undefined ? '' : `where ${isBehind(query.order, after, bind)}`
  const wants = {
    members: sought.some((each) => each.wants.members),
    groups: sought.some((each) => each.wants.groups),
  }
  const total = after === undefined ? '(select count(*) from hit)' : `${bind(after.total)}::bigint`
  return `
    with hit as (${hits})
    select ${total} as total, p.*
      from (select 1) always
      left join (
        select h.key, ${foundColumns(wants)}
          from (select id, key from hit ${behind}
                 order by ${orderSql(query.order, 'key', 'id')}
                offset ${bind(offset)} limit ${bind(limit)}) h
          join resource r on r.tenant_id = $1 and r.resource_id = h.id) p on true
     order by ${orderSql(query.order, 'p.key', 'p.id')}`
}

function hitSql(query: ListQuery, { type, filter, sortBy }: Sought, bind: Bind): string {
  const key = sortSql(query, type, sortBy, bind)
  const condition = filter === undefined ? 'true' : filterSql(type, filter, bind)
  const readsBody = key.includes(BODY) || condition.includes(BODY)
  return `
    select r.resource_id as id, ${key} as key
      from resource r ${readsBody ? BODY_JOIN : ''}
     where r.tenant_id = $1 and r.connection_id = $2 and r.type = ${bind(type.name)} and ${condition}`
}

/** One that has the total alone has no id. */
type SearchRow = FoundRow & { readonly total: number; readonly key: SortKey }

/** @throws ScimError `tooMany` (RFC 7644 section 3.12) when it is not done in time */
async function inTime(
  db: Db,
  { tenantId }: Scope,
  text: string,
  values: readonly unknown[],
): Promise<SearchRow[]> {
  try {
    return await db.inTenant(tenantId, async (trx) => {
      // Compiling a statement that runs once costs more than it gains.
      const settings = `set local jit = off; set local statement_timeout = ${SEARCH_MS}`
      await trx.prepared('', settings, [])
      return trx.prepared<SearchRow>('', text, values)
    })
  } catch (error) {
    if (!isTimeout(error)) throw error
    throw ScimError.of(
      'tooMany',
      `The query was not answered within ${SEARCH_MS / 1000} seconds. Filter by userName, ` +
        'externalId, id, a group’s displayName, an e-mail address or a member with "eq", or ' +
        'combine what you have with one of them by "and".',
    )
  }
}

function positionOf(cursors: Cursors, query: ListQuery): Position | undefined {
  const { from } = query
  return 'cursor' in from && from.cursor !== '' ? cursors.read(query, from.cursor) : undefined
}

interface Hit {
  readonly found: Found
  readonly key: SortKey
}

/** @param hits  one more than the page has, when there is a next one */
function cursorPage(cursors: Cursors, query: ListQuery, total: number, hits: readonly Hit[]): Page {
  const page = hits.slice(0, query.count)
  const resources = page.map(({ found }) => found)
  const last = page.at(-1)
  if (last === undefined || hits.length <= query.count) return { total, resources }
  const position = { total, id: last.found.id, key: last.key }
  return { total, resources, next: cursors.mint(query, position) }
}

function foundFrom(db: Db, { tenantId }: Scope, { sought }: ListQuery, row: FoundRow): Found {
  const wants = sought.find(({ type }) => type.name === row.type)?.wants
  if (wants === undefined) throw new Error(`A ${row.type} was found that nobody sought.`)
  return { ...storedFrom(db, tenantId, row, wants), type: row.type }
}

function foundColumns(wants: Wants): string {
  return `r.type, ${storedColumns(wants)}`
}
