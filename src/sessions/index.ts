/**
 * What stands for people who are in: the sessions, codes and tokens of the Authority, which sites and which
 * administrators they lead to; and the end of all of it, in the transaction of whoever says that somebody is out.
 *
 * Refuses to know how anybody signs in. Loads little: the thread of the loader has it too.
 */
export { createSessionEnd } from './session-end.ts'
export type { SessionEnd } from './session-end.ts'
export { endOpenedByOidc } from './linked-administrators.ts'
export { oweNotices } from './owed-notices.ts'
export type { Owed } from './owed-notices.ts'
export { COLUMNS, createSessionRows, placeOf, SEALED_BY_SESSIONS } from './session-rows.ts'
export type { PayloadRow } from './session-rows.ts'
