/**
 * Which master key seals, and how another takes over (SEC K-2): a key seals once every node has it, what the former ones
 * wrap is wrapped anew in the background, and one that wraps nothing any more is retired.
 *
 * Refuses to know HTTP, and what is sealed: each folder tells of its own columns, and none is opened.
 */
export { createMasterKeys } from './create-master-keys.ts'
export type { MasterKeys } from './create-master-keys.ts'
export type { Given as MasterKeysGiven } from './given.ts'
export type { ListedKey } from './list.ts'
