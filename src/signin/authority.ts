/**
 * The Authority of every tenant, below `/t/{tenant}`: what is OpenID Connect goes to that tenant's
 * provider, the few addresses of our own are answered here.
 *
 * Addresses in answers come from the public URL in the settings and never from a request (SEC G-5).
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { errors, type Provider } from 'oidc-provider'
import { type ConnectionId, isId, Refusal, type TenantId } from '../lib/index.ts'
import type { Tenant } from '../tenants/index.ts'
import { askByGet } from './ask-by-get.ts'
import { begunAt } from './begun.ts'
import { beginTest } from './connection-test.ts'
import { answerConsent, askConsent } from './consent.ts'
import { createCookieJar, readCookie } from './cookies.ts'
import { FLOW_KEPT_SECONDS, flowCookie } from './flows.ts'
import { createGateway, type GatewayDoor } from './gateway/index.ts'
import type { Keys } from './keys.ts'
import type { Notices } from './notices.ts'
import { homeCookie } from './home.ts'
import {
  continuingPage,
  inLocales,
  lookBehindGateway,
  type Page,
  refusalPage,
  STYLE_PATH,
  SUBMIT_PATH,
} from './pages/index.ts'
import type { ProviderGiven } from './provider.ts'
import { createProviders } from './providers.ts'
import { askToProvision } from './provisioning-scope.ts'
import { readForm } from './read-text.ts'
import { goBack, type Interaction, keep, pageOfRefused } from './refused.ts'
import type { SignalDoor, Signals } from './signals/index.ts'
import { sendJson, sendOn, sendPage, sendRefusal, sendStyle, sendSubmitScript } from './respond.ts'
import {
  type At,
  begin,
  type Begun,
  carryOn,
  type In,
  comeBack,
  type Next,
  type Returned,
  returnedOf,
  type SignInGiven,
} from './sign-in.ts'
import { listGroups, startAtSite } from './site-doors.ts'
import { keepPermits, type TakePermit } from './take-permit.ts'
import { answerUserinfo, USERINFO_PATH } from './userinfo.ts'

const MOST_FORM_BYTES = 4096
const REMEMBERED_SECONDS = 90 * 24 * 60 * 60
const PATH = /^\/t\/([^/]+)(\/.*)$/
const GATEWAY = /^\/gateway\/([^/]+)\/(check|forward|start|callback|sign-out|style\.css)$/
const OWN = /^\/(sign-in|callback|start|test|brand)\/([A-Za-z0-9_.-]{1,100})$/
const OF_CONNECTION =
  /^\/connections\/([^/]+)\/(jwks|global-token-revocation|security-events|backchannel-logout)$/
/** Answered for a suspended tenant too: they say nothing of anybody, and sites keep them. */
const ALWAYS = /^\/(?:\.well-known\/|jwks$)/

export interface AuthorityGiven extends ProviderGiven, SignInGiven {
  readonly keys: Keys
  readonly notices: Notices
  readonly signals: Signals
}

export type Authority = ReturnType<typeof createAuthority>

