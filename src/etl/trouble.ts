/** What was thrown in the middle of a batch: whose fault it is, and what the log may hold of it. */
import { Unavailable } from '../lib/index.ts'

/**
 * Whether the database or its connection is in trouble and no record is at fault: connection lost,
 * read-only, serialisation, out of resources, locks, shut down or timed out, input and output.
 */
export function isOutsideTrouble(error: unknown): boolean {
  return error instanceof Unavailable || /^(?:08|25|40|53|55|57|58)...$/.test(codeOf(error))
}

/** Somebody else held a row for longer than we wait. */
export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === '55P03'
}

/** Without the details that PostgreSQL adds, which quote the record (SEC G-1). */
export function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message).slice(0, 4096) : String(error)
}

function codeOf(error: unknown): string {
  const thrown = error instanceof Unavailable ? error.cause : error
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
}
