/**
 * How far the setting up of a connection has come, told from what arrived: a checklist that turns
 * green by itself, and mistakes that are known by their traces.
 *
 * Refuses to know SQL and HTTP: it asks the parts that keep what arrived.
 */
export { createSetup } from './create-setup.ts'
export type { Setup } from './create-setup.ts'
export type { Mistake } from './mistakes.ts'
export type { Fact } from './facts.ts'
