/** `members` as clients send them: objects with `value`, bare ids, one or many, or none; all at once or one by one. */
import { ScimError } from './errors.ts'
import { LIMITS } from './limits.ts'
import type { Resolved } from './path.ts'
import type { ResourceType } from './resource-types.ts'
import type { Json, MemberEdit } from './store.ts'
import { isAbsent, isJsonObject, partNamed } from './values.ts'

/** Whether that is the group's own `members`, which are rows, or a part of them; an extension may have its own. */
export function isMembers({ hasMembers }: ResourceType, { schema, known }: Resolved): boolean {
  return hasMembers && schema === undefined && known.attribute.name === 'members'
}

/** @returns the ids, each once. @throws ScimError `invalidValue` for an element that names nobody */
export function membersFrom(sent: Json): readonly string[] {
  if (isAbsent(sent)) return []
  const list = Array.isArray(sent) ? sent : [sent]
  refuseTooManyMembers(list.length)
  return [...new Set(list.map(idOf))]
}

/** @throws ScimError `invalidValue` for more members than a request may name (SEC P-2) */
export function refuseTooManyMembers(count: number): void {
  if (count > LIMITS.membersPerRequest)
    throw ScimError.of(
      'invalidValue',
      `The request names ${count} members; at most ${LIMITS.membersPerRequest} are taken at once.`,
    )
}

/** SEC P-2. What whoever would join a group that is full is told. */
export function groupFull(most: number): ScimError {
  return ScimError.of(
    'invalidValue',
    `The group would have more than ${most} members, the most that a group may have. Nothing was ` +
      'changed. Take members out first, or push them as several smaller groups.',
  )
}

function idOf(element: Json): string {
  const id = isJsonObject(element) ? partNamed(element, 'value') : element
  if (typeof id !== 'string' || id === '' || id.length > LIMITS.identifierLength)
    throw ScimError.of(
      'invalidValue',
      'An element of "members" has no "value": the id that we gave when the member was created.',
    )
  return id
}

/** Neighbours that do the same become one: some clients name each of a thousand people in an operation of its own. */
export function mergeEdits(edits: readonly MemberEdit[]): readonly MemberEdit[] {
  const merged: MemberEdit[] = []
  let last: { readonly kind: 'join' | 'leave'; readonly members: string[] } | undefined
  for (const edit of edits) {
    if (edit.kind === 'only' || edit.kind === 'leave-where') last = undefined
    else if (edit.kind === last?.kind) {
      for (const member of edit.members) last.members.push(member)
      continue
    } else last = { kind: edit.kind, members: [...edit.members] }
    merged.push(last ?? edit)
  }
  return merged
}
