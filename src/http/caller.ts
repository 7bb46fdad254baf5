/**
 * Who calls the admin API, and whether they may: a key in the Authorization header, or the session in
 * the console's cookie, with one and the same authorisation behind both (SEC C-2).
 *
 * Only the contract says what a role may do. Whoever is bound to a tenant finds that one and no other:
 * the tenant is taken from the credential, and a path that names another is answered as one that names
 * nothing (I-1, I-8).
 */
import type { Refusals } from '../audit/index.ts'
import { type Needs, type Route, rolesFor } from '../contract/index.ts'
import { type Actor, Refusal, type RefusalCode, type Role, type TenantId } from '../lib/index.ts'
import { csrfTokenOf, freshUntil, type Operators, type Session } from '../operators/index.ts'
import { noTenant, type SetupSession, type Tenants } from '../tenants/index.ts'
import type { Exchange } from './area.ts'
import { bearerOf } from './authenticate.ts'
import type { ConsoleCookie } from './console-cookie.ts'
import { TooManyRequests } from './errors.ts'
import { pass, type RateLimits } from './rate-limits.ts'

export interface CallerGiven {
  readonly operators: Operators
  readonly tenants: Pick<Tenants, 'findTenant' | 'readConnection' | 'readSetupSession'>
  readonly limits: RateLimits
  readonly cookie: ConsoleCookie
  readonly setupCookie: ConsoleCookie
  readonly publicUrl: string
  readonly clock: () => Date
  readonly refusals: Refusals
}

export interface Caller {
  readonly actor: Actor
  readonly role: Role | undefined
  /** The one they are bound to. */
  readonly tenantId: TenantId | null
  /** Of a person; a key has none. */
  readonly session?: Session
  /** Of whoever is in by a setup link. */
  readonly setup?: SetupSession
}

const isWrite = ({ method }: Pick<Route, 'method'>) => method !== 'GET'

/**
 * Lets in whoever the route says may, and nobody else.
 * @throws Refusal saying why not; TooManyRequests
 */
export async function admit(
  given: CallerGiven,
  asked: string,
  route: Route,
  exchange: Exchange,
): Promise<Caller> {
  if (route.needs === 'anyone') {
    // What is asked there costs us a slow hash, or is a guess.
    if (isWrite(route)) await pass(given.limits.take(exchange.address, 'console-sign-in'))
    if (isWrite(route)) refuseForeign(given, exchange, undefined)
    return visitor(exchange)
  }
  if (route.needs === 'setup-link') return admitSetup(given, route, exchange)
  const caller = await authenticate(given, asked, exchange)
  await pass(given.limits.take(caller.actor.id, 'admin'))
  await recordingRefusals(given, asked, caller, async () => {
    if (caller.session !== undefined && isWrite(route))
      refuseForeign(given, exchange, given.cookie.read(exchange.headers))
    checkRole(route.needs, caller)
    await refuseSuspended(given, caller)
  })
  checkFresh(given, route, caller)
  return caller
}

/** What is refused there, as somebody may not, is in the audit log of whoever asked (SEC G-2). */
export async function recordingRefusals<T>(
  { refusals }: Pick<CallerGiven, 'refusals'>,
  asked: string,
  { tenantId, actor }: Caller,
  act: () => Promise<T>,
  codes: readonly RefusalCode[] = ['not_permitted', 'tenant_suspended', 'not_found'],
): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof Refusal && codes.includes(error.code))
      await refusals.record(tenantId, actor, { asked, code: error.code })
    throw error
  }
}

/** Somebody who has shown nothing, where the contract asks for nothing. */
function visitor({ requestId, address }: Exchange): Caller {
  const actor = { kind: 'visitor', id: address, requestId, address } as const
  return { actor, role: undefined, tenantId: null }
}

/**
 * Whoever the credential speaks for now; undefined for one that is not good.
 * @param touches  whether that is a use of the session: one that is only listened or watched with ends
 *   when idle
 */
export async function callerOf(
  { operators, cookie }: CallerGiven,
  exchange: Exchange,
  { touches }: { touches: boolean },
): Promise<Caller | undefined> {
  const { requestId, address, headers } = exchange
  if (headers.authorization !== undefined) {
    const bearer = bearerOf(exchange, { bare: false })
    const key = bearer === undefined ? undefined : await operators.authenticateKey(bearer)
    if (key === undefined) return undefined
    const actor = { kind: 'key', id: key.keyId, requestId, address } as const
    return { actor, role: key.role, tenantId: key.tenantId }
  }
  const handle = cookie.read(headers)
  const session = handle === undefined ? undefined : await operators.readSession(handle, touches)
  if (session === undefined) return undefined
  const { administratorId, role, tenantId } = session.administrator
  const actor = { kind: 'administrator', id: administratorId, requestId, address } as const
  return { actor, role, tenantId, session }
}

