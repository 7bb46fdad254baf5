/**
 * Who is a member of a pushed group, on the wire, and what of it the server has acknowledged.
 *
 * Only members who have the application are pushed; the others are left out without a word. What was
 * acknowledged is remembered, so that repeating a push is not taken for a write.
 */
import type { Group, Org, Person } from '../org.ts'
import type { Given, Member, MemberChange } from './dialects/dialect.ts'

export interface Members {
  /** As Okta has the group now. */
  readonly of: (group: Group) => Member[]
  readonly whoHaveTheApp: (people: readonly Person[]) => Member[]
  /** Also those who had the application once: they may have to be removed. */
  readonly whoAreKnown: (people: readonly Person[]) => Member[]
  readonly acknowledge: (group: Group, change: MemberChange) => void
  /** The server has exactly these now. */
  readonly acknowledgeAll: (group: Group, members: readonly Member[]) => void
}

export function createMembers({
  links,
  record,
  org,
}: Pick<Given, 'links' | 'record'> & { readonly org: Org }): Members {
  const whoAreKnown = (people: readonly Person[]) =>
    people.flatMap((person) => {
      const scimId = links.scimIdOf(person)
      return scimId === undefined ? [] : [{ scimId, login: person.login }]
    })
  const whoHaveTheApp = (people: readonly Person[]) =>
    whoAreKnown(people.filter(({ id }) => links.assigned.has(id)))

  const acknowledge = (group: Group, { add, remove }: MemberChange) => {
    const scimId = links.scimIdOf(group)
    if (scimId === undefined) return
    const pushed = links.pushedMembers(group)
    for (const { scimId: memberId } of add) {
      if (!pushed.has(memberId)) record.wrote({ kind: 'member', scimId, memberId })
      pushed.add(memberId)
    }
    for (const { scimId: memberId } of remove)
      if (pushed.delete(memberId)) record.wrote({ kind: 'member', scimId, memberId, removed: true })
  }

  return {
    whoAreKnown,
    whoHaveTheApp,
    of: (group) => whoHaveTheApp([...group.members].flatMap((id) => org.people.get(id) ?? [])),
    acknowledge,
    acknowledgeAll: (group, members) => {
      const present = new Set(members.map(({ scimId }) => scimId))
      const gone = [...links.pushedMembers(group)].filter((scimId) => !present.has(scimId))
      acknowledge(group, { add: members, remove: gone.map((scimId) => ({ scimId, login: '' })) })
    },
  }
}
