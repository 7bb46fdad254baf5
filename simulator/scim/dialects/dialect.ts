/** Where Okta's two families of applications differ; everything else they have in common. */
import type { Client } from '../client.ts'
import type { Links } from '../links.ts'
import type { Record } from '../record.ts'

/** A member as the wire knows them. */
export interface Member {
  readonly scimId: string
  readonly login: string
}

/** A group as Okta has it now, with all members that have the application. */
export interface PushedGroup {
  readonly scimId: string
  readonly name: string
  readonly members: readonly Member[]
}

export interface MemberChange {
  readonly add: readonly Member[]
  readonly remove: readonly Member[]
}

export interface Dialect {
  readonly setActive: (scimId: string, active: boolean) => Promise<void>
  readonly rename: (group: PushedGroup) => Promise<void>
  /** `acknowledged` is called with each part of the change that the server has confirmed. */
  readonly changeMembers: (
    group: PushedGroup,
    change: MemberChange,
    acknowledged: (part: MemberChange) => void,
  ) => Promise<void>
  readonly replaceMembers: (group: PushedGroup) => Promise<void>
}

/** What the jobs about people and groups work with. */
export interface Given {
  readonly client: Client
  readonly dialect: Dialect
  readonly links: Links
  readonly record: Record
}
