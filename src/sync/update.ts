/**
 * Updates: what a resource is read, thought about and written with.
 *
 * A resource without members is not held meanwhile: it is written if it is still at the version that
 * was read, and read anew where somebody came between. A group is, since its members are rows of their
 * own and many change it at a time. Either way each write follows the version before it.
 */
import { uniqueViolation, type Statement } from '../db/index.ts'
import type { Scope } from '../lib/index.ts'
import {
  createdAtIn,
  foldedText,
  LIMITS,
  lookedUp,
  parseStored,
  renderStored,
  shownName,
  type Body,
  type Change,
  type Draft,
  type ResourceType,
  type Stored,
  type Written,
} from '../scim/index.ts'
import { applyMemberEdits, editStatements } from './members.ts'
import type { StoreGiven } from './resource-store.ts'
import { UPDATE_MOVED, UPDATES } from './sql.ts'
import { askByKeys, readStatement, storedFrom, type StoredRow } from './stored.ts'
import { taken } from './taken.ts'

/** Whoever was overtaken so often waits under the lock instead. */
const TRIES = 3

export interface Present {
  readonly version: number
  readonly text: string
  readonly created_at: Date
  readonly unique_key: string
  readonly external_id: string | null
  readonly active: boolean
  readonly member_count: number | null
}
/** What the next version follows from. */
type Row = Pick<Present, 'version' | 'created_at' | 'member_count'> & Pick<Stored, 'id'>
const PRESENT = 'r.created_at, r.unique_key, r.external_id, r.active, r.member_count'

/**
 * Reads the resource, lets `change` say what becomes of it, and writes that with its pending row.
 *
 * @returns what stands now, with what the change wants to know of it; undefined where the connection has
 *   no such resource. `changed` is false where nothing was written.
 * @throws ScimError `uniqueness` where the name is another's; whatever `change` throws, and then nothing
 *   is written
 */
export async function update(
  given: StoreGiven,
  scope: Scope,
  type: ResourceType,
  id: string,
  change: Change,
): Promise<Written | undefined> {
  try {
    const written = await (type.hasMembers ? updateUnderLock : updateByVersion)(
      given,
      scope,
      type,
      id,
      change,
    )
    if (written?.changed === true) given.onWritten(scope.tenantId)
    return written
  } catch (error) {
    if (error === NOT_THERE) return undefined
    if (uniqueViolation(error) === 'resource_unique_key') throw taken(type, undefined)
    throw error
  }
}

async function updateByVersion(
  given: StoreGiven,
  scope: Scope,
  type: ResourceType,
  id: string,
  change: Change,
): Promise<Written | undefined> {
  const { db, clock, recent } = given
  const { tenantId, connectionId } = scope
  const { wants } = change
  const known = await updateKnown(given, scope, type, id, change)
  if (known !== undefined) return known
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const [row] = await askByKeys<StoredRow & Present>(
      db,
      'present',
      `, ${PRESENT}`,
      wants,
      { tenantId, connectionId, type: type.name, most: 1 },
      [{ column: 'resource_id', value: id }],
    )
    if (row === undefined) return undefined
    change.check?.(row.version)
    const before = parseStored(row.text)
    const draft = change.edit?.(before)
    const stored = storedFrom(db, tenantId, row, wants)
    if (draft === undefined) {
      recent.keep(scope, type, row)
      return { ...stored, ...UNCHANGED }
    }
    const next = nextOf(scope, type, row, before, draft, clock())
    const written = await writeNext(given, scope, type, stored, next)
    if (written !== undefined) return written
  }
  return updateUnderLock(given, scope, type, id, change)
}

/**
 * The same of what was read or written here a moment ago.
 * @returns undefined where it has to be read: it was not, somebody came between, or there is nothing to write by what it was then
 */
async function updateKnown(
  given: StoreGiven,
  scope: Scope,
  type: ResourceType,
  id: string,
  change: Change,
): Promise<Written | undefined> {
  const known = given.recent.find(scope, type, id)
  const next = known && nextOfKnown(scope, type, known, change, given.clock())
  return next && writeNext(given, scope, type, known, next)
}

/** @returns undefined where another came between */
async function writeNext(
  { db, recent }: StoreGiven,
  scope: Scope,
  type: ResourceType,
  before: Stored,
  { name, statement, values, version, text }: ReturnType<typeof nextOf>,
): Promise<Written | undefined> {
  type Done = Pick<Stored, 'groups'>
  const [done] = await db.shared.write<Done>(scope.tenantId, name, statement, values)
  if (done === undefined) return undefined
  const { groups = before.groups } = done
  const written = { ...before, version, text, ...(groups === undefined ? {} : { groups }) }
  recent.keep(scope, type, written)
  return { ...written, ...UNCHANGED, changed: true }
}

