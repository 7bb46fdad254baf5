/**
 * The audit log and the provisioning log.
 *
 * Audit: each act of an administrator, in the transaction of the act itself. Append only: the app's
 * role may insert and read, nothing else (migration 0001), so an act that was done cannot be without
 * its entry and an entry cannot be taken back. It keeps who, what, on which object and from where; never a secret.
 * Its entries are a chain, whose end is signed once a day: whoever gets at the database itself cannot change one
 * without its being found (SEC G-2, decision 0060).
 *
 * Provisioning: each SCIM request and what became of it, beside the request and not in its
 * transaction. Entries go when they have outlived their days, and are never changed; but what was said in them of a person
 * who is erased is taken out.
 *
 * Tallies: what each tenant's days were like, as counters, for whoever looks over all of them.
 */
export { createAudit } from './audit.ts'
export type { Audit, AuditEntry, Act } from './audit.ts'
export { createRefusals } from './refusals.ts'
export type { Refusals } from './refusals.ts'
export { createAuditChain } from './audit-chain.ts'
export type { AuditChain } from './audit-chain.ts'
export { SEALED_BY_AUDIT } from './checkpoints.ts'
export { createProvisioningLog } from './provisioning-log.ts'
export type { ProvisioningLog } from './provisioning-log.ts'
export { eraseFromProvisioningLog } from './log-retention.ts'
export type { AnsweredScim, ChangedValue, ProvisioningEntry } from './log-entry.ts'
export { createTallies } from './tallies.ts'
export type { Tallies } from './tallies.ts'
export { WORST } from './tally-reading.ts'
export type { Day, History } from './tally-reading.ts'
export { percentileOf } from './histogram.ts'
export { keyOfEntry } from './log-reading.ts'
export type { LogQuery } from './log-reading.ts'
