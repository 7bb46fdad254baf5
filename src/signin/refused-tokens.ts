/**
 * Whoever shows one token after another that is none is sent away for a while (SEC L-1). Only what is refused
 * counts: of those behind the same address, whoever has a token that is good is answered all the time.
 */
import type { Provider } from 'oidc-provider'
import { REFUSALS } from '../lib/index.ts'
import { oauthErrorOf } from './respond.ts'
import { takePermitFor } from './take-permit.ts'

const CODE = 'too_many_requests'

/** For userinfo, whose refusals are the library's. */
export function sendsGuessersAway(provider: Provider): void {
  provider.use(async (ctx, next) => {
    await next()
    if (ctx.oidc?.route !== 'userinfo' || ctx.status !== 401) return
    const retrySeconds = takePermitFor(ctx.req, 'refused-token')
    if (retrySeconds === undefined) return
    const { status } = REFUSALS[CODE]
    ctx.status = status
    ctx.remove('www-authenticate')
    ctx.set('retry-after', String(retrySeconds))
    ctx.body = { error: oauthErrorOf(status), error_description: CODE }
  })
}
