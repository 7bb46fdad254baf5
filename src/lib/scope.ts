/**
 * Scope: on whose behalf something happens. Made at the edge from a verified credential
 * (SEC I-1) and handed to every function that touches a tenant's rows.
 */
import type { ConnectionId, TenantId } from './id.ts'

export interface TenantScope {
  readonly tenantId: TenantId
  /** Ties rows, log lines and answers of one request together. */
  readonly requestId: string
}

export interface Scope extends TenantScope {
  readonly connectionId: ConnectionId
}

/** Who did an administrator's act: the id of the credential, never the credential. */
export interface Actor {
  readonly kind: 'operator' | 'system'
  readonly id: string
  readonly requestId: string
}
