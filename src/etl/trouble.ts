/** What was thrown in the middle of a batch: whose fault it is. */
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

function codeOf(error: unknown): string {
  const thrown = error instanceof Unavailable ? error.cause : error
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
}
