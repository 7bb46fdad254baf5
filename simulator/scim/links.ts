/** What Okta remembers of an application: who is called what there, who has it, which groups. */
import type { Group, Person } from '../org.ts'

export interface Links {
  readonly scimIdOf: (resource: { readonly id: string }) => string | undefined
  readonly link: (resource: { readonly id: string }, scimId: string) => void
  readonly unlink: (group: Group) => void
  /** People who have the application now; who lost it keeps the link. */
  readonly assigned: Set<string>
  /** The SCIM ids that were last acknowledged as members. */
  readonly pushedMembers: (group: Group) => Set<string>
  /** Whether a group of this SCIM id is linked already. */
  readonly isLinked: (scimId: string) => boolean
  /** Jobs about one person or group are done one after another, in the order asked. */
  readonly inTurn: <Result>(resource: Person | Group, job: () => Promise<Result>) => Promise<Result>
}

export function createLinks(): Links {
  const scimIds = new Map<string, string>()
  const pushed = new Map<string, Set<string>>()
  const lastJobs = new Map<string, Promise<unknown>>()

  return {
    scimIdOf: ({ id }) => scimIds.get(id),
    link: ({ id }, scimId) => scimIds.set(id, scimId),
    unlink: ({ id }) => {
      scimIds.delete(id)
      pushed.delete(id)
    },
    assigned: new Set(),
    pushedMembers: ({ id }) => {
      const members = pushed.get(id) ?? new Set()
      pushed.set(id, members)
      return members
    },
    isLinked: (scimId) => scimIds.values().some((each) => each === scimId),
    inTurn: async ({ id }, job) => {
      const before = lastJobs.get(id) ?? Promise.resolve()
      const mine = before.then(job, job)
      lastJobs.set(id, mine)
      try {
        return await mine
      } finally {
        if (lastJobs.get(id) === mine) lastJobs.delete(id)
      }
    },
  }
}
