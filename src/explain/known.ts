/** What is known of a person and their connection, and what a verdict of them says. */
import type { Progress } from '../etl/index.ts'
import type { Identity } from '../identity/index.ts'
import type { ConnectionId, RefusalCode } from '../lib/index.ts'
import type { StagedPerson } from '../sync/index.ts'
import type { ClaimTypeMapping, Connection, Tenant } from '../tenants/index.ts'

export interface Known {
  readonly tenant: Pick<Tenant, 'suspendedAt'>
  readonly connection: Connection
  /** The others that have whoever is one person with them. */
  readonly others: readonly Connection[]
  readonly mappings: readonly ClaimTypeMapping[]
  readonly staged: StagedPerson | undefined
  /** As sites know them. */
  readonly identity: Identity | undefined
  /** That, and who is one person with it, where there are several. */
  readonly sources: readonly Identity[]
  readonly progress: Progress | undefined
  /** Whom a sign-in through each connection finds by what it would bring of them, where that are several. */
  readonly alike: ReadonlyMap<ConnectionId, readonly Identity[]>
}

export interface Verdict {
  readonly canSignIn: boolean
  /** The code that a sign-in would be refused with. */
  readonly code: RefusalCode | null
  readonly because: string
  /** Who does what next. */
  readonly todo: string
  /** What of that is done here, as the command line calls it. */
  readonly act: Act | null
}

export type Act =
  | 'tenant resume'
  | 'connection enable'
  | 'connection set-oidc'
  | 'claim-type-mapping create'
  | 'sync resume'
  | 'sync retry'
  | 'hold list'
  | 'rule show'

export const NOBODY: Verdict = {
  canSignIn: false,
  code: 'user_not_found',
  because: 'No identity provider of this tenant has handed over anybody of that name.',
  todo:
    "The customer's administrator: assign the person to the application in the identity provider, or " +
    'press "Provision User" there if they are assigned already.',
  act: null,
}

export function refused(
  code: RefusalCode,
  because: string,
  todo: string,
  act: Act | null = null,
): Verdict {
  return { canSignIn: false, code, because, todo, act }
}
