/** What an admin handler is given and gives: the parts it may call, who asks, and the contract's types. */
import type { z } from 'zod'
import type { Audit, AuditChain, ProvisioningLog } from '../../audit/index.ts'
import type { ParsedInputOf, Routes } from '../../contract/index.ts'
import type { Explain } from '../../explain/index.ts'
import type { Loader, RemovedConnections, RulesOfConnections } from '../../etl/index.ts'
import type { Health } from '../../health/index.ts'
import type { IdentityStore } from '../../identity/index.ts'
import {
  type Actor,
  type Clock,
  type ConnectionId,
  Refusal,
  type Role,
  type TenantId,
} from '../../lib/index.ts'
import type { MasterKeys } from '../../master-keys/index.ts'
import type { Operators } from '../../operators/index.ts'
import type { Setup } from '../../setup/index.ts'
import type { Signin } from '../../signin/index.ts'
import type { Sync } from '../../sync/index.ts'
import type { Tenants } from '../../tenants/index.ts'
import type { Warnings } from '../../warnings/index.ts'
import type { Visiting } from '../visit.ts'

export interface AdminParts {
  readonly operators: Operators
  readonly tenants: Tenants
  readonly audit: Audit
  readonly auditChain: AuditChain
  readonly provisioningLog: ProvisioningLog
  readonly sync: Sync
  readonly identity: IdentityStore
  readonly loader: Loader
  readonly removedConnections: RemovedConnections
  readonly rules: RulesOfConnections
  readonly signin: Signin
  readonly explain: Explain
  readonly health: Health
  readonly masterKeys: MasterKeys
  readonly setup: Setup
  readonly warnings: Warnings
  readonly clock: Clock
  readonly publicUrl: string
  /** The app name in Okta's callback addresses when an onboarding names none. */
  readonly oktaAppName: string
}

/** Who asks: in the audit log, and as a browser. */
export interface Asking {
  readonly actor: Actor
  /** Undefined for a visitor, and whoever is in by a setup link. */
  readonly role: Role | undefined
  readonly visit: Visiting
}

/** What a handler of a stream knows of who listens. */
export interface Listener {
  /** Aborted when nobody listens any more, or the server closes. */
  readonly signal: AbortSignal
  /** Of the last event that the caller was told, on an earlier stream. */
  readonly lastEventId: string | undefined
}

/** One a route; an export is the handler of its list, asked again and again. */
export type Handlers<R extends Routes> = {
  readonly [K in keyof R as R[K] extends { readonly exports: object } ? never : K]: R[K] extends {
    readonly streams: true
  }
    ? (
        parts: AdminParts,
        input: ParsedInputOf<R[K]>,
        listener: Listener,
      ) => Promise<AsyncIterable<z.input<R[K]['reply']> | undefined>>
    : (parts: AdminParts & Asking, input: ParsedInputOf<R[K]>) => Promise<z.input<R[K]['reply']>>
}

/** An instant as it travels. */
export const iso = (at: Date): string => at.toISOString()
export const isoOrNull = (at: Date | null): string | null => at?.toISOString() ?? null
export const dateOf = (at: string | undefined): Date | undefined =>
  at === undefined ? undefined : new Date(at)

/**
 * A page of at most `limit`, from a list that was asked for one more than that: whether there is
 * a next page is known without counting.
 */
export function page<T, U>(
  rows: readonly T[],
  limit: number,
  keyOf: (row: T) => string,
  present: (row: T) => U,
): { items: U[]; next: string | null } {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const next = rows.length > limit && last !== undefined ? keyOf(last) : null
  return { items: items.map(present), next }
}

/** The connection that is meant when none is named. @throws Refusal `invalid_input` where there are several */
export async function onlyConnection(tenants: Tenants, tenantId: TenantId): Promise<ConnectionId> {
  const [first, second] = await tenants.allConnections(tenantId)
  if (first !== undefined && second === undefined) return first.connectionId
  throw new Refusal('invalid_input', 'This tenant has several connections: name one of them.')
}