export function createAuthority(given: AuthorityGiven) {
  const { tenants, looks, publicUrl, writes } = given
  const providerOf = createProviders(given)
  const gateway = createGateway(given)

  return {
    /** Answers one request below `/t/`. Does not throw for anything that the request may hold. */
    answer: (
      request: IncomingMessage,
      response: ServerResponse,
      takePermit: TakePermit,
    ): Promise<void> => begunAt(given.clock(), () => answer(request, response, takePermit)),
  }

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    takePermit: TakePermit,
  ): Promise<void> {
    keepPermits(request, takePermit)
    const url = new URL(request.url ?? '/', publicUrl)
    if (url.pathname === STYLE_PATH) return sendStyle(response)
    if (url.pathname === SUBMIT_PATH) return sendSubmitScript(response)
    const [, named, path] = PATH.exec(url.pathname) ?? []
    const tenant = isId('ten', named) ? await tenants.readTenant(named) : undefined
    // A tenant that is not there and one that never was look the same (SEC I-8).
    if (tenant === undefined || path === undefined)
      return sendRefusal(request, response, { code: 'not_found' })
    if (tenant.suspendedAt !== null && !ALWAYS.test(path))
      return refuseSuspended(given, request, response, tenant, url)
    const { tenantId } = tenant
    const [, owner, program] = OF_CONNECTION.exec(path) ?? []
    if (isId('con', owner))
      return answerPrograms(given, request, response, tenantId, owner, program)
    const at = { tenantId, provider: await providerOf(tenantId) }
    const visit = { request, response, at, tenant, url, takePermit }
    const [, site, door] = GATEWAY.exec(path) ?? []
    if (isId('sit', site))
      return visited(
        () => gateway.answer(visit, site, door as GatewayDoor),
        (page) => sendPage(response, page, lookBehindGateway(request)),
      )
    if (path === '/connect/groups') return listGroups(given, visit)
    if (path === '/connect/authorize' && request.method === 'POST')
      return visited(
        () => askByGet(given, visit),
        (page) => show(given, visit, page),
      )
    const [, what, id] = OWN.exec(path) ?? []
    if (what === undefined || id === undefined)
      return writes.during(tenantId, async () => {
        const isAnswered =
          path === USERINFO_PATH && (await answerUserinfo(given, at, request, response, url.search))
        if (!isAnswered) await handOn(given, at.provider, request, response, path, url)
      })
    if (what === 'brand') return looks.sendBrandFile(request, response, tenantId, id)
    await writes.during(tenantId, () =>
      visited(
        () => DOORS[what as keyof typeof DOORS](given, visit, id),
        (page) => show(given, visit, page),
      ),
    )
  }
}

/** The provider finds by these where it is mounted and what the world calls it. */
function handOn(
  { publicUrl }: Pick<AuthorityGiven, 'publicUrl'>,
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  url: URL,
): Promise<void> {
  const { host, protocol } = new URL(publicUrl)
  if (path === '/connect/authorize') askToProvision(url)
  request.headers.host = host
  request.headers['x-forwarded-proto'] = protocol.slice(0, -1)
  delete request.headers['x-forwarded-host']
  delete request.headers['x-forwarded-for']
  Object.assign(request, { originalUrl: url.pathname + url.search, url: path + url.search })
  refuseOtherOrigins(response)
  return provider.callback()(request, response)
}

/** The library lets whichever page asks read a refusal; no page of another origin reads anything (SEC W-6). */
function refuseOtherOrigins(response: ServerResponse): void {
  const set = response.setHeader.bind(response)
  response.setHeader = (name, value) =>
    name.toLowerCase().startsWith('access-control-') ? response : set(name, value)
}

const DOORS = {
  'sign-in': visitSignIn,
  callback: returnFrom,
  start: startAtSite,
  test: visitTest,
}

/** What identity providers ask and tell of one connection. */
async function answerPrograms(
  { tenants, signals }: AuthorityGiven,
  request: IncomingMessage,
  response: ServerResponse,
  tenantId: TenantId,
  connectionId: ConnectionId,
  door: string | undefined,
): Promise<void> {
  if (door === 'jwks')
    return sendJson(response, 200, { keys: await tenants.connectionJwks(tenantId, connectionId) })
  const connections = await tenants.listConnections(tenantId)
  const connection = connections.find((each) => each.connectionId === connectionId)
  if (connection === undefined) return sendRefusal(request, response, { code: 'not_found' })
  await signals.answer(request, response, connection, door as SignalDoor)
}

interface Visit {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly at: At
  readonly tenant: Tenant
  readonly url: URL
  readonly takePermit: TakePermit
}

/** A refusal here belongs to no attempt that is known; its page has no reference. */
async function visited(
  act: () => Promise<void>,
  showing: (page: Page) => Promise<void> | void,
): Promise<void> {
  try {
    await act()
  } catch (error) {
    const isLost = error instanceof errors.SessionNotFound || error instanceof errors.InvalidGrant
    if (!isLost && !(error instanceof Refusal)) throw error
    const code = isLost ? 'flow_expired' : error.code
    // In words of ours, which say nothing of anybody.
    const detail = !isLost && code === 'request_refused' ? error.message : undefined
    await showing(refusalPage({ code, reference: undefined, detail }))
  }
}

