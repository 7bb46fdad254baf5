/**
 * Applications of the Okta Integration Network: PATCH to activate, to deactivate and for groups.
 *
 * A rename that changes nothing precedes each membership update, and its value names the group's
 * own id. Large changes go out in requests of at most 256 memberships, near together: the server
 * must not take them for a queue.
 */
import { type Json, patchOf } from '../bodies.ts'
import type { Client } from '../client.ts'
import type { Dialect, Member, MemberChange, PushedGroup } from './dialect.ts'

const MOST_CHANGES = 256

export function createOinDialect({ send }: Client): Dialect {
  const patchGroup = (group: PushedGroup, ...operations: Json[]) =>
    send('PATCH', `/Groups/${group.scimId}`, patchOf(...operations))
  const rename = async (group: PushedGroup) => {
    const value = { id: group.scimId, displayName: group.name }
    await patchGroup(group, { op: 'replace', value })
  }

  return {
    rename,
    setActive: async (scimId, active) => {
      await send('PATCH', `/Users/${scimId}`, patchOf({ op: 'replace', value: { active } }))
    },
    changeMembers: async (group, change, acknowledged) => {
      await rename(group)
      await Promise.all(
        inParts(change).map(async (part) => {
          await patchGroup(group, ...operationsOf(part))
          acknowledged(part)
        }),
      )
    },
    replaceMembers: async (group) => {
      await rename(group)
      const value = group.members.map(wireForm)
      await patchGroup(group, { op: 'replace', path: 'members', value })
    },
  }
}

/** Removals first, and no more than so many changes a part. */
function inParts({ add, remove }: MemberChange): MemberChange[] {
  const count = add.length + remove.length
  return Array.from({ length: Math.ceil(count / MOST_CHANGES) }, (_, index) => {
    const [from, to] = [index * MOST_CHANGES, (index + 1) * MOST_CHANGES]
    const shift = remove.length
    return {
      remove: remove.slice(from, to),
      add: add.slice(Math.max(0, from - shift), Math.max(0, to - shift)),
    }
  })
}

function operationsOf({ add, remove }: MemberChange): Json[] {
  return [
    ...remove.map(({ scimId }) => ({
      op: 'remove',
      path: `members[value eq ${JSON.stringify(scimId)}]`,
    })),
    ...(add.length > 0 ? [{ op: 'add', path: 'members', value: add.map(wireForm) }] : []),
  ]
}

function wireForm({ scimId, login }: Member): Json {
  return { value: scimId, display: login }
}
