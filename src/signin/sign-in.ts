/**
 * What happens between a site's request and the person's return to it, as the browser walks it:
 *
 *   begin      to the identity provider, with a flow to come back by
 *   comeBack   verify what it sent; who is that, may they; then the provider answers the site
 *   carryOn    the same question once more, from what was kept with the sign-in when the answer was no
 *
 * `carryOn` has an address of its own: a page that waits asks for it again, and gets in without
 * another round to the identity provider. Every step is written to the sign-in log.
 */
import type { Provider } from 'oidc-provider'
import {
  type ConnectionId,
  type Id,
  isId,
  Refusal,
  type TenantId,
  Unavailable,
} from '../lib/index.ts'
import { authorityOf, type Connection } from '../tenants/index.ts'
import { administratorId } from './accounts.ts'
import type { AtHand } from './at-hand.ts'
import { begunAt } from './begun.ts'
import { finishTest, isOfTest } from './connection-test.ts'
import { upstreamSidOf } from './digests.ts'
import { findPerson } from './find-person.ts'
import type { Flow, Flows, FlowSecrets, LostFlow } from './flows.ts'
import type { Given } from './given.ts'
import { asksForAnother, sendBack } from './hinted.ts'
import { type Answer, connectionsFor, findHome, hintOf } from './home.ts'
import { isLost, lostReturn, refuseLost } from './lost-return.ts'
import type { Page } from './pages/index.ts'
import { type Attempt, type Interaction, keep, refusing, refusingElsewhere } from './refused.ts'
import type { PendingWrites } from './pending-writes.ts'
import type { ProvisioningGrants } from './provisioning-grants.ts'
import type { Origin } from './session-origin.ts'
import type { SignIns, SignInStep } from './sign-ins.ts'
import type { Upstream, Verified } from './upstream.ts'

/** Send the browser on, or show a page. */
export type Next = { readonly to: string } | Page

/** Somebody who may sign in: the provider answers the site, at `returnTo`. */
export interface In {
  readonly returnTo: string
  /** When the sign-in began: what ended their access since ends this too (SEC F-13). */
  readonly since: Date
}

export interface SignInGiven extends Given {
  readonly signIns: SignIns
  readonly grants: ProvisioningGrants
  readonly flows: Flows
  readonly writes: PendingWrites
  readonly atHand: AtHand
  readonly upstream: Upstream
  /** For who tests a connection, and is told what is there now. */
  readonly upstreamByHand: Upstream
}

/** What `comeBack` leaves with the interaction for `carryOn`, if it must. */
export interface Returned extends Verified {
  readonly signInId: Id<'sgn'>
  readonly connectionId: ConnectionId
  /** Epoch milliseconds. */
  readonly begunAt: number
}

export interface At {
  readonly tenantId: TenantId
  readonly provider: Provider
}

/** Where a browser is sent, and the flow whose handle it must bring back. */
export interface Begun {
  readonly to: string
  readonly flow: { readonly state: string; readonly handle: string }
}

/** Finds out which connection it is, if need be by asking, and sends the browser there. */
export async function begin(
  given: SignInGiven,
  { tenantId }: At,
  interaction: Interaction,
  answer: Answer,
): Promise<Begun | Page> {
  const { client, home } = await findWay(given, tenantId, interaction, answer)
  if (typeof home === 'function') return home
  const signInId = await beginLog(given, tenantId, interaction, home)
  return refusing(given, { tenantId, signInId, client, interaction }, async () => {
    if (home === undefined)
      throw new Refusal('connection_not_ready', 'No connection of this tenant is enabled.')
    return depart(given, signInId, interaction, await prepare(given, home, interaction))
  })
}

/** The same where it needs no question and nothing is in the way; undefined for all else, which has a page. */
export async function beginAtOnce(
  given: SignInGiven,
  tenantId: TenantId,
  interaction: Interaction,
  remembered: string | undefined,
): Promise<Begun | undefined> {
  const { home } = await findWay(given, tenantId, interaction, { remembered })
  if (home === undefined || typeof home === 'function') return undefined
  const way = await prepare(given, home, interaction).catch(unlessOurFault)
  if (way === undefined) return undefined
  return depart(given, await beginLog(given, tenantId, interaction, home), interaction, way)
}

