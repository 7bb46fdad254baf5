import { membersFrom } from '../members.ts'
import { isAbsent } from '../values.ts'
import type { Rewrite } from './rewrite.ts'

/**
 * Entra removes members by value where RFC 7644 section 3.5.2.2 wants a filtered path:
 *
 *     { "op": "Remove", "path": "members", "value": [{ "value": "usr_1" }] }
 *     { "op": "remove", "path": "members[value eq \"usr_1\"]" }
 *
 * Read literally the first would empty the group. With an empty list nobody is named, and nobody
 * leaves; without a value it is the RFC's own form and means everybody.
 */
const removeMembersByValue: Rewrite = {
  name: 'entra.remove-members-by-value',
  rewrite({ op, path, value }) {
    if (op.toLowerCase() !== 'remove' || path?.toLowerCase() !== 'members') return undefined
    if (Array.isArray(value) && value.length === 0) return []
    if (isAbsent(value)) return undefined
    return membersFrom(value ?? null).map((member) => ({
      op: 'remove',
      path: `members[value eq ${JSON.stringify(member)}]`,
      value: undefined,
    }))
  },
}

export const entra: readonly Rewrite[] = [removeMembersByValue]
