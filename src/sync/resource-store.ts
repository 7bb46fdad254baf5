/**
 * The ResourceStore on PostgreSQL: what the IdP said, word for word, for one connection.
 *
 * Each write and what it leaves pending are one transaction (invariant 3); a create is even one
 * statement. What is kept is the rendered text, passed through unparsed by reads and lists. No
 * write does a look-up first: uniqueness is the database's to say (SEC F-2).
 */
import { uniqueViolation, type Db, type Transaction } from '../db/index.ts'
import type { Clock, NewId, Scope, TenantId } from '../lib/index.ts'
import {
  createCursors,
  foldedText,
  lookedUp,
  parseStored,
  renderStored,
  ScimError,
  type Body,
  type Change,
  type Draft,
  type ResourceStore,
  type ResourceType,
  type Stored,
  type Wants,
  type Written,
} from '../scim/index.ts'
import { listResources } from './list.ts'
import { applyMemberEdits, type Moved } from './members.ts'
import { CREATE, CREATE_WITH_MEMBERS, FIND_BY, HOLDER, REMOVE, UPDATE } from './sql.ts'
import { storedColumns, storedFrom, wantsName, type StoredRow } from './stored.ts'

export interface StoreGiven {
  readonly db: Db
  readonly clock: Clock
  readonly newId: NewId
  /** What the cursors of lists are sealed with; the same on every node. */
  readonly cursorSecret: string
  /** Called after a commit that left something pending. A hint: the loader polls as well. */
  readonly onWritten: (tenantId: TenantId) => void
}

interface CreatedRow extends Record<string, unknown> {
  readonly created: string | null
  readonly joined: readonly string[]
}

interface LockedRow {
  readonly version: number
  readonly body: string
  readonly created_at: Date
  readonly unique_key: string
  readonly external_id: string | null
  readonly active: boolean
}

export function createStore(given: StoreGiven, scope: Scope): ResourceStore {
  const { db, clock, cursorSecret } = given
  const cursors = createCursors(
    { secret: cursorSecret, clock },
    `${scope.tenantId} ${scope.connectionId}`,
  )
  return {
    create: (type, draft, members, wants) => create(given, scope, type, draft, members, wants),
    read: (type, id, wants) => read(given, scope, type, id, wants),
    list: (query) => listResources({ db, cursors }, scope, query),
    update: (type, id, change) => update(given, scope, type, id, change),
    remove: (type, id, check) => remove(given, scope, type, id, check),
  }
}

async function create(
  { db, clock, newId, onWritten }: StoreGiven,
  { tenantId, connectionId, requestId }: Scope,
  type: ResourceType,
  { body, keys }: Draft,
  members: readonly string[],
  wants: Wants,
): Promise<Written> {
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
  ]
  const [row] = await (members.length === 0
    ? db.inTenantOnce<CreatedRow>(tenantId, 'create', CREATE, values)
    : db.inTenantOnce<CreatedRow>(tenantId, 'create-with-members', CREATE_WITH_MEMBERS, [
        ...values,
        members,
      ]))
  if (row?.created !== id) {
    const key = [tenantId, connectionId, type.name, keys.unique]
    const [found] = await db.inTenantOnce<{ holder: string }>(tenantId, 'holder', HOLDER, key)
    throw taken(type, found?.holder)
  }
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
  const stored = await db.inTenant(tenantId, (trx) => readIn(trx, db, tenantId, id, wants))
  return {
    ...written,
    ...stored,
    movedMembers: joined.size,
    unknownMembers: members.filter((member) => !joined.has(member)),
  }
}

async function read(
  { db }: StoreGiven,
  { tenantId, connectionId }: Scope,
  type: ResourceType,
  id: string,
  wants: Wants,
): Promise<Stored | undefined> {
  const [row] = await db.inTenantOnce<StoredRow>(
    tenantId,
    `read-${wantsName(wants)}`,
    `select ${storedColumns(wants)} from resource r
      where r.tenant_id = $1 and r.resource_id = $2 and r.connection_id = $3 and r.type = $4`,
    [tenantId, id, connectionId, type.name],
  )
  return row === undefined ? undefined : storedFrom(db, tenantId, row, wants)
}

async function update(
  given: StoreGiven,
  scope: Scope,
  type: ResourceType,
  id: string,
  change: Change,
): Promise<Written | undefined> {
  const { db, onWritten } = given
  try {
    const written = await db.inTenant(scope.tenantId, (trx) =>
      updateIn(trx, given, scope, type, id, change),
    )
    if (written?.changed === true) onWritten(scope.tenantId)
    return written
  } catch (error) {
    if (uniqueViolation(error) === 'resource_unique_key') throw taken(type, undefined)
    throw error
  }
}

