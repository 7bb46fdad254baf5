/** Puts the areas of the edge together. */
import type { NewId } from '../lib/index.ts'
import type { Metrics } from '../telemetry/index.ts'
import { type AdminGiven, contractAreas } from './admin.ts'
import { type ConsoleGiven, createPages } from './console.ts'
import { directoryArea } from './directory.ts'
import { createExports } from './exports.ts'
import { healthArea, type HealthGiven } from './health.ts'
import { createConsoleCookie } from './console-cookie.ts'
import type { Log } from './log.ts'
import { createRateLimits } from './rate-limits.ts'
import { scimArea, type ScimGiven } from './scim.ts'
import { createServer } from './server.ts'
import { signinArea, type SigninGiven } from './signin.ts'
import { createStreams } from './streams.ts'

export type Http = ReturnType<typeof createHttp>

type Given = Omit<AdminGiven, 'limits' | 'streams' | 'exports' | 'cookie' | 'setupCookie'> &
  Omit<ScimGiven, 'limits'> &
  Omit<SigninGiven, 'limits'> &
  ConsoleGiven &
  HealthGiven & {
    readonly newId: NewId
    readonly answered: Metrics['answered']
    readonly logAnswered: Log['info']
    readonly streamsOpen: Metrics['streamsOpen']
    readonly rateLimits: boolean
    readonly trustedProxies: readonly string[]
  }

export function createHttp(given: Given) {
  const limits = createRateLimits({ clock: given.clock, on: given.rateLimits })
  const cookies = {
    cookie: createConsoleCookie(given.publicUrl),
    setupCookie: createConsoleCookie(given.publicUrl, 'setup'),
  }
  const closing = new AbortController()
  const streams = createStreams({
    clock: given.clock,
    closing: closing.signal,
    opened: given.streamsOpen,
  })
  const exports = createExports(given)
  const { admin, setup } = contractAreas({ ...given, ...cookies, limits, streams, exports })
  const pages = createPages(given)
  const server = createServer({
    newId: given.newId,
    log: { info: given.logAnswered },
    answered: given.answered,
    trustedProxies: given.trustedProxies,
    areas: [
      scimArea({ ...given, limits }),
      admin,
      directoryArea({ ...given, limits }),
      { ...setup, doors: [...setup.doors, pages.setup] },
      pages.console,
      healthArea(given),
    ],
    raw: [signinArea({ ...given, limits })],
  })
  return {
    listen: server.listen,
    /** As the server's; streams end at once, they would go on for ever. */
    async close(withinMs: number): Promise<void> {
      closing.abort()
      await server.close(withinMs)
    },
  }
}
