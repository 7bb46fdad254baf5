/**
 * Explaining one person: where they are on the way from the identity provider to a site, and whether
 * they can sign in; if not, why and who does what.
 *
 * It only reads, through the faces of the parts; it decides nothing that they decide, and it
 * refuses to know SQL and HTTP.
 */
export { createExplain } from './explain.ts'
export type { Expiring } from './expiring.ts'
export type { TenantHealth } from './overview.ts'
export type { Explain } from './explain.ts'
export type { Explanation } from './gather.ts'
export type { Trial } from './trial.ts'
export type { Verdict } from './known.ts'
