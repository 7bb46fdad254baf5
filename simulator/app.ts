/** An application as an administrator sees it in Okta: what can be told to it, and what came of it. */
import type { Group, Person } from './org.ts'

export type AppAuth =
  | { readonly mode: 'bearer' | 'header'; readonly token: string }
  | { readonly mode: 'oauth' }

export interface AppSettings {
  readonly name: string
  /** From the integration network, or made by the wizard: they speak SCIM differently. */
  readonly kind: 'oin' | 'aiw'
  readonly baseUrl: string
  readonly auth: AppAuth
}

/** What an administrator has to see to: an application refused something, or was not there. */
export interface Task {
  /** Milliseconds of the epoch, here and below. */
  readonly at: number
  readonly what: string
  readonly sentence: string
  /** The server's own words. */
  readonly detail?: string | undefined
  /** Of the answer; 0 without one. */
  readonly status: number
}

/** How a job ended. Failing is no exception: at Okta it is a row in a list. */
export type Outcome = { readonly done: true } | { readonly done: false; readonly task: Task }

/** A write that the application has acknowledged. */
export interface Write {
  readonly kind: 'user' | 'group' | 'member'
  /** Of the user or group; of the group, for a member. */
  readonly scimId: string
  readonly memberId?: string
  /** A member who left, or a group that was deleted. */
  readonly removed?: true
  readonly acknowledgedAt: number
}

/** A person as an import finds them; inactive ones are left out. */
export interface ImportedUser {
  readonly scimId: string
  readonly userName: string
  readonly externalId: string | undefined
}

export interface RecordedExchange {
  readonly at: number
  readonly method: string
  /** From the base URL on, with its query. */
  readonly path: string
  /** 0 when there was no answer. */
  readonly status: number
  readonly ms: number
}

export interface App {
  readonly name: string
  readonly kind: 'oin' | 'aiw'
  readonly baseUrl: string
  /** How it is let in. */
  readonly authMode: AppAuth['mode']
  readonly tasks: readonly Task[]
  /** The latest ones. */
  readonly exchanges: readonly RecordedExchange[]
  readonly writes: readonly Write[]
  readonly oauth: {
    readonly connected: boolean
    readonly expiresAt?: number | undefined
    readonly refreshes: number
  }
  readonly oauthRedirectUri: string
  /** Another static token is entered and saved; requests under way keep theirs. */
  readonly changeToken: (token: string) => void
  /** What the application calls this person or group; undefined if it was never told of them. */
  readonly scimIdOf: (resource: Person | Group) => string | undefined
  readonly test: () => Promise<Outcome>
  /** Gives a person the application: finds them there by login and takes over, or creates them. */
  readonly assign: (person: Person) => Promise<Outcome>
  /** Takes it away: deactivated in the application, active at Okta. */
  readonly unassign: (person: Person) => Promise<Outcome>
  readonly reactivate: (person: Person) => Promise<Outcome>
  /** Nothing is sent about people who are suspended or have not been assigned. */
  readonly pushProfile: (person: Person) => Promise<Outcome>
  readonly provisionAll: (
    people: readonly Person[],
    onProgress?: (done: number, total: number) => void,
  ) => Promise<{ readonly done: number; readonly failed: number }>
  /** Creates the group and then its members, as far as they are assigned. */
  readonly pushGroup: (group: Group) => Promise<Outcome>
  readonly pushGroupName: (group: Group) => Promise<Outcome>
  /** Brings the whole group in line. */
  readonly pushNow: (group: Group) => Promise<Outcome>
  /** Stops pushing a group and leaves it as it is, or deletes it. */
  readonly unlinkGroup: (group: Group, choice: { delete: boolean }) => Promise<Outcome>
  readonly updateGroupMembers: (
    group: Group,
    change: { add: readonly Person[]; remove: readonly Person[] },
  ) => Promise<Outcome>
  /** Throws when the application does not answer as a SCIM server does. */
  readonly importUsers: () => Promise<ImportedUser[]>
  /** Where the administrator's browser must go to let Okta in. */
  readonly startOauth: (given: OauthClient) => Promise<{ authorizeUrl: string }>
  /** Takes the browser back; throws when it was not let in. */
  readonly finishOauth: (callbackUrl: string) => Promise<void>
  readonly refreshOauth: () => Promise<void>
  /** Lets go of the connections. */
  readonly close: () => void
}

export interface OauthClient {
  readonly authority: string
  readonly clientId: string
  readonly clientSecret: string
  /** What its administrator wrote behind the authorization endpoint, if anything. */
  readonly scope?: string | undefined
}