/** Who was on the way to a site has a reference, as with any other refusal. */
async function refuseSuspended(
  { signIns }: AuthorityGiven,
  request: IncomingMessage,
  response: ServerResponse,
  { tenantId }: Tenant,
  url: URL,
): Promise<void> {
  const code = 'tenant_suspended'
  const clientId = url.searchParams.get('client_id')
  if (!url.pathname.endsWith('/connect/authorize') || clientId === null)
    return sendRefusal(request, response, { code })
  const reference = await signIns.begin(tenantId, clientId.slice(0, 100), {})
  await signIns.add(tenantId, reference, 'refused', { code }, { outcome: 'refused', code })
  sendRefusal(request, response, { code, reference })
}

/** In the language of the visitor, under the brand of the tenant. */
async function show({ looks, writes }: AuthorityGiven, visit: Visit, page: Page): Promise<void> {
  const look = await looks.lookAt(visit.request, visit.at.tenantId)
  await writes.settle()
  sendPage(visit.response, page, look)
}

/** After a form by a page: browsers would hold all that follows to where the form may end. */
async function redirect(given: AuthorityGiven, visit: Visit, to: string): Promise<void> {
  if (visit.request.method === 'POST') return show(given, visit, continuingPage(to))
  await given.writes.settle()
  sendOn(visit.response, to)
}

async function visitSignIn(given: AuthorityGiven, visit: Visit, uid: string): Promise<void> {
  const { request, response, at, url } = visit
  const isAnswer = request.method !== 'GET'
  if (isAnswer) holdToOwnPages(given, request)
  if (readCookie(request, at.provider.cookieName('interaction')) === undefined)
    return show(given, visit, strangerPage())
  const interaction = await at.provider.interactionDetails(request, response)
  if (interaction.uid !== uid) throw new Refusal('flow_expired', 'Another sign-in is under way.')
  if (interaction.prompt.name === 'consent') return visitConsent(given, visit, interaction)
  const returned = returnedOf(interaction)
  const answer = isAnswer ? await readForm(request, MOST_FORM_BYTES) : url.searchParams
  if (isAnswer && (returned !== undefined || !answer.has('email')))
    return redirect(given, visit, (await goBack(given, at.tenantId, interaction)).to)
  const refused = await pageOfRefused(given, at.tenantId, interaction, url.searchParams)
  if (refused !== undefined) return show(given, visit, refused)
  const byHand = url.searchParams.get('by') === 'hand'
  if (returned !== undefined)
    return goOn(given, visit, returned, await carryOn(given, at, interaction, returned, byHand))
  const retrySeconds = visit.takePermit('sign-in-page')
  if (retrySeconds !== undefined)
    return sendRefusal(request, response, { code: 'too_many_requests', retrySeconds })
  const jar = createCookieJar(given.publicUrl)
  const begun = await begin(given, at, interaction, {
    picked: answer.get('connection') ?? undefined,
    email: isAnswer ? (answer.get('email') ?? undefined) : undefined,
    remembered: jar.read(request, homeCookie(at.tenantId)),
    wantsList: answer.get('ask') === 'list',
  })
  await sendOut(given, visit, typeof begun === 'function' ? inTheirs(interaction, begun) : begun)
}

/** Whoever has the address and not its cookie: nobody knows which sign-in is theirs. */
function strangerPage(): Page {
  return refusalPage({ code: 'flow_expired', reference: undefined, instead: 'noCookie' })
}

/** As the site asked for. */
function inTheirs({ params }: Interaction, page: Page): Page {
  return inLocales(params['ui_locales'], page)
}

async function visitTest(given: AuthorityGiven, visit: Visit, named: string): Promise<void> {
  if (visit.request.method !== 'GET')
    throw new Refusal('request_refused', 'This page takes no answers.')
  await sendOut(given, visit, await beginTest(given, visit.at.tenantId, named))
}

