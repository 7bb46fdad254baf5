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

export interface Task {
  readonly at: number
  readonly what: string
  readonly sentence: string
  readonly detail?: string | undefined
}

export interface RecordedExchange {
  readonly at: number
  readonly method: string
  readonly path: string
  readonly status: number
  readonly ms: number
}

export interface App {
  readonly name: string
  readonly kind: 'oin' | 'aiw'
  readonly baseUrl: string
  readonly tasks: readonly Task[]
  readonly exchanges: readonly RecordedExchange[]
  readonly oauth: { readonly connected: boolean; readonly expiresAt?: number | undefined }
  readonly oauthRedirectUri: string
  readonly scimIdOf: (resource: Person | Group) => string | undefined
  readonly test: () => Promise<unknown>
  readonly assign: (person: Person) => Promise<unknown>
  readonly unassign: (person: Person) => Promise<unknown>
  readonly reactivate: (person: Person) => Promise<unknown>
  readonly pushProfile: (person: Person) => Promise<unknown>
  readonly provisionAll: (
    people: readonly Person[],
    onProgress?: (done: number, total: number) => void,
  ) => Promise<unknown>
  readonly pushGroup: (group: Group) => Promise<unknown>
  readonly pushGroupName: (group: Group) => Promise<unknown>
  readonly pushNow: (group: Group) => Promise<unknown>
  readonly unlinkGroup: (group: Group, choice: { delete: boolean }) => Promise<unknown>
  readonly updateGroupMembers: (
    group: Group,
    change: { add: Person[]; remove: Person[] },
  ) => Promise<unknown>
  readonly importUsers: () => Promise<unknown>
  readonly startOauth: (given: {
    authority: string
    clientId: string
    clientSecret: string
    scope: string
  }) => Promise<{ authorizeUrl: string }>
  readonly finishOauth: (callbackUrl: string) => Promise<unknown>
  readonly refreshOauth: () => Promise<unknown>
}
