/**
 * Group members as rows: each edit is a set operation in the database (SEC P-11), so that a change
 * of k members costs k in a group of any size, and concurrent changes of one group lose nothing.
 */
import type { Transaction } from '../db/index.ts'
import type { Scope } from '../lib/index.ts'
import { ScimError, type Member, type MemberEdit, type ResourceType } from '../scim/index.ts'
import { CONTAINS, JOIN, leave } from './sql.ts'

export interface Moved {
  /** Memberships that are different now. */
  readonly count: number
  readonly unknown: readonly string[]
}

interface MovedRow {
  readonly moved: string[]
  readonly unknown: string[]
}

/** Applies the edits in order; the group's row is locked by the caller. */
export async function applyMemberEdits(
  trx: Transaction,
  { tenantId, connectionId, requestId }: Scope,
  { idPrefix, memberTypes }: ResourceType,
  groupId: string,
  edits: readonly MemberEdit[],
  now: Date,
): Promise<Moved> {
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
  const results: MovedRow[] = []
  for (const edit of edits) {
    if (edit.kind === 'leave') results.push(await run('leave', leave(false), edit.members))
    else if (edit.kind === 'leave-where') {
      const leaving = (await readMembers(trx, tenantId, groupId)).filter(edit.where)
      results.push(
        await run(
          'leave',
          leave(false),
          leaving.map(({ value }) => value),
        ),
      )
    } else {
      if (edit.kind === 'only') results.push(await run('leave-others', leave(true), edit.members))
      const joined = await run('join', JOIN, edit.members, memberTypes)
      const groups = joined.moved.filter((id) => id.startsWith(`${idPrefix}_`))
      await refuseCycle(trx, tenantId, groupId, groups)
      results.push(joined)
    }
  }
  return {
    count: results.reduce((sum, { moved }) => sum + moved.length, 0),
    unknown: [...new Set(results.flatMap(({ unknown }) => unknown))],
  }
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