async function findWay(
  given: SignInGiven,
  tenantId: TenantId,
  interaction: Interaction,
  answer: Answer,
) {
  const client = await given.tenants.readClient(tenantId, String(interaction.params['client_id']))
  const connections = await connectionsFor(given, tenantId, client)
  return { client, home: await findHome(given, tenantId, connections, interaction, answer) }
}

function beginLog(
  { signIns }: SignInGiven,
  tenantId: TenantId,
  { params, prompt }: Interaction,
  home: Connection | undefined,
) {
  const asked = { scope: params['scope'], prompt: params['prompt'], reasons: prompt.reasons }
  return signIns.begin(tenantId, String(params['client_id']), asked, home?.connectionId)
}

/** To the identity provider, before anything of it is written. */
interface Way {
  readonly home: Connection
  readonly secrets: FlowSecrets
  readonly maxAge: number | undefined
  readonly to: URL
}

/** @throws Refusal where it cannot be reached, or is not set up */
async function prepare(
  { flows, upstream, publicUrl }: SignInGiven,
  home: Connection,
  interaction: Interaction,
): Promise<Way> {
  const { tenantId, connectionId } = home
  const secrets = flows.mint()
  const wished = wishes(interaction)
  const redirectUri = `${authorityOf(publicUrl, tenantId)}/callback/${connectionId}`
  const to = await upstream.start(home, { ...secrets, redirectUri, ...wished })
  return { home, secrets, maxAge: wished.maxAge, to }
}

async function depart(
  { flows, signIns }: SignInGiven,
  signInId: Id<'sgn'>,
  { uid }: Interaction,
  { home, secrets, maxAge, to }: Way,
): Promise<Begun> {
  const { tenantId, connectionId, issuer } = home
  await flows.begin(home, secrets, { signInId, interaction: uid, maxAge })
  await signIns.add(tenantId, signInId, 'sent-to-idp', { connectionId, issuer })
  return { to: to.href, flow: secrets }
}

/** What the site asked for that the identity provider has to see to. */
function wishes(interaction: Interaction) {
  const { prompt, max_age: age, acr_values: acr } = interaction.params
  const prompts = typeof prompt === 'string' ? prompt.split(' ') : []
  const isAnew = prompts.includes('login')
  const maxAge = age === undefined || Number.isNaN(Number(age)) ? undefined : Number(age)
  return {
    loginHint: hintOf(interaction),
    prompt: (['login', 'select_account'] as const).find((each) => prompts.includes(each)),
    // So that the identity provider has to say when it was (OpenID Connect Core section 2).
    maxAge: isAnew ? 0 : maxAge,
    acrValues: typeof acr === 'string' ? acr.slice(0, 512) : undefined,
  }
}

/**
 * Whoever is known at once goes straight back to the site; everybody else by way of the page that says why
 * not, which can be asked for again: this address is good once.
 *
 * @throws Refusal `flow_expired` when there is no such flow, or none any more
 */
export async function comeBack(
  given: SignInGiven,
  { tenantId, provider }: At,
  connection: Connection,
  back: URL,
  handle: string | undefined,
): Promise<Next | In> {
  const { flows, upstream, signIns } = given
  const state = back.searchParams.get('state') ?? ''
  const flow = await flows.take(connection, state, handle)
  if (flow === undefined)
    throw new Refusal('flow_expired', 'This browser has no such sign-in under way.')
  if (isOfTest(flow) && !isLost(flow))
    return finishTest(given, connection, back, { ...flow, state })
  const interaction = await interactionOf(provider, flow)
  if (interaction === undefined) return refuseLost(given, tenantId, flow)
  const { signInId } = flow
  const client = await given.tenants.readClient(tenantId, String(interaction.params['client_id']))
  const attempt = { tenantId, signInId, client, interaction }
  return refusingElsewhere(given, attempt, async () => {
    if (isLost(flow)) throw lostReturn(flow.lost)
    const verified = await upstream.finish(connection, back, { ...flow, state })
    const { issuer, subject } = verified
    const step = signIns.stepNow('token-verified', { issuer, subject })
    const { connectionId } = connection
    const returned = { ...verified, signInId, connectionId, begunAt: flow.startedAt.getTime() }
    const somebody = await whoIs(given, attempt, returned).catch(unlessOurFault)
    if (somebody !== undefined) return letIn(given, attempt, returned, somebody, [step])
    await signIns.addAll(tenantId, signInId, [step], {})
    await keep(interaction, { returned })
    return { to: `${authorityOf(given.publicUrl, tenantId)}/sign-in/${flow.interaction}` }
  })
}