/** To the identity provider, with the cookie that it comes back by; or a page instead. */
async function sendOut(given: AuthorityGiven, visit: Visit, begun: Begun | Page): Promise<void> {
  if (typeof begun === 'function') return show(given, visit, begun)
  const { state, handle } = begun.flow
  const jar = createCookieJar(given.publicUrl)
  visit.response.setHeader('set-cookie', jar.write(flowCookie(state), handle, FLOW_KEPT_SECONDS))
  await redirect(given, visit, begun.to)
}

function isIn(next: Next | In): next is In {
  return 'since' in next
}

/** Whoever got in is not asked again where they work. */
async function goOn(
  given: AuthorityGiven,
  visit: Visit,
  { connectionId }: Pick<Returned, 'connectionId'>,
  next: Next | In,
): Promise<void> {
  if (!isIn(next)) return send(given, visit, next)
  const { tenantId } = visit.at
  if ((await given.tenants.listConnections(tenantId)).length > 1) {
    const jar = createCookieJar(given.publicUrl)
    const cookie = jar.write(homeCookie(tenantId), connectionId, REMEMBERED_SECONDS)
    visit.response.appendHeader('set-cookie', cookie)
  }
  await begunAt(next.since, () => resume(given, visit, next.returnTo))
}

/**
 * The provider answers as if the browser had been sent to `returnTo` and had brought the cookie that it has
 * for that address alone: that the sign-in is this browser's was shown by the cookie of its flow, or of its page.
 */
function resume(
  given: AuthorityGiven,
  { request, response, at: { tenantId, provider } }: Visit,
  returnTo: string,
): Promise<void> {
  const to = new URL(returnTo)
  const cookie = `${provider.cookieName('resume')}=${to.pathname.split('/').at(-1)}`
  request.headers.cookie = [cookie, request.headers.cookie].join('; ')
  request.url = to.pathname
  const path = to.pathname.slice(`/t/${tenantId}`.length)
  return handOn(given, provider, request, response, path, to)
}

/** The address holds the interaction's id, which only this browser has; and it must come from here (SEC W-3). */
function holdToOwnPages({ publicUrl }: AuthorityGiven, { headers }: IncomingMessage): void {
  const site = headers['sec-fetch-site']
  const isOurs =
    site === undefined ? headers.origin === new URL(publicUrl).origin : site === 'same-origin'
  if (!isOurs) throw new Refusal('request_refused', 'The answer came from another page.')
}

async function visitConsent(
  given: AuthorityGiven,
  visit: Visit,
  interaction: Interaction,
): Promise<void> {
  const { request, at } = visit
  if (!isId('cli', interaction.params['client_id'])) {
    // A site that asks for it is told that it has it: whoever may sign in has, by their employer. Who has signed in
    // on the way to it has done so still.
    await keep(interaction, { ...interaction.lastSubmission, consent: {} })
    return redirect(given, visit, interaction.returnTo)
  }
  if (request.method !== 'POST') return show(given, visit, await askConsent(given, at, interaction))
  const form = await readForm(request, MOST_FORM_BYTES)
  await send(
    given,
    visit,
    await answerConsent(given, at, interaction, form.get('answer') === 'allow'),
  )
}

async function returnFrom(given: AuthorityGiven, visit: Visit, connection: string): Promise<void> {
  const { request, response, at, url } = visit
  if (request.method !== 'GET') throw new Refusal('request_refused', 'This page takes no answers.')
  const jar = createCookieJar(given.publicUrl)
  const cookie = flowCookie(url.searchParams.get('state') ?? '')
  const found = await connectionNamed(given, at.tenantId, connection)
  const next = await comeBack(given, at, found, url, jar.read(request, cookie))
  response.setHeader('set-cookie', jar.write(cookie, '', 0))
  await goOn(given, visit, found, next)
}

async function connectionNamed({ tenants }: AuthorityGiven, tenantId: TenantId, named: string) {
  const connections = isId('con', named) ? await tenants.listConnections(tenantId) : []
  const found = connections.find(({ connectionId }) => connectionId === (named as ConnectionId))
  if (found === undefined)
    throw new Refusal('connection_not_ready', 'That connection is disabled or not there.')
  return found
}

async function send(given: AuthorityGiven, visit: Visit, next: Next): Promise<void> {
  if (typeof next === 'function') await show(given, visit, next)
  else await redirect(given, visit, next.to)
}
