/** A ResourceStore in memory: the rules can be tried, and held against the one on PostgreSQL. */
import { createCursors, type Cursors, type Position } from './cursor.ts'
import { ScimError } from './errors.ts'
import { matches } from './filter/match.ts'
import { LIMITS } from './limits.ts'
import { groupFull } from './members.ts'
import { parseStored, renderStored } from './render.ts'
import type { ResourceType } from './resource-types.ts'
import { compareKeys, sortKey, type SortKey } from './sort.ts'
import type {
  Draft,
  Elements,
  Json,
  Keys,
  ListQuery,
  Member,
  MemberEdit,
  Page,
  ResourceStore,
  Sought,
  Stored,
  Wants,
  Written,
} from './store.ts'

interface Row {
  readonly id: string
  readonly type: ResourceType
  readonly createdAt: Date
  version: number
  text: string
  keys: Keys
  members: Set<string>
}

const secrets = () => ['of this process'] as const

export function createMemoryStore(given: {
  newId: (prefix: string) => string
  clock: () => Date
  membersPerGroup?: number
}): ResourceStore {
  const most = given.membersPerGroup ?? LIMITS.membersPerGroup
  const rows = new Map<string, Row>()
  const cursors = createCursors({ secrets, clock: given.clock }, 'memory')
  const find = (type: ResourceType, id: string) => {
    const row = rows.get(id)
    return row?.type.name === type.name ? row : undefined
  }
  const put = (row: Row, { body, keys }: Draft) => {
    const { id, version, createdAt } = row
    const modifiedAt = version === 1 ? createdAt : given.clock()
    row.text = renderStored(row.type, { id, version, createdAt, modifiedAt }, body)
    row.keys = keys
  }
  return {
    async create(type, draft, members, wants) {
      if (members.length > most) throw groupFull(most)
      refuseTaken(rows, type, draft.keys, undefined)
      const [id, createdAt] = [given.newId(type.idPrefix), given.clock()]
      const row: Row = {
        id,
        type,
        createdAt,
        version: 1,
        text: '',
        keys: draft.keys,
        members: new Set(),
      }
      put(row, draft)
      rows.set(id, row)
      const unknownMembers = editMembers(rows, row, row.members, { kind: 'join', members })
      const movedMembers = row.members.size
      return { ...present(rows, row, wants), changed: true, movedMembers, unknownMembers }
    },
    async read(type, id, wants) {
      const row = find(type, id)
      return row === undefined ? undefined : present(rows, row, wants)
    },
    list: async (query) => pageOf(rows, cursors, query),
    async update(type, id, change): Promise<Written | undefined> {
      const row = find(type, id)
      if (row === undefined) return undefined
      change.check?.(row.version)
      const draft = change.edit?.(parseStored(row.text))
      if (draft !== undefined) refuseTaken(rows, type, draft.keys, id)
      const { edited, unknownMembers } = editedMembers(rows, row, change.members ?? [], most)
      const movedMembers = edited.symmetricDifference(row.members).size
      row.members = edited
      const changed = draft !== undefined || movedMembers > 0
      if (changed) {
        row.version += 1
        put(row, draft ?? { body: parseStored(row.text), keys: row.keys })
      }
      return { ...present(rows, row, change.wants), changed, movedMembers, unknownMembers }
    },
    async remove(type, id, check) {
      const row = find(type, id)
      if (row === undefined) return false
      check?.(row.version)
      rows.delete(id)
      for (const other of rows.values()) other.members.delete(id)
      return true
    },
  }
}

function refuseTaken(
  rows: ReadonlyMap<string, Row>,
  type: ResourceType,
  keys: Keys,
  self: string | undefined,
): void {
  for (const row of rows.values())
    if (row.type.name === type.name && row.id !== self && row.keys.unique === keys.unique)
      throw ScimError.of(
        'uniqueness',
        `"${type.uniqueAttribute}" belongs to ${row.id} already. Rename one of the two, or unassign the other.`,
      )
}

/** A group's members once edited. @throws ScimError when somebody would join one that is full */
function editedMembers(
  rows: ReadonlyMap<string, Row>,
  row: Row,
  edits: readonly MemberEdit[],
  most: number,
): { edited: Set<string>; unknownMembers: string[] } {
  const edited = new Set(row.members)
  const unknownMembers = edits.flatMap((edit) => editMembers(rows, row, edited, edit))
  if (edited.size > most && !edited.isSubsetOf(row.members)) throw groupFull(most)
  return { edited, unknownMembers }
}

/** Edits `members`, which is `row`'s or is to become it. @returns those named that are not there */
function editMembers(
  rows: ReadonlyMap<string, Row>,
  row: Row,
  members: Set<string>,
  edit: MemberEdit,
): string[] {
  const mayJoin = (id: string) => row.type.memberTypes.includes(rows.get(id)?.type.name ?? '')
  if (edit.kind === 'leave') for (const id of edit.members) members.delete(id)
  else if (edit.kind === 'leave-where') {
    for (const member of membersOf(rows, members))
      if (edit.where(member)) members.delete(member.value)
  } else {
    if (edit.kind === 'only') members.clear()
    for (const id of edit.members) if (mayJoin(id)) members.add(id)
    if (contains(rows, members, row.id))
      throw ScimError.of('invalidValue', `A group cannot contain itself: ${row.id} would.`)
    return edit.members.filter((id) => !mayJoin(id))
  }
  return []
}

