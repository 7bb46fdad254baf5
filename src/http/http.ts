/** Puts the areas of the edge together. */
import type { NewId } from '../lib/index.ts'
import type { Metrics } from '../telemetry/index.ts'
import { adminArea, type AdminGiven } from './admin.ts'
import { healthArea, type HealthGiven } from './health.ts'
import { createRateLimits } from './rate-limits.ts'
import { scimArea, type ScimGiven } from './scim.ts'
import { createServer } from './server.ts'
import { signinArea, type SigninGiven } from './signin.ts'

export type Http = ReturnType<typeof createHttp>

type Given = Omit<AdminGiven, 'limits'> &
  Omit<ScimGiven, 'limits'> &
  Omit<SigninGiven, 'limits'> &
  HealthGiven & {
    readonly newId: NewId
    readonly answered: Metrics['answered']
    readonly rateLimits: boolean
    readonly trustedProxies: readonly string[]
  }

export function createHttp(given: Given) {
  const limits = createRateLimits({ clock: given.clock, on: given.rateLimits })
  return createServer({
    newId: given.newId,
    log: given.log,
    answered: given.answered,
    trustedProxies: given.trustedProxies,
    areas: [scimArea({ ...given, limits }), adminArea({ ...given, limits }), healthArea(given)],
    raw: [signinArea({ ...given, limits })],
  })
}
