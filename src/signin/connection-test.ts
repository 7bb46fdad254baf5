/**
 * A connection test: whoever has its address signs in as themselves, all the way to the identity provider
 * and back to the person here, and sees each step. No session is opened and no site hears of it.
 *
 * It is an attempt in the sign-in log as any other, with more said of each step, since whoever set the
 * connection up has to see what came. What comes of other people's lives is masked there, too. The address
 * is good for an hour or for one test that ends, whichever is sooner.
 */
import { derivedSecrets, hashSecret, type Id, isId, Refusal, sameHash } from '../lib/index.ts'
import type { Actor, TenantId } from '../lib/index.ts'
import { authorityOf, chooseMapping, type Connection } from '../tenants/index.ts'
import { findPerson } from './find-person.ts'
import type { Flow } from './flows.ts'
import { connectionTestPage, type Page } from './pages/index.ts'
import type { Begun, SignInGiven } from './sign-in.ts'
import type { SignIn, SignInStep } from './sign-ins.ts'
import type { Verified } from './upstream.ts'

/** In place of a site, in the sign-in log. */
const CLIENT = 'connection-test'
/** In place of the provider's interaction. */
const INTERACTION = 'connection-test'
export const GOOD_MS = 60 * 60_000

export interface ConnectionTest {
  readonly reference: Id<'sgn'>
  /** For the browser of whoever tests; it is as good as a secret. */
  readonly url: string
  readonly endsAt: Date
}

export async function prepareTest(
  given: SignInGiven,
  actor: Actor,
  { tenantId, connectionId }: Connection,
): Promise<ConnectionTest> {
  const { signIns, clock, publicUrl } = given
  const reference = await signIns.begin(tenantId, CLIENT, { by: actor.id })
  await signIns.add(tenantId, reference, 'prepared', {}, { connectionId })
  const url = `${authorityOf(publicUrl, tenantId)}/test/${reference}.${keysOf(given, tenantId, reference)[0]}`
  return { reference, url, endsAt: new Date(clock().getTime() + GOOD_MS) }
}

/** @throws Refusal `flow_expired` for an address that is not good, or no longer */
export async function beginTest(
  given: SignInGiven,
  tenantId: TenantId,
  named: string,
): Promise<Begun | Page> {
  const { signIns, flows, upstreamByHand: upstream, publicUrl } = given
  const { signInId, connection } = await readTest(given, tenantId, named)
  return showing(given, tenantId, signInId, async () => {
    const { connectionId, authentication } = connection
    const found = await upstream.discovered(connection)
    await signIns.add(tenantId, signInId, 'discovered', { ...found, authentication })
    const flow = flows.mint()
    await flows.begin(connection, flow, { signInId, interaction: INTERACTION, maxAge: undefined })
    const redirectUri = `${authorityOf(publicUrl, tenantId)}/callback/${connectionId}`
    const to = await upstream.start(connection, { ...flow, redirectUri })
    await signIns.add(tenantId, signInId, 'sent-to-idp', {
      redirectUri,
      clientId: connection.clientId,
    })
    return { to: to.href, flow }
  })
}

export function isOfTest({ interaction }: Pick<Flow, 'interaction'>): boolean {
  return interaction === INTERACTION
}

/** What came back is verified and looked up as at any sign-in; then the page, whatever came of it. */
export async function finishTest(
  given: SignInGiven,
  connection: Connection,
  returned: URL,
  flow: Flow & { readonly state: string },
): Promise<Page> {
  const { signIns, upstreamByHand: upstream } = given
  const { tenantId, connectionId } = connection
  const { signInId } = flow
  return showing(given, tenantId, signInId, async () => {
    const verified = await upstream.finish(connection, returned, flow)
    const { issuer, subject } = verified
    const claims = await shownClaims(given, connection, verified)
    await signIns.add(tenantId, signInId, 'token-verified', { issuer, subject, claims })
    const { person, seen } = await findPerson(given, tenantId, connectionId, verified).catch(
      (error: unknown) => refuseWhoIsSentOtherwise(given, connection, verified, error),
    )
    const { identityId } = person
    await signIns.add(tenantId, signInId, 'tested', seen, { outcome: 'tested', identityId })
    return pageOf(given, signInId, undefined)
  })
}

/** By what a token may name somebody besides: for telling what is wrong alone, never for who it is (SEC R-1). */
const NAMES = ['preferred_username', 'upn', 'email'] as const

/**
 * Who is not found by the claim that names people may be there under another externalId: then that is what has
 * to be changed, and not their assignment.
 * @throws Refusal `user_not_found`, telling both ids; else what it was given
 */