/** SEC I-10. Whoever is met by several ways is looked into once. */
function contains(
  rows: ReadonlyMap<string, Row>,
  members: ReadonlySet<string>,
  id: string,
): boolean {
  const inside = new Set(members)
  for (const member of inside)
    for (const further of rows.get(member)?.members ?? []) inside.add(further)
  return inside.has(id)
}

function present(rows: ReadonlyMap<string, Row>, row: Row, wants: Wants): Stored {
  return {
    id: row.id,
    version: row.version,
    text: row.text,
    ...(wants.members ? { members: elementsOf(memberElements(rows, row)) } : {}),
    ...(wants.groups ? { groups: elementsOf(groupElements(rows, row)) } : {}),
  }
}

function elementsOf(elements: readonly Json[]): Elements {
  return JSON.stringify(elements).slice(1, -1)
}

function memberElements(rows: ReadonlyMap<string, Row>, { members }: Row): Json[] {
  return membersOf(rows, members).map(({ value, type, display }) => ({
    value,
    $ref: `${rows.get(value)?.type.endpoint}/${value}`,
    type,
    ...(display === null ? {} : { display }),
  }))
}

function groupElements(rows: ReadonlyMap<string, Row>, { id }: Row): Json[] {
  return [...rows.values()]
    .filter((row) => row.members.has(id))
    .toSorted((one, other) => compareKeys(one.id, other.id))
    .map((row) => ({
      value: row.id,
      $ref: `${row.type.endpoint}/${row.id}`,
      display: displayOf(row) ?? '',
      type: 'direct',
    }))
}

function membersOf(rows: ReadonlyMap<string, Row>, members: ReadonlySet<string>): Member[] {
  return [...members].toSorted().flatMap((id): Member[] => {
    const member = rows.get(id)
    if (member === undefined) return []
    return [{ value: id, type: member.type.name, display: displayOf(member) }]
  })
}

function displayOf(row: Row): string | null {
  const { displayName } = parseStored(row.text)
  return typeof displayName === 'string' ? displayName : null
}

interface Hit {
  readonly row: Row
  readonly key: SortKey
  readonly wants: Wants
}

function pageOf(rows: ReadonlyMap<string, Row>, cursors: Cursors, query: ListQuery): Page {
  const { from, count, order } = query
  const hits = query.sought
    .flatMap((sought) => hitsOf(rows, sought))
    .toSorted(order === 'descending' ? (one, other) => compareHits(other, one) : compareHits)
  const after =
    'cursor' in from && from.cursor !== '' ? cursors.read(query, from.cursor) : undefined
  const rest = after === undefined ? hits : hits.filter((hit) => isBehind(hit, after, order))
  const start = 'cursor' in from ? 0 : from.startIndex - 1
  const page = rest.slice(start, start + count)
  const total = after?.total ?? hits.length
  const last = page.at(-1)
  const hasNext = 'cursor' in from && last !== undefined && rest.length > page.length
  const resources = page.map(({ row, wants }) => ({
    ...present(rows, row, wants),
    type: row.type.name,
  }))
  if (!hasNext) return { total, resources }
  return {
    total,
    resources,
    next: cursors.mint(query, { total, id: last.row.id, key: last.key }),
  }
}

function hitsOf(rows: ReadonlyMap<string, Row>, { type, filter, sortBy, wants }: Sought): Hit[] {
  return [...rows.values()]
    .filter((row) => row.type.name === type.name)
    .map((row) => ({ row, resource: asFiltered(rows, row) }))
    .filter(({ resource }) => filter === undefined || matches(filter, resource))
    .map(({ row, resource }) => ({
      row,
      key: sortBy === undefined ? null : sortKey(sortBy, resource),
      wants,
    }))
}

function compareHits(one: Hit, other: Hit): number {
  return compareKeys(one.key, other.key) || compareKeys(one.row.id, other.row.id)
}

function isBehind({ row, key }: Hit, after: Position, order: ListQuery['order']): boolean {
  const difference = compareKeys(key, after.key) || compareKeys(row.id, after.id)
  return order === 'descending' ? difference < 0 : difference > 0
}

/** A resource as filters see it: its text, with members and groups in their places. */
function asFiltered(rows: ReadonlyMap<string, Row>, row: Row): Json {
  const { meta, ...resource } = JSON.parse(row.text) as { [name: string]: Json }
  return {
    ...resource,
    meta: Object.assign({}, meta, { location: `${row.type.endpoint}/${row.id}` }),
    ...(row.type.hasMembers ? { members: memberElements(rows, row) } : {}),
    ...(row.type.hasGroups ? { groups: groupElements(rows, row) } : {}),
  }
}
