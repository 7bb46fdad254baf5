/**
 * A resource as it is read: its text unparsed, and beside it members and groups as text that the
 * database puts together, so that nothing of it is an object here. Of a large group the first
 * members come with it and the others while they are sent.
 */
import type { Db, Statement } from '../db/index.ts'
import type { ConnectionId, TenantId } from '../lib/index.ts'
import type { Elements, Stored, Wants } from '../scim/index.ts'
import type { Key } from './filter-sql.ts'

/** As many members come with their group; most groups have no more. */
const FIRST = 250
const THEN = 2_000

export interface StoredRow extends Record<string, unknown> {
  readonly id: string
  readonly version: number
  readonly text: string
  readonly members?: Elements
  /** The last of those members, if there may be more. */
  readonly membersTo?: string | null
  readonly groups?: Elements
}

/** A display name goes from text to text, as JSON; parsed out of the body only where nothing else has it (decision 0049). */
const shown = (row: 'o' | 'g') => `
  case when ${row}.shown_version = ${row}.version then ${row}.shown_name
       else (${row}.body::json -> 'displayName')::text end`

const MEMBER = `
  '{"value":"' || m.member_id || '","$ref":"/' || o.type || 's/' || m.member_id
    || '","type":"' || o.type || '"'
    || coalesce(',"display":' || ${shown('o')}, '') || '}'`

const MEMBERS = `
  (select coalesce(string_agg(${MEMBER}, ',' order by m.member_id), '')
     from (select member_id from member
            where tenant_id = $1 and group_id = r.resource_id
            order by member_id limit ${FIRST}) m
     join resource o on o.tenant_id = $1 and o.resource_id = m.member_id) as members,
  (select member_id from member
    where tenant_id = $1 and group_id = r.resource_id
    order by member_id offset ${FIRST - 1} limit 1) as "membersTo"`

const GROUP = `
  '{"value":"' || g.resource_id || '","$ref":"/Groups/' || g.resource_id || '","display":'
    || ${shown('g')} || ',"type":"direct"}'`

/** The groups of `resource r`, each by its key and not as a join, which may be made by reading all groups up to those. */
export const GROUPS = `
  array_to_string(array(
    select (select ${GROUP} from resource g where g.tenant_id = $1 and g.resource_id = m.group_id)
      from member m
     where m.tenant_id = $1 and m.member_id = r.resource_id
     order by m.group_id), ',') as groups`

/**
 * The columns of a StoredRow, from \`resource r\`; members and groups only where asked for. \`$1\` is the
 * tenant: named by itself in each part, so that a distributed database asks the one node that has it.
 */
export function storedColumns(wants: Wants): string {
  return (
    'r.resource_id as id, r.version, r.body as text' +
    (wants.members ? `, ${MEMBERS}` : '') +
    (wants.groups ? `, ${GROUPS}` : '')
  )
}

/**
 * A page of resources as StoredRows, in the order of their ids. Groups are looked for once for the page, each of
 * them once: as \`storedColumns\` asks for them, by the person, they were most of a page's cost.
 *
 * @param ids  selects the \`resource_id\`s of the page
 */
export function storedPage(ids: string, { members, groups }: Wants): string {
  const columns = storedColumns({ members, groups: false })
  return `
  with page as materialized (${ids})${groups ? `, ${GROUPED}` : ''}
  select r.type, ${columns}${groups ? `, coalesce(o.groups, '') as groups` : ''}
    from resource r ${groups ? 'left join grouped o on o.member_id = r.resource_id' : ''}
   where r.tenant_id = $1 and r.resource_id = any (array(select resource_id from page))
   order by r.resource_id`
}

const GROUPED = `
  belongs as materialized (
    select member_id, group_id from member
     where tenant_id = $1 and member_id = any (array(select resource_id from page))
  ), named as materialized (
    select g.resource_id, ${GROUP} as text from resource g
     where g.tenant_id = $1 and g.resource_id = any (array(select distinct group_id from belongs))
  ), grouped as (
    select b.member_id, string_agg(n.text, ',' order by n.resource_id) as groups
      from belongs b join named n on n.resource_id = b.group_id
     group by b.member_id
  )`

/** Which of a connection's resources of a type are asked for, and how many at most; whichever, where there are more. */
interface Place {
  readonly tenantId: TenantId
  readonly connectionId: ConnectionId
  readonly type: string
  readonly most: number
}

