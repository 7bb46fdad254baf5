/**
 * The database: opening it, bringing its schema up to date, and transactions that see one tenant.
 * Refuses to know what the rows mean.
 */
export { createPool, openDatabase } from './open.ts'
export type { DatabaseOptions, OpenedDatabase } from './open.ts'
export { DirectoryInUse } from './data-lock.ts'
export { belongTo } from './installation.ts'
export { migrate, pendingMigrations } from './migrate.ts'
export { openDistribution } from './distribute.ts'
export { insertSelected } from './insert-selected.ts'
export { BOOKKEEPING_TABLES, PLATFORM_TABLES } from './platform-tables.ts'
export { selfTest } from './self-test.ts'
export { endStalled } from './stalled.ts'
export { readDatabaseState } from './state.ts'
export type { DatabaseState } from './state.ts'
export { countGrown, keepCounted } from './statistics.ts'
export { arrayLiteral } from './sendable.ts'
export { createDb } from './transaction.ts'
export type { Batch, Statement } from './batch.ts'
export type { QueryResultRow } from 'pg'
export type { Db, Transaction } from './transaction.ts'
export type { Database } from './tables.ts'
export { foreignKeyViolation, isNotPermitted, isTimeout, uniqueViolation } from './pg-errors.ts'
