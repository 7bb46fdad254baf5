/**
 * Group members as rows: each edit is a set operation in the database (SEC P-11), so that a change
 * of k members costs k in a group of any size, and concurrent changes of one group lose nothing.
 */
import type { QueryResultRow, Statement, Transaction } from '../db/index.ts'
import type { Scope } from '../lib/index.ts'
import {
  groupFull,
  ScimError,
  type Member,
  type MemberEdit,
  type ResourceType,
} from '../scim/index.ts'
import { CONTAINS, JOIN, LEAVE, LEAVE_FEW, LEAVE_OTHERS, PIECE, STAY } from './sql.ts'

export interface Moved {
  /** Memberships that are different now. */
  readonly count: number
  readonly unknown: readonly string[]
  /** Of the group, as `EditedGroup` says. */
  readonly memberCount: number | null
}

export interface EditedGroup {
  readonly type: ResourceType
  readonly id: string
  /**
   * How many members it has, kept with its row, which a change of members locks and writes anyway
   * (decision 0018). Never too low; too high by those who were deleted since it was counted. Null: not
   * counted yet.
   */
  readonly memberCount: number | null
  /** The most that it may have (SEC P-2). */
  readonly most: number
}

interface JoinedRow extends QueryResultRow {
  readonly joined: readonly string[]
  readonly unknown: readonly string[]
}

/** What an edit sends, where nothing has to be read for it. The group's row is locked by what is sent before. */
export function editStatements(
  scope: Scope,
  group: Pick<EditedGroup, 'type' | 'id'>,
  edit: MemberEdit | undefined,
  now: Date,
): Statement[] {
  if (edit === undefined || edit.kind === 'leave-where') return []
  if (edit.kind === 'join') return [joinStatement(scope, group, edit.members, now)]
  const { tenantId, connectionId, requestId } = scope
  const values = [tenantId, connectionId, group.id, edit.members, now, requestId]
  if (edit.kind === 'leave')
    return edit.members.length > PIECE
      ? [{ name: 'leave', text: LEAVE, values }]
      : [{ name: 'leave-few', text: LEAVE_FEW, values }]
  return [
    { name: 'leave-others', text: LEAVE_OTHERS, values },
    { name: 'stay', text: STAY, values: [tenantId, group.id, edit.members] },
  ]
}

function joinStatement(
  { tenantId, connectionId, requestId }: Scope,
  { type, id }: Pick<EditedGroup, 'type' | 'id'>,
  members: readonly string[],
  now: Date,
): Statement {
  const values = [tenantId, connectionId, id, members, now, requestId, type.memberTypes]
  return { name: 'join', text: JOIN, values }
}

/**
 * Applies the edits in order; the group's row is locked by the caller.
 * @param first  what the statements of the first edit gave, if they were sent already
 */
export async function applyMemberEdits(
  trx: Transaction,
  scope: Scope,
  group: EditedGroup,
  edits: readonly MemberEdit[],
  now: Date,
  first: readonly QueryResultRow[][],
): Promise<Moved> {
  const { tenantId } = scope
  const unknown = new Set<string>()
  let [joined, left] = [0, 0]
  for (const [nth, each] of edits.entries()) {
    const edit = await named(trx, tenantId, group, each)
    const results =
      nth === 0 && first.length > 0
        ? first
        : await ask(trx, editStatements(scope, group, edit, now))
    if (edit.kind !== 'join') left += leftIn(results[0])
    const come =
      edit.kind === 'only'
        ? await joinOthers(trx, scope, group, edit.members, results[1], now)
        : joinedIn(edit.kind === 'join' ? results[0] : undefined)
    await refuseCycle(trx, tenantId, group, come.joined)
    joined += come.joined.length
    for (const id of come.unknown) unknown.add(id)
  }
  const memberCount = await countNow(trx, tenantId, group, joined, left)
  return { count: joined + left, unknown: [...unknown], memberCount }
}

function ask(trx: Transaction, statements: readonly Statement[]): Promise<QueryResultRow[][]> {
  return Promise.all(statements.map(({ name, text, values }) => trx.prepared(name, text, values)))
}

function leftIn(rows: readonly QueryResultRow[] | undefined): number {
  return (rows?.[0] as { readonly left: number } | undefined)?.left ?? 0
}

function joinedIn(rows: readonly QueryResultRow[] | undefined): JoinedRow {
  return (rows?.[0] as JoinedRow | undefined) ?? { joined: [], unknown: [] }
}

/** Of those named, who is not in yet: whoever is, is neither locked nor written again. */
async function joinOthers(
  trx: Transaction,
  scope: Scope,
  group: EditedGroup,
  members: readonly string[],
  staying: readonly QueryResultRow[] = [],
  now: Date,
): Promise<JoinedRow> {
  const others = new Set(members).difference(new Set(staying.map((row) => row['member_id'])))
  if (others.size === 0) return joinedIn(undefined)
  const [rows] = await ask(trx, [joinStatement(scope, group, [...others], now)])
  return joinedIn(rows)
}

/** An edit that says whom it means. */
async function named(
  trx: Transaction,
  tenantId: string,
  { id }: EditedGroup,
  edit: MemberEdit,
): Promise<MemberEdit> {
  if (edit.kind !== 'leave-where') return edit
  const members = (await readMembers(trx, tenantId, id)).filter(edit.where)
  return { kind: 'leave', members: members.map(({ value }) => value) }
}

/**
 * How many members there are now. Only where somebody joined, and what is kept says nothing or that the
 * group is full, the rows are counted.
 * @throws ScimError when somebody joined a group that is full
 */
async function countNow(
  trx: Transaction,
  tenantId: string,
  { id, memberCount, most }: EditedGroup,
  joined: number,
  left: number,
): Promise<number | null> {
  const kept = memberCount === null ? null : memberCount + joined - left
  if (joined === 0 || (kept !== null && kept <= most)) return kept
  const [row] = await trx.prepared<{ count: number }>(
    'count-members',
    'select count(*)::int as count from member where tenant_id = $1 and group_id = $2',
    [tenantId, id],
  )
  const count = row?.count ?? 0
  if (count > most) throw groupFull(most)
  return count
}

async function readMembers(trx: Transaction, tenantId: string, groupId: string): Promise<Member[]> {
  return trx.prepared<Member & Record<string, unknown>>(
    'members',
    `select m.member_id as value, r.type, r.body::json ->> 'displayName' as display
       from member m
       join resource r on r.tenant_id = m.tenant_id and r.resource_id = m.member_id
      where m.tenant_id = $1 and m.group_id = $2`,
    [tenantId, groupId],
  )
}

/** SEC I-10. Only what has members too can close a circle, and only what joined now. */
async function refuseCycle(
  trx: Transaction,
  tenantId: string,
  { type, id }: EditedGroup,
  joined: readonly string[],
): Promise<void> {
  const groups = joined.filter((each) => each.startsWith(`${type.idPrefix}_`))
  if (groups.length === 0) return
  const found = await trx.prepared('contains', CONTAINS, [tenantId, groups, id])
  if (found.length > 0)
    throw ScimError.of(
      'invalidValue',
      `A group cannot contain itself: ${groups.join(', ')} would hold ${id} in a circle.`,
    )
}