async function updateIn(
  trx: Transaction,
  { db, clock }: StoreGiven,
  scope: Scope,
  type: ResourceType,
  id: string,
  change: Change,
): Promise<Written | undefined> {
  const { tenantId, connectionId, requestId } = scope
  const row = await lock(trx, scope, type, id)
  if (row === undefined) return undefined
  change.check?.(row.version)
  const before = parseStored(row.body)
  const draft = change.edit?.(before)
  const now = clock()
  const moved: Moved = type.hasMembers
    ? await applyMemberEdits(trx, scope, id, change.members ?? [], now)
    : { count: 0, unknown: [] }
  const changed = draft !== undefined || moved.count > 0
  if (!changed) {
    const stored = await present(
      trx,
      db,
      tenantId,
      { id, version: row.version, text: row.body },
      change.wants,
    )
    return { ...stored, changed, movedMembers: 0, unknownMembers: moved.unknown }
  }
  const version = row.version + 1
  const birth = { id, version, createdAt: row.created_at, modifiedAt: now }
  const text = renderStored(type, birth, draft?.body ?? before)
  const { unique, externalId, active } = draft?.keys ?? {
    unique: row.unique_key,
    externalId: row.external_id,
    active: row.active,
  }
  await trx.prepared('update', UPDATE, [
    tenantId,
    id,
    unique,
    externalId,
    active,
    version,
    text,
    now,
    connectionId,
    requestId,
    foldedText(type, text),
  ])
  if (draft !== undefined) await findBy(trx, scope, id, before, draft.body)
  const stored = await present(trx, db, tenantId, { id, version, text }, change.wants)
  return { ...stored, changed, movedMembers: moved.count, unknownMembers: moved.unknown }
}

async function remove(
  { db, clock, onWritten }: StoreGiven,
  scope: Scope,
  type: ResourceType,
  id: string,
  check: ((version: number) => void) | undefined,
): Promise<boolean> {
  const { tenantId, connectionId, requestId } = scope
  const removed = await db.inTenant(tenantId, async (trx) => {
    const row = await lock(trx, scope, type, id)
    if (row === undefined) return false
    check?.(row.version)
    await findBy(trx, scope, id, parseStored(row.body), {})
    await trx.prepared('remove', REMOVE, [tenantId, id, connectionId, clock(), requestId])
    return true
  })
  if (removed) onWritten(tenantId)
  return removed
}

/** Keeps what a resource is looked up by beside its keys; most writes leave it as it is. */
async function findBy(
  trx: Transaction,
  { tenantId, connectionId }: Scope,
  id: string,
  before: Body,
  after: Body,
): Promise<void> {
  const [was, is] = [new Set(lookedUp(before)), new Set(lookedUp(after))]
  const [gone, come] = [[...was.difference(is)], [...is.difference(was)]]
  if (gone.length + come.length > 0)
    await trx.prepared('find-by', FIND_BY, [tenantId, connectionId, id, gone, come])
}

async function lock(
  trx: Transaction,
  { tenantId, connectionId }: Scope,
  type: ResourceType,
  id: string,
): Promise<LockedRow | undefined> {
  const [row] = await trx.prepared<LockedRow & Record<string, unknown>>(
    'lock',
    `select version, body, created_at, unique_key, external_id, active from resource
      where tenant_id = $1 and resource_id = $2 and connection_id = $3 and type = $4 for update`,
    [tenantId, id, connectionId, type.name],
  )
  return row
}

/** Adds members and groups where asked for; most writes ask for nothing that costs a read. */
async function present(
  trx: Transaction,
  db: Db,
  tenantId: TenantId,
  stored: Stored,
  wants: Wants,
): Promise<Stored> {
  if (!wants.members && !wants.groups) return stored
  return (await readIn(trx, db, tenantId, stored.id, wants)) ?? stored
}

async function readIn(
  trx: Transaction,
  db: Db,
  tenantId: TenantId,
  id: string,
  wants: Wants,
): Promise<Stored | undefined> {
  const [row] = await trx.prepared<StoredRow>(
    `read-in-${wantsName(wants)}`,
    `select ${storedColumns(wants)} from resource r where r.tenant_id = $1 and r.resource_id = $2`,
    [tenantId, id],
  )
  return row === undefined ? undefined : storedFrom(db, tenantId, row, wants)
}

function taken(type: ResourceType, holder: string | undefined): ScimError {
  return ScimError.of(
    'uniqueness',
    `"${type.uniqueAttribute}" belongs to ${holder ?? 'another resource'} already. ` +
      `Rename one of the two${type.name === 'User' ? ', or unassign the other' : ''}.`,
  )
}