/**
 * What has these keys, of few a page: asked for together with what others ask for, but for members, which may take long.
 *
 * @param what  with `columns`, the same always: names the prepared statement
 */
export function askByKeys<Row extends StoredRow>(
  { shared, inTenantOnce }: Db,
  what: string,
  columns: string,
  wants: Wants,
  { tenantId, connectionId, type, most }: Place,
  keys: readonly Key[],
): Promise<Row[]> {
  const name = [what, wantsName(wants), ...keys.map(({ column }) => column)].join('-')
  const text = BY_KEYS.get(name) ?? byKeys(storedColumns(wants) + columns, keys)
  BY_KEYS.set(name, text)
  const values = [tenantId, connectionId, type, most]
  const own = keys.map(({ value }) => value)
  const rows = wants.members
    ? inTenantOnce<Row>(tenantId, name, text, [...values, ...own.map((value) => [value])])
    : shared.lookUp<Row>(tenantId, name, text, values, own)
  return rows.then((found) => (found.length > 1 ? found.toSorted(byId) : found))
}

/** Ids of one type, which sort alike everywhere. */
function byId(one: StoredRow, other: StoredRow): number {
  return one.id < other.id ? -1 : 1
}

const BY_KEYS = new Map<string, string>()

/**
 * The keys are selected, so that the plan does not depend on how many there are, and is made once. Rows are sorted by whoever
 * asks: hardly anybody finds two, and to begin and end a sort costs PostgreSQL a tenth of the look-up.
 */
function byKeys(columns: string, keys: readonly Key[]): string {
  const arrays = keys.map((_, index) => `(select $${index + 5}::text[])`)
  const asked = arrays.map((array, index) => `unnest(${array}) as key_${index}`)
  // An id is found by the table's own key, and not by the wider one that lists are read by.
  const is = keys.some(({ column }) => column === 'resource_id') ? 'is not distinct from' : '='
  const conditions = keys.map(({ column }, index) => ` and r.${column} = asked.key_${index}`)
  return `
  select asked.nth, found.*
    from (select ${asked.join(', ')}, generate_subscripts(${arrays[0]}, 1) as nth offset 0) asked,
         lateral (
           select ${columns} from resource r
            where r.tenant_id = $1 and r.connection_id ${is} $2 and r.type ${is} $3${conditions.join('')}
            limit $4) found`
}

/** Part of a prepared statement's name that tells `storedColumns` apart. */
export function wantsName(wants: Wants): string {
  return `${wants.members ? 'm' : ''}${wants.groups ? 'g' : ''}`
}

/** @param wants  what of the row is shown: a query over several types fetches for all of them */
export function storedFrom(db: Db, tenantId: TenantId, row: StoredRow, wants: Wants): Stored {
  const { id, version, text, members, membersTo, groups } = row
  return {
    id,
    version,
    text,
    ...(wants.members && members !== undefined ? { members } : {}),
    ...(wants.members && typeof membersTo === 'string'
      ? { moreMembers: () => membersBehind(db, tenantId, id, membersTo) }
      : {}),
    ...(wants.groups && groups !== undefined ? { groups } : {}),
  }
}

/** A resource as a transaction has left it, in that transaction. Gives a StoredRow, or none where it is not there. */
export function readStatement(tenantId: TenantId, id: string, wants: Wants): Statement {
  return {
    name: `read-in-${wantsName(wants)}`,
    text: `select ${storedColumns(wants)} from resource r where r.tenant_id = $1 and r.resource_id = $2`,
    values: [tenantId, id],
  }
}

/** Who joins or leaves meanwhile may be among them or not; whoever stays is, once. */
async function* membersBehind(
  db: Db,
  tenantId: TenantId,
  groupId: string,
  after: string,
): AsyncIterable<Elements> {
  for (let last = after; ;) {
    const [chunk] = await db.inTenantOnce<{ elements: Elements; to: string | null; count: number }>(
      tenantId,
      'members-behind',
      `select string_agg(${MEMBER}, ',' order by m.member_id) as elements,
              max(m.member_id) as to, count(*) as count
         from (select member_id from member
                where tenant_id = $1 and group_id = $2 and member_id > $3
                order by member_id limit $4) m
         join resource o on o.tenant_id = $1 and o.resource_id = m.member_id`,
      [tenantId, groupId, last, THEN],
    )
    if (chunk === undefined || chunk.to === null) return
    yield chunk.elements
    if (chunk.count < THEN) return
    last = chunk.to
  }
}
