/** What the files of this folder are handed, and what they give. No field here is a secret or a hash of one. */
import type { Audit } from '../audit/index.ts'
import type { Db, Transaction } from '../db/index.ts'
import type { Actor, Clock, Id, MasterKey, NewId, Random, Role, TenantId } from '../lib/index.ts'
import type { Tenants } from '../tenants/index.ts'
import type { Guess } from './guesses.ts'

export interface Administrator {
  readonly administratorId: Id<'adm'>
  readonly name: string
  readonly email: string
  readonly role: Role
  /** The one they are bound to; null on the platform. */
  readonly tenantId: TenantId | null
  readonly createdAt: Date
  readonly disabledAt: Date | null
  readonly lastSignedInAt: Date | null
}

export type Method = 'password' | 'passkey' | 'oidc'

/** Where a request comes from, for what is recorded of it. */
export interface Visit {
  readonly requestId: string
  readonly address: string
  readonly userAgent: string | null
}

/** A request, as an actor is said to have asked by it. */
export type From = Pick<Visit, 'requestId' | 'address'>

/** Whoever acts by that request: an administrator, or somebody who is still on the way in as one. */
export function actorOf(
  kind: 'administrator' | 'visitor',
  id: Id<'adm'>,
  { requestId, address }: From,
): Actor {
  return { kind, id, requestId, address }
}

/** Given to whoever has got in: the handle is for their cookie and is kept nowhere else. */
export interface Opened {
  readonly handle: string
  readonly session: Session
}

export interface Session {
  readonly sessionId: Id<'ses'>
  readonly administrator: Administrator
  readonly method: Method
  readonly createdAt: Date
  readonly lastUsedAt: Date
  /** Whatever is done. */
  readonly expiresAt: Date
  readonly address: string
  readonly userAgent: string | null
}

export interface Given {
  readonly db: Db
  readonly audit: Audit
  readonly clock: Clock
  readonly random: Random
  readonly newId: NewId
  readonly masterKey: MasterKey
  readonly guess: Guess
  /** Without a slash at the end. */
  readonly publicUrl: string
  readonly tenants: Pick<Tenants, 'tenantOfConnection' | 'readConnection'>
}

/** A transaction that may record in the log of that tenant, or of the platform. */
export function within<T>(
  { db }: Pick<Given, 'db'>,
  tenantId: TenantId | null,
  act: (trx: Transaction) => Promise<T>,
): Promise<T> {
  return tenantId === null ? db.platform(act) : db.inTenant(tenantId, act)
}
