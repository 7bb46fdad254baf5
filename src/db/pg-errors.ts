/** What PostgreSQL's errors mean to us: repeat it, say who holds the key, or wait. */
import pg from 'pg'

/** The name of the unique constraint that a write broke, or undefined for any other error. */
export function uniqueViolation(error: unknown): string | undefined {
  return violated('23505', error)
}

/** Of the key that still refers to what was to be deleted, or to what is not there. */
export function foreignKeyViolation(error: unknown): string | undefined {
  return violated('23503', error)
}

/** What Citus passes on from a worker names it in the message alone, and a shard's has the number of the shard behind it. */
function violated(code: string, error: unknown): string | undefined {
  if (!(error instanceof pg.DatabaseError) || error.code !== code) return undefined
  const name = error.constraint ?? /constraint "(\w+)"/.exec(error.message)?.[1] ?? ''
  return name.replace(/_\d{6,}$/, '')
}

/** Serialisation failure or deadlock: the same transaction may succeed when run again (SEC F-2). */
export function isRepeatable(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === '40001' || error.code === '40P01')
}

/** It took longer than its statement_timeout allows; also as the cause of an Unavailable. */
export function isTimeout(error: unknown): boolean {
  const thrown = error instanceof Error && error.cause !== undefined ? error.cause : error
  return thrown instanceof pg.DatabaseError && thrown.code === '57014'
}

/**
 * The same may go well in a moment: others are at the same rows (repeated often enough, or a lock
 * not had in time), it took too long, or the server is read-only or out of resources.
 */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError) || error.code === undefined) return false
  return (
    ['40001', '40P01', '55P03', '57014', '25006'].includes(error.code) ||
    error.code.startsWith('53')
  )
}

/** The role lacks the right. */
export function isNotPermitted(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '42501'
}

/** The connection is gone, or the server is going or not up yet. */
export function isLostConnection(error: unknown): boolean {
  if (error instanceof pg.DatabaseError)
    return error.code?.startsWith('08') === true || error.code?.startsWith('57P0') === true
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return (
    ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT'].includes(code) ||
    /Connection terminated|timeout exceeded when trying to connect|not queryable/.test(
      error.message,
    )
  )
}
