/** What PostgreSQL's errors mean to us: repeat it, say who holds the key, or wait. */
import pg from 'pg'

/** The name of the unique constraint that a write broke, or undefined for any other error. */
export function uniqueViolation(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError && error.code === '23505' ? error.constraint : undefined
}

/** Serialisation failure or deadlock: the same transaction may succeed when run again (SEC F-2). */
export function isRepeatable(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === '40001' || error.code === '40P01')
}

/** It took longer than its statement_timeout allows. */
export function isTimeout(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '57014'
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
