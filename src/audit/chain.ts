/**
 * The chain of an audit log: what an entry's hash is made of, and where a chain is broken. Pure.
 *
 * An entry's hash is of all that the entry says and of the hash of the one before, so that whoever changes one, takes
 * one away or puts one in between must make all that follow anew; and what a checkpoint has signed they cannot (SEC G-2).
 */
import { createHash } from 'node:crypto'
import type { TenantId } from '../lib/index.ts'
import type { EntryRow } from './entry-rows.ts'

/** An entry that has its place in the chain. */
export type LinkedRow = EntryRow & { readonly position: number; readonly hash: Buffer }
/** What the next entry follows. */
export type Link = Pick<LinkedRow, 'position' | 'hash'>

/** Where a chain is broken first. `missing`: no entry has that position. `altered`: it is not what was written. */
export interface Broken {
  readonly position: number
  /** Null where there is no entry. */
  readonly auditId: string | null
  readonly problem: 'missing' | 'altered' | 'checkpoint-refused'
}

/** The first of a log follows nothing. */
export const BEGINNING: Link = { position: 0, hash: Buffer.alloc(0) }

/**
 * SHA-256 of a JSON text without spaces: an array of `rollcall-audit-1`, the tenant (null: the platform), the position,
 * the hash before in hexadecimal (empty for the first), id, actor, act, object, outcome, address, request id, the instant
 * in ISO 8601 with milliseconds, and the details, the keys of objects in the order of their UTF-16 code units
 * (as RFC 8785 has them).
 */
export function hashOf(
  tenantId: TenantId | null,
  before: Link,
  entry: Omit<EntryRow, 'position' | 'hash'>,
): Buffer {
  const said = [
    ...['rollcall-audit-1', tenantId, before.position + 1, before.hash.toString('hex')],
    ...[entry.audit_id, entry.actor, entry.act, entry.object, entry.outcome, entry.address],
    ...[entry.request_id, entry.happened_at.toISOString(), ordered(entry.details)],
  ]
  return createHash('sha256').update(JSON.stringify(said)).digest()
}

/** What is wrong with an entry as the next after `before`. */
export function brokenAt(
  tenantId: TenantId | null,
  before: Link,
  entry: LinkedRow,
): Broken | undefined {
  const position = before.position + 1
  if (entry.position !== position) return { position, auditId: null, problem: 'missing' }
  if (entry.hash.equals(hashOf(tenantId, before, entry))) return undefined
  return { position, auditId: entry.audit_id, problem: 'altered' }
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, of]) => [name, ordered(of)]))
}
