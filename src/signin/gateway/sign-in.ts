/**
 * A browser's way from a site behind the gateway to the Authority and back: an ordinary code flow
 * with PKCE, whose client is the gateway itself.
 *
 * Where the browser wanted to go is a path of the site's own origin, and is kept here and not by the
 * browser (SEC R-10). The code is redeemed here and nowhere else: nobody has the site's secret.
 */
import { createHash } from 'node:crypto'
import { errors } from 'oidc-provider'
import {
  hashSecret,
  mintSecret,
  Refusal,
  REFUSALS,
  type RefusalCode,
  sameHash,
} from '../../lib/index.ts'
import { authorityOf } from '../../tenants/index.ts'
import { FLOW_SECONDS, flowCookie } from '../flows.ts'
import { lookBehindGateway, refusalPage } from '../pages/index.ts'
import { sendOn, sendPage } from '../respond.ts'
import {
  digest,
  flowsOf,
  type GatewayGiven,
  type GatewaySite,
  jarOf,
  type Knock,
  sessionCookie,
  sessionsOf,
  textOf,
} from './knock.ts'

/** How long a browser is let in by its cookie; then it passes by the Authority again, without a question. */
const COOKIE_SECONDS = 60 * 60
const MOST_PLACE = 2048

export async function start(given: GatewayGiven, knock: Knock): Promise<void> {
  const { request, response, at, site } = knock
  const { random, publicUrl } = given
  const [state, verifier, handle] = [mintSecret(random), mintSecret(random), mintSecret(random)]
  await flowsOf(given, at.tenantId).upsert(
    state,
    {
      clientId: site.clientId,
      verifier,
      handle: digest(handle),
      place: placeOf(request.headers['x-forwarded-uri']),
    },
    FLOW_SECONDS,
  )
  const url = new URL(`${authorityOf(publicUrl, at.tenantId)}/connect/authorize`)
  url.search = new URLSearchParams({
    client_id: site.clientId,
    redirect_uri: callbackOf(site),
    response_type: 'code',
    scope: 'openid',
    state,
    code_challenge: challengeOf(verifier),
    code_challenge_method: 'S256',
  }).toString()
  response.setHeader('set-cookie', jarOf(site).write(flowCookie(state), handle, FLOW_SECONDS))
  sendOn(response, url.href)
}

/** A path of the site's own origin, or else its first page. Pure. */
export function placeOf(wanted: string | string[] | undefined): string {
  const isSound =
    typeof wanted === 'string' &&
    wanted.length <= MOST_PLACE &&
    /^\/(?![/\\])[\x21-\x7e]*$/.test(wanted) &&
    !wanted.startsWith('/.rollcall/')
  return isSound ? wanted : '/'
}

/** @throws Refusal `flow_expired` when this browser has no such flow, or the code is not one of it */
export async function comeBack(given: GatewayGiven, knock: Knock): Promise<void> {
  const { request, response, at, site, url } = knock
  const jar = jarOf(site)
  const state = url.searchParams.get('state') ?? ''
  const flow = await takeFlow(given, knock, state, jar.read(request, flowCookie(state)))
  const forgotten = jar.write(flowCookie(state), '', 0)
  if (url.searchParams.has('error')) {
    response.setHeader('set-cookie', forgotten)
    const page = refusalPage(refusedBy(url.searchParams.get('error_description')))
    return sendPage(response, page, lookBehindGateway(request))
  }
  const kept = await redeem(knock, url.searchParams.get('code') ?? '', flow.verifier)
  const handle = mintSecret(given.random)
  await unlessTooLate(sessionsOf(given, at.tenantId).upsert(handle, kept, COOKIE_SECONDS))
  const cookie = jar.write(sessionCookie(site), handle, COOKIE_SECONDS)
  response.setHeader('set-cookie', [forgotten, cookie])
  sendOn(response, `${site.gatewayOrigin}${flow.place}`)
}

/** Once, whatever comes of it (SEC R-2, T-8). */
async function takeFlow(given: GatewayGiven, { at, site }: Knock, state: string, handle = '') {
  const flows = flowsOf(given, at.tenantId)
  const row = (await flows.find(state)) || undefined
  const bound = Buffer.from(textOf(row, 'handle') ?? '', 'hex')
  const [verifier, place] = [textOf(row, 'verifier'), textOf(row, 'place')]
  const isBound = sameHash(hashSecret(handle), bound) && textOf(row, 'clientId') === site.clientId
  if (row?.consumed !== undefined || !isBound || verifier === undefined || place === undefined)
    throw new Refusal('flow_expired', 'This browser has no such sign-in under way.')
  await unlessTooLate(flows.consume(state))
  return { verifier, place }
}

/** As the token endpoint does it. A code cannot come twice: the one flow that has its verifier is gone. */
async function redeem({ at, site }: Knock, value: string, verifier: string) {
  const code = await at.provider.AuthorizationCode.find(value)
  const isOurs =
    code?.clientId === site.clientId &&
    code.redirectUri === callbackOf(site) &&
    code.codeChallenge === challengeOf(verifier)
  const { clientId, accountId, grantId, sessionUid } = code ?? {}
  if (code === undefined || !isOurs || sessionUid === undefined)
    throw new Refusal('flow_expired', 'The code is not one of this sign-in.')
  await unlessTooLate(code.consume())
  return { clientId, accountId, grantId, sessionUid }
}

/** Another was first, or the person has left meanwhile. */
async function unlessTooLate(act: Promise<unknown>): Promise<void> {
  await act.catch((error: unknown) => {
    if (!(error instanceof errors.InvalidGrant)) throw error
    throw new Refusal('flow_expired', error.message, { cause: error })
  })
}

/** The Authority says `code (reference sgn_…)`; nothing else of it is shown (SEC R-11). Pure. */
function refusedBy(description: string | null) {
  const [, code = '', reference] =
    /^([a-z_]{1,40}) \(reference (sgn_[0-9a-z]{26})\)$/.exec(description ?? '') ?? []
  return Object.hasOwn(REFUSALS, code)
    ? { code: code as RefusalCode, reference }
    : { code: 'request_refused' as const, reference: undefined }
}

function callbackOf({ redirectUris }: GatewaySite): string {
  return redirectUris[0] ?? ''
}

function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url')
}