/** What is refused may be right by now, and what changes nothing may change something. */
function nextOfKnown(
  scope: Scope,
  type: ResourceType,
  { id, version, text }: Stored,
  change: Change,
  now: Date,
) {
  try {
    change.check?.(version)
    const before = parseStored(text)
    const draft = change.edit?.(before)
    const row = { id, version, created_at: createdAtIn(text), member_count: null }
    return draft && nextOf(scope, type, row, before, draft, now, change.wants.groups)
  } catch {
    return undefined
  }
}

const UNCHANGED = { changed: false, movedMembers: 0, unknownMembers: [] }

/** Undoes what was sent behind a lock that found nothing. */
const NOT_THERE = new Error('The connection has no such resource.')

/** In two trips: what begins, locks and edits the members leaves at once, and so does what writes and commits. */
function updateUnderLock(
  { db, clock, membersPerGroup: most = LIMITS.membersPerGroup }: StoreGiven,
  scope: Scope,
  type: ResourceType,
  id: string,
  change: Change,
): Promise<Written | undefined> {
  const { tenantId } = scope
  const { wants, members = [] } = change
  const sentAt = clock()
  const first = [
    lockStatement(scope, type, id),
    ...editStatements(scope, { type, id }, members[0], sentAt),
  ]
  return db.inTenantAfter(tenantId, first, async (trx, [locked, ...edited]) => {
    const row = locked?.[0] as Present | undefined
    if (row === undefined) throw NOT_THERE
    change.check?.(row.version)
    const before = parseStored(row.text)
    const draft = change.edit?.(before)
    const now = clock()
    const group = { type, id, memberCount: row.member_count, most }
    const moved = await applyMemberEdits(trx, scope, group, members, now, edited)
    let stored: Stored = { id, version: row.version, text: row.text }
    const changed = draft !== undefined || moved.count > 0
    // Most writes ask for nothing that costs a read.
    const reads = wants.members || wants.groups
    if (changed) {
      const held = { ...row, id, member_count: moved.memberCount }
      const next = nextOf(scope, type, held, before, draft, now)
      const send = reads ? trx.send : trx.sendWithCommit
      send(next.name, next.statement, next.values)
      stored = { id, version: next.version, text: next.text }
    }
    if (reads) {
      const { name, text, values } = readStatement(tenantId, id, wants)
      const [after] = await trx.prepared<StoredRow>(name, text, values)
      if (after !== undefined) stored = storedFrom(db, tenantId, after, wants)
    }
    return { ...stored, changed, movedMembers: moved.count, unknownMembers: moved.unknown }
  })
}

/** Holds a resource until the transaction ends, and gives it as it is present. */
export function lockStatement(
  { tenantId, connectionId }: Scope,
  type: ResourceType,
  id: string,
): Statement {
  return {
    name: 'lock',
    text: `select r.version, r.body as text, ${PRESENT} from resource r
      where r.tenant_id = $1 and r.resource_id = $2 and r.connection_id = $3 and r.type = $4
        for update`,
    values: [tenantId, id, connectionId, type.name],
  }
}

/**
 * The next version, and the statement that writes it.
 * @param draft  undefined: members moved, and nothing else is different
 * @param shown  the statement gives the groups that it is in
 */
function nextOf(
  { tenantId, connectionId, requestId }: Scope,
  type: ResourceType,
  row: Row,
  before: Body,
  draft: Draft | undefined,
  now: Date,
  shown = false,
) {
  const { id } = row
  const version = row.version + 1
  const meta = { id, version, createdAt: row.created_at, modifiedAt: now }
  const text = renderStored(type, meta, draft?.body ?? before)
  const folded = foldedText(type, text)
  const written = { version, text }
  if (draft === undefined) {
    const values = [tenantId, id, version, text, now, folded, row.member_count, shownName(before)]
    return { ...written, name: 'update-moved', statement: UPDATE_MOVED, values }
  }
  const { body, keys } = draft
  const values = [
    tenantId,
    id,
    keys.unique,
    keys.externalId,
    keys.active,
    version,
    text,
    now,
    connectionId,
    requestId,
    folded,
    row.member_count,
    shownName(body),
  ]
  const [was, is] = [new Set(lookedUp(before)), new Set(lookedUp(body))]
  const [gone, come] = [[...was.difference(is)], [...is.difference(was)]]
  // Most leave what it is looked up by as it is.
  const isFoundBy = gone.length + come.length > 0
  const name = `update${isFoundBy ? '-found-by' : ''}${shown ? '-shown' : ''}` as const
  const all = isFoundBy ? [...values, gone, come] : values
  return { ...written, name, statement: UPDATES[name], values: all }
}
