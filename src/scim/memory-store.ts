/** A ResourceStore in memory: the rules can be tried, and held against the one on PostgreSQL. */
import { ScimError } from './errors.ts'
import { matches } from './filter/match.ts'
import { parseStored, renderStored } from './render.ts'
import { resourceType, type ResourceType } from './resource-types.ts'
import type {
  Draft,
  Json,
  Keys,
  ListQuery,
  Member,
  MemberEdit,
  Page,
  ResourceStore,
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

export function createMemoryStore(given: {
  newId: (prefix: string) => string
  clock: () => Date
}): ResourceStore {
  const rows = new Map<string, Row>()
  const find = (type: ResourceType, id: string) => {
    const row = rows.get(id)
    return row?.type === type ? row : undefined
  }
  const put = (row: Row, { body, keys }: Draft) => {
    const { id, version, createdAt } = row
    const modifiedAt = version === 1 ? createdAt : given.clock()
    row.text = renderStored(row.type, { id, version, createdAt, modifiedAt }, body)
    row.keys = keys
  }
  return {
    async create(type, draft, members, wants) {
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
    list: async (type, query) => pageOf(rows, type, query),
    async update(type, id, change): Promise<Written | undefined> {
      const row = find(type, id)
      if (row === undefined) return undefined
      change.check?.(row.version)
      const draft = change.edit?.(parseStored(row.text))
      if (draft !== undefined) refuseTaken(rows, type, draft.keys, id)
      const edited = new Set(row.members)
      const unknownMembers = (change.members ?? []).flatMap((edit) =>
        editMembers(rows, row, edited, edit),
      )
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
    if (row.type === type && row.id !== self && row.keys.unique === keys.unique)
      throw ScimError.of(
        'uniqueness',
        `"${type.uniqueAttribute}" belongs to ${row.id} already. Rename one of the two, or unassign the other.`,
      )
}

/** Edits `members`, which is `row`'s or is to become it. @returns those named that are not there */
function editMembers(
  rows: ReadonlyMap<string, Row>,
  row: Row,
  members: Set<string>,
  edit: MemberEdit,
): string[] {
  if (edit.kind === 'leave') for (const id of edit.members) members.delete(id)
  else if (edit.kind === 'leave-where') {
    for (const member of membersOf(rows, members))
      if (edit.where(member)) members.delete(member.value)
  } else {
    if (edit.kind === 'only') members.clear()
    for (const id of edit.members) if (rows.has(id)) members.add(id)
    if (contains(rows, members, row.id))
      throw ScimError.of('invalidValue', `A group cannot contain itself: ${row.id} would.`)
    return edit.members.filter((id) => !rows.has(id))
  }
  return []
}

/** SEC I-10. No circle is there yet, so this ends. */
function contains(
  rows: ReadonlyMap<string, Row>,
  members: ReadonlySet<string>,
  id: string,
): boolean {
  return (
    members.has(id) ||
    [...members].some((member) => contains(rows, rows.get(member)?.members ?? new Set(), id))
  )
}

function present(rows: ReadonlyMap<string, Row>, row: Row, wants: Wants): Stored {
  return {
    id: row.id,
    version: row.version,
    text: row.text,
    ...(wants.members ? { members: membersOf(rows, row.members) } : {}),
    ...(wants.groups ? { groups: groupsOf(rows, row.id) } : {}),
  }
}

function membersOf(rows: ReadonlyMap<string, Row>, members: ReadonlySet<string>): Member[] {
  return [...members].toSorted().flatMap((id) => {
    const member = rows.get(id)
    return member === undefined
      ? []
      : [
          {
            value: id,
            type: member.type.name === 'Group' ? 'Group' : 'User',
            display: displayOf(member),
          },
        ]
  })
}

function groupsOf(
  rows: ReadonlyMap<string, Row>,
  id: string,
): { value: string; display: string }[] {
  const group = resourceType('Group')
  return [...rows.values()]
    .filter((row) => row.type === group && row.members.has(id))
    .map((row) => ({ value: row.id, display: displayOf(row) ?? '' }))
}

function displayOf(row: Row): string | null {
  const { displayName } = parseStored(row.text)
  return typeof displayName === 'string' ? displayName : null
}

function pageOf(rows: ReadonlyMap<string, Row>, type: ResourceType, query: ListQuery): Page {
  const all = { members: type.hasMembers, groups: type.hasGroups }
  const found = [...rows.values()].filter((row) => {
    if (row.type !== type) return false
    if (query.filter === undefined) return true
    const { members, groups, text } = present(rows, row, all)
    const resource = JSON.parse(text) as { [name: string]: Json }
    return matches(query.filter, { ...resource, members: asJson(members), groups: asJson(groups) })
  })
  const from = query.startIndex - 1
  const page = found.slice(from, from + query.count)
  return { total: found.length, resources: page.map((row) => present(rows, row, query.wants)) }
}

function asJson(list: readonly object[] | undefined): Json {
  return (list ?? []).map((each): Json => ({ ...each }))
}
