/**
 * Who administers, and how they get in: administrators of the platform and of single tenants, their
 * passwords and sessions, invitations, and the keys of the admin API. Every act is recorded in
 * the audit log of the tenant it is of, or of the platform.
 *
 * Refuses to know HTTP, and what the roles let somebody do: that is in the contract.
 */
export { createOperators } from './create-operators.ts'
export { createGuess } from './guesses.ts'
export type { Guess } from './guesses.ts'
export { SEALED_BY_OPERATORS } from './sealed.ts'
export type { Operators } from './create-operators.ts'
export type { Invitation } from './invitations.ts'
export type { Key, KeyHolder } from './keys.ts'
export type { Passkey } from './passkeys.ts'
export type { SignInProvider } from './sign-in-providers.ts'
export { csrfTokenOf, endsAt, freshUntil } from './sessions.ts'
export type { Administrator, Opened, Session, Visit } from './types.ts'