/** Undefined where it has ended, and for a browser that it is not of. */
async function interactionOf(provider: Provider, flow: Flow | LostFlow) {
  if (isOfTest(flow) || (isLost(flow) && flow.lost === 'other-browser')) return undefined
  return provider.Interaction.find(flow.interaction)
}

/** What is refused, or cannot be told just now, is asked again at an address of its own. */
function unlessOurFault(error: unknown): undefined {
  if (!(error instanceof Refusal || error instanceof Unavailable)) throw error
}

/** What came back from the identity provider, if it has. */
export function returnedOf(interaction: Interaction): Returned | undefined {
  return interaction.result?.['returned'] as Returned | undefined
}

export async function carryOn(
  given: SignInGiven,
  { tenantId }: At,
  interaction: Interaction,
  returned: Returned,
  triesByHand: boolean,
): Promise<Next | In> {
  const { signInId } = returned
  const client = await given.tenants.readClient(tenantId, String(interaction.params['client_id']))
  const attempt = { tenantId, signInId, client, interaction, triesByHand }
  return refusing(given, attempt, async () =>
    letIn(given, attempt, returned, await whoIs(given, attempt, returned), []),
  )
}

/** Whom the provider takes as signed in, and what was seen on the way. */
interface Somebody {
  readonly accountId: string
  readonly seen: Readonly<Record<string, unknown>>
  readonly administrator?: string
}

/** @throws Refusal saying why they may not */
function whoIs(
  given: SignInGiven,
  { tenantId, client }: Attempt,
  returned: Returned,
): Promise<Somebody> {
  return (client?.kind === 'provisioning' ? administratorOf : personOf)(given, tenantId, returned)
}

/** @param steps  that are not in the log yet */
async function letIn(
  given: SignInGiven,
  attempt: Attempt,
  returned: Returned,
  { accountId, seen, ...more }: Somebody,
  steps: readonly SignInStep[],
): Promise<Next | In> {
  const { signIns, clock } = given
  const { tenantId, signInId, interaction } = attempt
  if (asksForAnother(interaction, accountId)) return sendBack(given, attempt, accountId, steps)
  const result = {
    signInId,
    // The session begins now, whenever they had signed in at the identity provider (SEC W-2).
    login: { accountId, ts: Math.floor(clock().getTime() / 1000), ...strength(returned.claims) },
    origin: originOf(returned),
    ...(interaction.prompt.name === 'select_account' ? { select_account: {} } : {}),
    ...more,
  }
  const since = new Date(returned.begunAt)
  await begunAt(since, () => keep(interaction, result))
  await signIns.addAll(tenantId, signInId, [...steps, signIns.stepNow('signed-in', seen)], {
    outcome: 'signed-in',
    ...(isId('idn', accountId) ? { identityId: accountId } : {}),
  })
  return { returnTo: interaction.returnTo, since }
}

async function personOf(given: SignInGiven, tenantId: TenantId, returned: Returned) {
  const { person, seen } = await findPerson(given, tenantId, returned.connectionId, returned)
  given.atHand.keep(person)
  return { accountId: person.identityId, seen }
}

/** Named by the operator, and shown by the customer's own identity provider. */
async function administratorOf(
  { tenants }: SignInGiven,
  tenantId: TenantId,
  { connectionId, issuer, subject, claims }: Returned,
) {
  const name = [claims['preferred_username'], claims['email'], subject].find(isText) ?? subject
  const seen = { issuer, administrator: name }
  if (await tenants.isTenantAdmin(tenantId, connectionId, name))
    return { accountId: administratorId(connectionId, subject), seen, administrator: name }
  throw new Refusal(
    'not_permitted',
    `"${name}" is not named as an administrator of ${connectionId}. Add them there.`,
    { command: 'admin add', seen },
  )
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** Passed on to the site where the identity provider said it (SEC O-5). */
function strength({ acr, amr }: Returned['claims']) {
  return {
    ...(typeof acr === 'string' ? { acr } : {}),
    ...(Array.isArray(amr) ? { amr: amr.filter((each) => typeof each === 'string') } : {}),
  }
}

function originOf({ connectionId, claims }: Returned): Origin {
  const { sid, auth_time: authTime } = claims
  return {
    connectionId,
    upstreamSid: isText(sid) ? upstreamSidOf(connectionId, sid) : undefined,
    authenticatedAt: typeof authTime === 'number' ? Math.floor(authTime) : undefined,
  }
}