/** Whoever is in by a setup link: for the connection that the link is of, while that one is in use. */
async function admitSetup(given: CallerGiven, route: Route, exchange: Exchange): Promise<Caller> {
  const { tenants, setupCookie, limits } = given
  const handle = setupCookie.read(exchange.headers)
  const isAlone = exchange.headers.authorization === undefined
  const setup =
    handle === undefined || !isAlone ? undefined : await tenants.readSetupSession(handle)
  if (setup === undefined) {
    await pass(limits.take(exchange.address, 'failed-authentication'))
    throw new Refusal(
      'not_authenticated',
      'Open the setup link again: its session has ended, or it was revoked.',
    )
  }
  const { tenantId, connectionId, linkId } = setup
  exchange.seen['credentialId'] = linkId
  await pass(limits.take(linkId, 'admin'))
  if (isWrite(route)) refuseForeign(given, exchange, handle)
  const { suspendedAt } = await tenants.findTenant(tenantId)
  const { disabledAt } = await tenants.readConnection(tenantId, connectionId)
  if (suspendedAt !== null || disabledAt !== null)
    throw new Refusal('not_permitted', 'This connection is switched off. Ask the operator why.')
  const { requestId, address } = exchange
  const actor = { kind: 'setup-link', id: linkId, requestId, address } as const
  return { actor, role: undefined, tenantId, setup }
}

async function authenticate(
  given: CallerGiven,
  asked: string,
  exchange: Exchange,
): Promise<Caller> {
  // A page that asks by a timer says so. Whoever says it for nothing ends their own session sooner (SEC W-2).
  const touches = exchange.headers['x-rollcall-unattended'] === undefined
  const caller = await callerOf(given, exchange, { touches })
  if (caller !== undefined) {
    exchange.seen['credentialId'] = caller.actor.id
    return caller
  }
  // A page that looks whether somebody is signed in guesses nothing.
  const presents =
    exchange.headers.authorization !== undefined ||
    given.cookie.read(exchange.headers) !== undefined
  const verdict = presents
    ? given.limits.take(exchange.address, 'failed-authentication')
    : ({ go: true } as const)
  if (!verdict.go) throw new TooManyRequests(verdict.retrySeconds)
  // A key that is wrong or has ended; that a session has ended is everyday.
  if (exchange.headers.authorization !== undefined) {
    const { actor } = visitor(exchange)
    await given.refusals.record(null, actor, { asked, code: 'not_authenticated' })
  }
  throw new Refusal(
    'not_authenticated',
    'Sign in, or send a key as `Authorization: Bearer rca_…`. The first one is in the file ' +
      'admin-token of the data directory.',
  )
}

function checkRole(needs: Needs, { role, session }: Caller): void {
  if (needs === 'signed-in' && session === undefined)
    throw new Refusal(
      'not_permitted',
      'This is for a person who is signed in; a key is nobody here.',
    )
  const roles = rolesFor(needs)
  if (role === undefined || !roles.includes(role))
    throw new Refusal(
      'not_permitted',
      `This needs the role ${roles.join(' or ')}; yours is ${role}. Ask an operator to do it, or for that role.`,
    )
}

async function refuseSuspended({ tenants }: CallerGiven, { tenantId }: Caller): Promise<void> {
  if (tenantId === null) return
  const { suspendedAt } = await tenants.findTenant(tenantId)
  if (suspendedAt !== null)
    throw new Refusal('tenant_suspended', 'Your tenant is suspended. Ask the operator why.')
}

/**
 * What is asked, in the tenant of whoever is bound to one, named or not.
 * @throws Refusal `not_found` when another is named, as for one that is not there
 */
export function bindTenant(
  given: Pick<CallerGiven, 'tenants' | 'refusals'>,
  asked: string,
  caller: Caller,
  input: object,
): Promise<object> {
  const { tenantId } = caller
  if (tenantId === null) return Promise.resolve(input)
  const named = 'tenant' in input ? String(input.tenant) : tenantId
  return recordingRefusals(given, asked, caller, async () => {
    const found = await given.tenants.findTenant(named)
    if (found.tenantId !== tenantId) throw noTenant(named)
    return { ...input, tenant: tenantId }
  })
}

function checkFresh({ clock }: CallerGiven, { fresh }: Route, { session }: Caller): void {
  if (fresh !== true || session === undefined || freshUntil(session) > clock()) return
  throw new Refusal(
    'fresh_sign_in_needed',
    'This is dangerous enough to ask who you are once more: sign in again, then repeat it.',
  )
}

/** A write comes from our own pages: another site cannot send the header, and the browser says so (SEC W-3). */
function refuseForeign(
  { publicUrl }: CallerGiven,
  { headers }: Exchange,
  handle: string | undefined,
): void {
  const site = headers['sec-fetch-site']
  const isOurs =
    site === undefined ? headers.origin === new URL(publicUrl).origin : site === 'same-origin'
  const token = headers['x-rollcall-console']
  const isRight = handle === undefined ? token !== undefined : token === csrfTokenOf(handle)
  if (isOurs && isRight) return
  throw new Refusal(
    'not_permitted',
    'This did not come from a page of this server. A client of its own sends a key instead of a cookie; a ' +
      "page of ours sends the session's csrfToken as X-Rollcall-Console.",
  )
}
