/**
 * The loader (ETL): brings the identity store in line with what the Sync Engine received, and
 * shows how far it is. It alone writes identities, and so it numbers what happened.
 *
 * Refuses to know HTTP and how people sign in; whose sessions end with a batch is handed in.
 */
export { createLoader } from './loader.ts'
export type { Loader, LoaderGiven } from './loader.ts'
export { prepareLoading } from './lease.ts'
export type { Look } from './observe.ts'
export type { EndSessions } from './load.ts'
export type { Located } from './locate.ts'
export type { BrakePolicy } from './brake-policy.ts'
export type { Held } from './held.ts'
export { heldCursor, memberIdentityOf } from './held-decide.ts'
export type { Kept } from './held-decide.ts'
export { personResourceOf } from './transform.ts'
export type { Progress } from './progress.ts'
export type { Quarantined } from './quarantine.ts'
export type { Run } from './runs.ts'
export { newsOfRuns } from './run-news.ts'
export type { KnownRuns } from './run-news.ts'
export type { LoaderStatus } from './status.ts'
export type { Trouble } from './troubles.ts'
export { createRemovedConnections } from './removed-connections.ts'
export type { RemovedConnections } from './removed-connections.ts'
export { createRules } from './rules/rules.ts'
export type { Preview, RulesOfConnections } from './rules/rules.ts'
export type { Role } from './rules/roles.ts'
export { PLACES } from './rules/rule-set.ts'
export type { RuleSet } from './rules/rule-set.ts'
export { FUNCTIONS } from './rules/functions.ts'
export type { RuleFunction } from './rules/functions.ts'
export type { RuleVersion } from './rules/versions.ts'
