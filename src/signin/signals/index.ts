/**
 * Signals: what an identity provider tells us outside of any sign-in. Okta's Universal Logout, by the
 * global token revocation draft, and session-revoked of the Continuous Access Evaluation Profile, pushed as a
 * security event. Both end all that stands for a person, tell the sites and leave a receipt.
 */
export { createSignals, type Door as SignalDoor, type Signals } from './signals.ts'
export type { Receipt } from './receipts.ts'
