/**
 * The audit log: each act of an administrator, in the transaction of the act itself.
 *
 * Append only: the app's role may insert and read, nothing else (migration 0001), so an act
 * that was done cannot be without its entry and an entry cannot be taken back. It keeps who,
 * what and on which object; never a secret (SEC G-2).
 */
export { createAudit } from './audit.ts'
export type { Audit, AuditEntry, Act } from './audit.ts'
