/** The benches by name. */
import type { Bench } from './bench.ts'
import { consoleBench } from './console.ts'
import { etl } from './etl/etl.ts'
import { issuers } from './issuers.ts'
import { kills } from './kills.ts'
import { load } from './load.ts'
import { lookup } from './lookup.ts'
import { members } from './members.ts'
import { pending } from './pending.ts'
import { scim } from './scim.ts'
import { signin } from './signin/signin.ts'
import { simulation } from './simulation.ts'
import { start } from './start.ts'
import { walk } from './walk.ts'

export const BENCHES: Readonly<Record<string, Bench>> = {
  scim,
  lookup,
  members,
  walk,
  load,
  etl,
  signin,
  issuers,
  start,
  pending,
  simulation,
  kills,
  console: consoleBench,
}
