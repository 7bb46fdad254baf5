/**
 * Group members as rows: each edit is a set operation in the database (SEC P-11), so that a change
 * of k members costs k in a group of any size, and concurrent changes of one group lose nothing.
 */
import type { Transaction } from '../db/index.ts'
import type { Scope } from '../lib/index.ts'
import {
  groupFull,
  ScimError,
  type Member,
  type MemberEdit,
  type ResourceType,
} from '../scim/index.ts'
import { CONTAINS, JOIN, leave } from './sql.ts'

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

interface MovedRow {
  readonly moved: string[]
  readonly unknown: string[]
}

/** Applies the edits in order; the group's row is locked by the caller. */
export async function applyMemberEdits(
  trx: Transaction,
  { tenantId, connectionId, requestId }: Scope,
  group: EditedGroup,
  edits: readonly MemberEdit[],
  now: Date,
): Promise<Moved> {
  const { type, id: groupId } = group
  const run = async (
    name: string,
    text: string,
    members: readonly string[],
    ...more: readonly unknown[]
  ): Promise<MovedRow> => {
    const values = [tenantId, connectionId, groupId, members, now, requestId, ...more]
    const [row] = await trx.prepared<MovedRow>(name, text, values)
    return row ?? { moved: [], unknown: [] }
  }
  const unknown = new Set<string>()
  let [joined, left] = [0, 0]
  for (const edit of edits) {
    if (edit.kind === 'leave') left += (await run('leave', leave(false), edit.members)).moved.length
    else if (edit.kind === 'leave-where') {
      const leaving = (await readMembers(trx, tenantId, groupId)).filter(edit.where)
      const ids = leaving.map(({ value }) => value)
      left += (await run('leave', leave(false), ids)).moved.length
    } else {
      if (edit.kind === 'only')
        left += (await run('leave-others', leave(true), edit.members)).moved.length
      const come = await run('join', JOIN, edit.members, type.memberTypes)
      const groups = come.moved.filter((id) => id.startsWith(`${type.idPrefix}_`))
      await refuseCycle(trx, tenantId, groupId, groups)
      joined += come.moved.length
      for (const id of come.unknown) unknown.add(id)
    }
  }
  const memberCount = await countNow(trx, tenantId, group, joined, left)
  return { count: joined + left, unknown: [...unknown], memberCount }
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
  groupId: string,
  groups: readonly string[],
): Promise<void> {
  if (groups.length === 0) return
  const found = await trx.prepared('contains', CONTAINS, [tenantId, groups, groupId])
  if (found.length > 0)
    throw ScimError.of(
      'invalidValue',
      `A group cannot contain itself: ${groups.join(', ')} would hold ${groupId} in a circle.`,
    )
}
