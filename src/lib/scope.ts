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

/** What an administrator may: on the platform, or in the one tenant that they are bound to. */
export type Role = 'operator' | 'operator-read' | 'tenant-admin' | 'tenant-viewer'

/** Who did an administrator's act: a person, or a key by its look-up id, never the key itself. */
export interface Actor {
  readonly kind: 'administrator' | 'key' | 'setup-link' | 'system' | 'visitor'
  readonly id: string
  readonly requestId: string
  /** Where they ask from; absent where nobody asked. */
  readonly address?: string
}
