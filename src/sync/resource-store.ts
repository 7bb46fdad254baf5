/**
 * The ResourceStore on PostgreSQL: what the IdP said, word for word, for one connection.
 *
 * Each write and what it leaves pending are one transaction (invariant 3); a create is even one
 * statement. What is kept is the rendered text, passed through unparsed by reads and lists. No
 * write does a look-up first: uniqueness is the database's to say (SEC F-2).
 */
import type { Db } from '../db/index.ts'
import type { Clock, NewId, Scope, TenantId } from '../lib/index.ts'
import {
  createCursors,
  foldedText,
  groupFull,
  LIMITS,
  lookedUp,
  parseStored,
  renderStored,
  shownName,
  type Draft,
  type ResourceStore,
  type ResourceType,
  type Stored,
  type Wants,
  type Written,
} from '../scim/index.ts'
import { listResources } from './list.ts'
import type { Recent } from './recent.ts'
import { CREATE, CREATE_WITH_MEMBERS, HOLDER, REMOVE } from './sql.ts'
import { askByKeys, readStatement, storedFrom, type StoredRow } from './stored.ts'
import { taken } from './taken.ts'
import type { Totals } from './totals.ts'
import { lockStatement, type Present, update } from './update.ts'

export interface StoreGiven {
  readonly db: Db
  readonly clock: Clock
  readonly newId: NewId
  /** What the cursors of lists are sealed with; the same on every node. */
  readonly cursorSecrets: () => readonly [string, ...string[]]
  readonly totals: Totals
  readonly recent: Recent
  /** The most that a group may have; 200,000 unless said otherwise (SEC P-2). */
  readonly membersPerGroup?: number
  /** Called after a commit that left something pending. A hint: the loader polls as well. */
  readonly onWritten: (tenantId: TenantId) => void
}

interface CreatedRow extends Record<string, unknown> {
  readonly created: string | null
  readonly joined: readonly string[]
}

export function createStore(given: StoreGiven, scope: Scope): ResourceStore {
  const { db, totals, recent, clock, cursorSecrets } = given
  const cursors = createCursors(
    { secrets: cursorSecrets, clock },
    `${scope.tenantId} ${scope.connectionId}`,
  )
  return {
    create: (type, draft, members, wants) => create(given, scope, type, draft, members, wants),
    read: (type, id, wants) => read(given, scope, type, id, wants),
    list: (query) => listResources({ db, totals, recent, cursors }, scope, query),
    update: (type, id, change) => update(given, scope, type, id, change),
    remove: (type, id, check) => remove(given, scope, type, id, check),
  }
}

const BORN_WITH_MEMBERS = { name: 'create-with-members', text: CREATE_WITH_MEMBERS }

async function create(
  { db, clock, newId, totals, onWritten, membersPerGroup = LIMITS.membersPerGroup }: StoreGiven,
  { tenantId, connectionId, requestId }: Scope,
  type: ResourceType,
  { body, keys }: Draft,
  members: readonly string[],
  wants: Wants,
): Promise<Written> {
  if (members.length > membersPerGroup) throw groupFull(membersPerGroup)
  const [id, now] = [newId(type.idPrefix), clock()]
  const text = renderStored(type, { id, version: 1, createdAt: now, modifiedAt: now }, body)
  const values = [
    tenantId,
    id,
    connectionId,
    type.name,
    keys.unique,
    keys.externalId,
    keys.active,
    text,
    now,
    requestId,
    foldedText(type, text),
    lookedUp(body),
    shownName(body),
  ]
  const [rows, seen] =
    members.length === 0
      ? [await db.shared.write(tenantId, 'create', CREATE, values)]
      : await db.inTenantAtOnce(tenantId, [
          { ...BORN_WITH_MEMBERS, values: [...values, members, type.memberTypes] },
          readStatement(tenantId, id, wants),
        ])
  const row = rows?.[0] as CreatedRow | undefined
  if (row?.created !== id) {
    const key = [tenantId, connectionId, type.name, keys.unique]
    const [found] = await db.inTenantOnce<{ holder: string }>(tenantId, 'holder', HOLDER, key)
    throw taken(type, found?.holder)
  }
  totals.changed({ tenantId, connectionId }, type.name, id, 1)
  onWritten(tenantId)
  const written = { id, version: 1, text, changed: true }
  if (members.length === 0)
    return {
      ...written,
      ...(wants.members ? { members: '' } : {}),
      ...(wants.groups ? { groups: '' } : {}),
      movedMembers: 0,
      unknownMembers: [],
    }
  const joined = new Set(row.joined)
  return {
    ...written,
    ...storedFrom(db, tenantId, seen?.[0] as StoredRow, wants),
    movedMembers: joined.size,
    unknownMembers: members.filter((member) => !joined.has(member)),
  }
}

async function read(
  { db, recent }: StoreGiven,
  { tenantId, connectionId }: Scope,
  type: ResourceType,
  id: string,
  wants: Wants,
): Promise<Stored | undefined> {
  const place = { tenantId, connectionId, type: type.name, most: 1 }
  const key = [{ column: 'resource_id', value: id }] as const
  const [row] = await askByKeys<StoredRow>(db, 'read', '', wants, place, key)
  if (row === undefined) return undefined
  recent.keep({ tenantId, connectionId }, type, row)
  return storedFrom(db, tenantId, row, wants)
}

async function remove(
  { db, clock, totals, recent, onWritten }: StoreGiven,
  scope: Scope,
  type: ResourceType,
  id: string,
  check: ((version: number) => void) | undefined,
): Promise<boolean> {
  const { tenantId, connectionId, requestId } = scope
  const lock = [lockStatement(scope, type, id)]
  const removed = await db.inTenantAfter(tenantId, lock, async (trx, [locked]) => {
    const row = locked?.[0] as Present | undefined
    if (row === undefined) return false
    check?.(row.version)
    const found = lookedUp(parseStored(row.text))
    trx.sendWithCommit('remove', REMOVE, [
      ...[tenantId, id, connectionId],
      ...[clock(), requestId, found],
    ])
    return true
  })
  if (!removed) return false
  recent.forget(id)
  totals.changed(scope, type.name, id, -1)
  onWritten(tenantId)
  return true
}
