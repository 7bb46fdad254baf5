/**
 * The edge of signing in: hands what is below `/t/` to `signin` whole, which speaks to the socket
 * itself, and answers for what it throws.
 */
import { failurePage, sendPage, type Signin } from '../signin/index.ts'
import type { RawArea } from './area.ts'
import { describe } from './errors.ts'
import type { Log } from './log.ts'
import type { RateLimits } from './rate-limits.ts'

export interface SigninGiven {
  readonly signin: Pick<Signin, 'answer'>
  readonly limits: RateLimits
  readonly log: Log
}

/** What costs us a round to an identity provider, or is a guess at a secret. */
const COSTLY = /^\/t\/[^/]+\/connect\/(?:authorize|token|revocation)$/

export function signinArea({ signin, limits, log }: SigninGiven): RawArea {
  return {
    name: 'signin',
    prefix: '/t',
    async listener(request, response, { requestId, address, path }) {
      try {
        const verdict = COSTLY.test(path) ? limits.take(address, 'sign-in') : undefined
        if (verdict?.go === false) {
          response.writeHead(429, {
            'retry-after': String(verdict.retrySeconds),
            'content-type': 'application/json; charset=utf-8',
          })
          response.end(JSON.stringify({ error: 'temporarily_unavailable' }))
          return
        }
        await signin.answer(request, response)
      } catch (error) {
        log.error({ event: 'http.request.failed', requestId, error: describe(error) })
        if (response.headersSent) response.destroy()
        else sendPage(response, failurePage(error, requestId))
      }
    },
  }
}