async function refuseWhoIsSentOtherwise(
  { identity }: SignInGiven,
  { tenantId, connectionId }: Connection,
  { claims }: Verified,
  error: unknown,
): Promise<never> {
  const seen = error instanceof Refusal && error.code === 'user_not_found' ? error.seen : undefined
  if (seen?.['matches'] !== 'externalId') throw error
  for (const claim of NAMES) {
    const value = claims[claim]
    if (typeof value !== 'string') continue
    const [person] = await identity.findBySource(tenantId, connectionId, {
      matches: 'userName',
      value,
    })
    if (person === undefined) continue
    const sentAs = person.externalId ?? 'none'
    throw new Refusal(
      'user_not_found',
      `Provisioning sent ${person.fqn} with the externalId ${sentAs}, and the token names the same person ` +
        `${String(seen['value'])}: both have to be the same.`,
      { seen: { ...seen, claim, sentAs, identityId: person.identityId } },
    )
  }
  throw error
}

/** A refusal ends the test, and is its result. */
async function showing<T>(
  given: SignInGiven,
  tenantId: TenantId,
  signInId: Id<'sgn'>,
  act: () => Promise<T>,
): Promise<T | Page> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { code, message, seen } = error
    const step = { code, message, ...seen }
    await given.signIns.add(tenantId, signInId, 'refused', step, { outcome: 'refused', code })
    return pageOf(given, signInId, code)
  }
}

async function pageOf(
  { signIns }: SignInGiven,
  reference: Id<'sgn'>,
  code: Refusal['code'] | undefined,
): Promise<Page> {
  const steps = (await signIns.findSignIn(reference))?.steps ?? []
  return connectionTestPage({ reference, code, steps: steps.filter(isTold) })
}

/** True of an attempt that is a test of a connection. */
export function isConnectionTest({ clientId }: Pick<SignIn, 'clientId'>): boolean {
  return clientId === CLIENT
}

/** What was done before the browser came is no step of its way. */
export function isTold({ step }: SignInStep): boolean {
  return step !== 'started' && step !== 'prepared'
}

async function readTest(given: SignInGiven, tenantId: TenantId, named: string) {
  const { signIns, tenants, clock } = given
  const [signInId, key = ''] = named.split('.')
  const shown = hashSecret(key)
  const isOurs =
    isId('sgn', signInId) &&
    keysOf(given, tenantId, signInId).some((each) => sameHash(shown, hashSecret(each)))
  const test = isOurs ? await signIns.findSignIn(signInId) : undefined
  const isGood =
    test?.tenantId === tenantId &&
    test.clientId === CLIENT &&
    test.outcome === 'started' &&
    clock().getTime() - test.startedAt.getTime() < GOOD_MS
  if (!isGood) throw new Refusal('flow_expired', 'This test has ended, or never was.')
  const connections = await tenants.listConnections(tenantId)
  const connection = connections.find(({ connectionId }) => connectionId === test.connectionId)
  if (connection === undefined)
    throw new Refusal('connection_not_ready', 'That connection is disabled.')
  return { signInId: test.signInId, connection }
}

/** The one that is handed out first; another master key may take over within the hour that it is good for. */
function keysOf({ masterKey }: SignInGiven, tenantId: TenantId, signInId: Id<'sgn'>) {
  return derivedSecrets(masterKey, `connection test ${tenantId} ${signInId}`)
}

/** What says how somebody signed in, and what a mapping would take. Of the rest, that it came. */
const IN_FULL = new Set([
  'iss',
  'aud',
  'azp',
  'sub',
  'iat',
  'exp',
  'auth_time',
  'acr',
  'amr',
  'ver',
  'tid',
])
const LEFT_OUT = new Set(['nonce', 'at_hash', 'c_hash', 's_hash', 'jti', 'sid'])

async function shownClaims(
  { tenants }: SignInGiven,
  { tenantId, connectionId }: Connection,
  { issuer, claims }: Verified,
): Promise<Readonly<Record<string, unknown>>> {
  const mappings = await tenants.findMappings(tenantId, connectionId, issuer)
  const mapping = chooseMapping(mappings ?? [], claims)
  const told = new Set([
    mapping?.claimType,
    ...(mappings ?? []).map((each) => each.originalIssuerClaim),
  ])
  const shown = Object.entries(claims)
    .filter(([name]) => !LEFT_OUT.has(name))
    .map(([name, value]) => [name, IN_FULL.has(name) || told.has(name) ? value : masked(value)])
  return Object.fromEntries(shown) as Readonly<Record<string, unknown>>
}

/** The first character and how long it is: enough to see that it is the right kind of thing. */
function masked(value: unknown): unknown {
  if (typeof value === 'string') return `${[...value][0] ?? ''}… (${[...value].length})`
  if (Array.isArray(value)) return `[…] (${value.length})`
  return typeof value === 'object' && value !== null ? '{…}' : value
}
