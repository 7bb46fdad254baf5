/** The benches by name. */
import type { Bench } from './bench.ts'
import { lookup } from './lookup.ts'
import { members } from './members.ts'
import { scim } from './scim.ts'
import { walk } from './walk.ts'

export const BENCHES: Readonly<Record<string, Bench>> = { scim, lookup, members, walk }
