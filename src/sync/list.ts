/**
 * Lists in order of birth. Without a filter, a walk along an index and the bodies of one page;
 * with a filter on keys, a look-up; with any other, the rows that its keys leave, decided in
 * memory a batch at a time.
 */
import type { Db } from '../db/index.ts'
import type { Scope } from '../lib/index.ts'
import {
  matches,
  type Filter,
  type Json,
  type ListQuery,
  type Page,
  type ResourceType,
  type Stored,
  type Wants,
} from '../scim/index.ts'
import { keyConditions, type KeyConditions } from './filter-sql.ts'
import { storedColumns, wantsName } from './sql.ts'

type StoredRow = Stored & Record<string, unknown>

const BATCH = 500

export async function listResources(
  db: Db,
  scope: Scope,
  type: ResourceType,
  query: ListQuery,
): Promise<Page> {
  const { filter, startIndex, count, wants } = query
  if (filter === undefined) return walk(db, scope, type, startIndex, count, wants)
  const keys = keyConditions(type, filter)
  const page = await (keys.isExact
    ? lookUp(db, scope, type, keys, wants)
    : scan(db, scope, type, keys, filter, wants, startIndex - 1 + count))
  const { total, resources } = page
  return { total, resources: resources.slice(startIndex - 1, startIndex - 1 + count) }
}

async function walk(
  db: Db,
  { tenantId, connectionId }: Scope,
  type: ResourceType,
  startIndex: number,
  count: number,
  wants: Wants,
): Promise<Page> {
  const [counted] = await db.inTenantOnce<{ total: number }>(
    tenantId,
    'count-resources',
    `select count(*) as total from resource
      where tenant_id = $1 and connection_id = $2 and type = $3`,
    [tenantId, connectionId, type.name],
  )
  const total = counted?.total ?? 0
  if (count === 0 || startIndex > total) return { total, resources: [] }
  // The offset runs over the index alone; bodies are fetched for the page.
  const resources = await db.inTenantOnce<StoredRow>(
    tenantId,
    `walk-${wantsName(wants)}`,
    `select ${storedColumns(wants)}
       from (select tenant_id, resource_id from resource
              where tenant_id = $1 and connection_id = $2 and type = $3
              order by resource_id offset $4 limit $5) page
       join resource r using (tenant_id, resource_id)
      order by r.resource_id`,
    [tenantId, connectionId, type.name, startIndex - 1, count],
  )
  return { total, resources }
}

async function lookUp(
  db: Db,
  scope: Scope,
  type: ResourceType,
  keys: KeyConditions,
  wants: Wants,
): Promise<Page> {
  const resources = await select(db, scope, type, keys, wants, '', 1_000)
  return { total: resources.length, resources }
}

/** Everything that matches is counted; what lies behind the page is not kept. */
async function scan(
  db: Db,
  scope: Scope,
  type: ResourceType,
  keys: KeyConditions,
  filter: Filter,
  wants: Wants,
  keep: number,
): Promise<Page> {
  const seesAll = { members: type.hasMembers, groups: type.hasGroups }
  const resources: Stored[] = []
  let total = 0
  for (let after = ''; ;) {
    const rows = await select(db, scope, type, keys, seesAll, after, BATCH)
    for (const row of rows) {
      if (!matches(filter, asResource(row))) continue
      total += 1
      if (resources.length < keep) resources.push(only(row, wants))
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < BATCH) return { total, resources }
    after = last.id
  }
}

async function select(
  db: Db,
  { tenantId, connectionId }: Scope,
  type: ResourceType,
  { equal }: KeyConditions,
  wants: Wants,
  after: string,
  limit: number,
): Promise<StoredRow[]> {
  const conditions = equal.map(([column], index) => ` and r.${column} = $${index + 6}`).join('')
  const columns = equal.map(([column]) => column).join('-')
  return db.inTenantOnce<StoredRow>(
    tenantId,
    `select-${wantsName(wants)}-${columns}`.slice(0, 60),
    `select ${storedColumns(wants)} from resource r
      where r.tenant_id = $1 and r.connection_id = $2 and r.type = $3 and r.resource_id > $4${conditions}
      order by r.resource_id limit $5`,
    [tenantId, connectionId, type.name, after, limit, ...equal.map(([, value]) => value)],
  )
}

function asResource({ text, members, groups }: Stored): Json {
  const resource = JSON.parse(text) as { [name: string]: Json }
  const json = (list: readonly object[] | undefined) => (list ?? []) as readonly Json[]
  return { ...resource, members: json(members), groups: json(groups) }
}

function only({ id, version, text, members, groups }: Stored, wants: Wants): Stored {
  return {
    id,
    version,
    text,
    ...(wants.members && members !== undefined ? { members } : {}),
    ...(wants.groups && groups !== undefined ? { groups } : {}),
  }
}
