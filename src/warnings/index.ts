/**
 * Warnings before something ends: tokens, grants, secrets, keys and setup links, told to whom a tenant names,
 * by e-mail or a webhook, at 30, 7 and 1 days, each once.
 *
 * Refuses to know HTTP, and what ends: that it is told.
 */
export { createWarnings } from './create-warnings.ts'
export type { Warnings } from './create-warnings.ts'
export type { Delivery } from './outbox.ts'
export { SEALED_BY_WARNINGS } from './settings.ts'
export type { WarningSettings } from './settings.ts'
export { subjectOf } from './texts.ts'
