/**
 * The edge of signing in: hands what is below `/t/` to `signin` whole, which speaks to the socket
 * itself, and answers for what it throws.
 */
import { linesOf, Unavailable } from '../lib/index.ts'
import { sendRefusal, type Signin, type TakePermit } from '../signin/index.ts'
import type { RawArea } from './area.ts'
import type { Log } from './log.ts'
import type { RateLimits } from './rate-limits.ts'

export interface SigninGiven {
  readonly signin: Pick<Signin, 'answer'>
  readonly limits: RateLimits
  readonly log: Log
}

/** What costs us a round to an identity provider, or is a guess at a secret or a signature. The provider takes its addresses in any case. */
const COSTLY = /^(?:connect\/(?:authorize|par|token|revocation)|connections|test)$/i
/** What keeps a row for whoever asks, and has no end but its own time. */
const KEEPING = /^connect\/endsession$/i
const GATEWAY = /^\/t\/[^/]+\/gateway\/[^/]+\/(?:start|callback)$/
const ENDPOINT = /^\/t\/[^/]+\/((?:connect\/)?[\w.-]+)/i

export function signinArea({ signin, limits, log }: SigninGiven): RawArea {
  return {
    name: 'signin',
    prefix: '/t',
    async listener(request, response, { requestId, address, path, seen }) {
      const [, endpoint = 'none'] = ENDPOINT.exec(path) ?? []
      seen['endpoint'] = endpoint
      try {
        // What cannot be stored cannot be looked up either (SEC P-4).
        if (request.url?.includes('%00') === true)
          return sendRefusal(request, response, { code: 'request_refused', reference: requestId })
        const isCostly = COSTLY.test(endpoint) || GATEWAY.test(path)
        const kind = isCostly ? 'sign-in' : KEEPING.test(endpoint) ? 'sign-in-page' : undefined
        const takePermit: TakePermit = (of) => {
          const verdict = limits.take(address, of)
          return verdict.go ? undefined : verdict.retrySeconds
        }
        const retrySeconds = kind === undefined ? undefined : takePermit(kind)
        if (retrySeconds === undefined) return await signin.answer(request, response, takePermit)
        sendRefusal(request, response, { code: 'too_many_requests', retrySeconds })
      } catch (error) {
        log.error({ event: 'http.request.failed', requestId, error: linesOf(error) })
        if (response.headersSent) response.destroy()
        else sendRefusal(request, response, { ...failureOf(error), reference: requestId })
      }
    },
  }
}

function failureOf(error: unknown) {
  return error instanceof Unavailable
    ? { code: 'unavailable' as const, retrySeconds: error.retrySeconds }
    : { code: 'unavailable' as const, status: 500 }
}
