/**
 * The Authority of one tenant: a certified OpenID provider, set up by our rules.
 *
 * Code flow with PKCE S256 only (SEC O-3). The one exception is Okta's provisioning client, which
 * sends no challenge: it is confidential, its callback addresses are exact, and its administrator
 * consents each time (T-10; docs/decisions).
 */
import {
  type Adapter,
  type AdapterPayload,
  type Client,
  type Configuration,
  type ErrorOut,
  errors,
  type JWKS,
  type KoaContextWithOIDC,
  Provider,
} from 'oidc-provider'
import { isId, linesOf, REFUSALS, type TenantId } from '../lib/index.ts'
import { authorityOf } from '../tenants/index.ts'
import { askAbout, CLAIMS, createAccounts } from './accounts.ts'
import { takeFromForm } from './after-form.ts'
import {
  CLIENT_ALGORITHMS,
  comparesDigests,
  DIRECTORY_SCOPE,
  isProvisioning,
  metadataOf,
  PROVISIONING_SCOPES,
  SITE_SCOPES,
} from './clients.ts'
import { hashOf } from './digests.ts'
import { directoryResource } from './directory-access.ts'
import type { Given } from './given.ts'
import type { Looks } from './looks.ts'
import {
  continuingPage,
  inLocales,
  logoutPage,
  type Page,
  refusalPage,
  signedOutPage,
  submissionIn,
  submissionOf,
  submittingPage,
} from './pages/index.ts'
import { askKeys } from './published.ts'
import type { Payloads } from './payloads.ts'
import { interactionsPolicy } from './policy.ts'
import { provisionsByDefault } from './provisioning-scope.ts'
import { tellRefused, tellsRefusedClients } from './refused-clients.ts'
import { sendsGuessersAway } from './refused-tokens.ts'
import { connectionOf, keepsOrigins } from './session-origin.ts'
import type { SignInGiven } from './sign-in.ts'
import { questionUrl, sendStraightOn } from './straight-on.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export interface ProviderGiven extends SignInGiven {
  readonly payloads: Payloads
  readonly looks: Looks
}

/** A site to tell that a session of a person has ended there. */
export type OweLogout = (
  siteId: string,
  accountId: string,
  sid: string,
  cause: string,
) => Promise<void>

export function createProvider(
  given: ProviderGiven,
  tenantId: TenantId,
  jwks: JWKS,
  oweLogout: OweLogout,
): Provider {
  const provider = new Provider(authorityOf(given.publicUrl, tenantId), {
    ...rules(given, tenantId),
    ...lifetimes(given),
    ...features(given, tenantId),
    adapter: (model: string) => adapterFor(given, tenantId, model),
    jwks,
    cookies: cookies(given.publicUrl, tenantId),
    routes: {
      authorization: '/connect/authorize',
      token: '/connect/token',
      userinfo: '/connect/userinfo',
      end_session: '/connect/endsession',
      revocation: '/connect/revocation',
      pushed_authorization_request: '/connect/par',
      jwks: '/jwks',
    },
    interactions: {
      url: (_, { uid }) => questionUrl(tenantId, uid),
      policy: interactionsPolicy(),
    },
    renderError: async (ctx, out, error) => {
      const isOurs = out.error === 'server_error'
      if (isOurs) logFailure(given, tenantId, error)
      const page = refusalPage({
        code: isOurs ? 'unavailable' : 'request_refused',
        reference: isOurs ? undefined : await logRefusedRequest(given, tenantId, ctx, out),
        detail: isOurs ? undefined : (out.error_description ?? out.error),
      })
      await sendPageOn(given, tenantId, ctx, page)
    },
  })
  provider.proxy = true
  comparesDigests(provider)
  provisionsByDefault(provider)
  keepsOrigins(provider, given.clock)
  tellsSitesByRows(provider, oweLogout)
  tellsRefusedClients(provider, given, tenantId)
  logsSilentSignIns(provider, given, tenantId)
  sendsGuessersAway(provider)
  provider.use(async (ctx, next) => {
    try {
      await next()
      if (isOfProvider(ctx)) await sendStraightOn(given, tenantId, ctx)
      const onward = isOfProvider(ctx) ? takeFromForm(ctx) : undefined
      if (onward !== undefined) await sendPageOn(given, tenantId, ctx, continuingPage(onward))
      const form = submissionIn(ctx.body, given.publicUrl)
      if (form !== undefined) await sendPageOn(given, tenantId, ctx, submittingPage(form))
      if (ctx.response.headers['location'] !== undefined) saysNothing(ctx)
      await given.writes.settle()
    } catch (error) {
      if (error instanceof errors.InvalidGrant && isOfProvider(ctx))
        return refuseLate(given, tenantId, ctx, error)
      logFailure(given, tenantId, error)
      ctx.status = 500
      const page = refusalPage({ code: 'unavailable', reference: undefined })
      await sendPageOn(given, tenantId, ctx, page)
    }
  })
  provider.on('server_error', (_, error) => logFailure(given, tenantId, error))
  provider.on('grant.revoked', (ctx) => logReuse(given, tenantId, ctx))
  return provider
}

function rules(given: ProviderGiven, tenantId: TenantId): Configuration {
  const findAccount = createAccounts(given, tenantId, given.atHand)
  return {
    findAccount: ({ oidc }, accountId) =>
      findAccount(accountId, oidc.route === 'userinfo' && oidc.accessToken?.scopes.has('groups')),
    claims: CLAIMS,
    // Sites need no second request for what they show.
    conformIdTokenClaims: false,
    scopes: [...new Set([...SITE_SCOPES, ...PROVISIONING_SCOPES, DIRECTORY_SCOPE])],
    responseTypes: ['code'],
    subjectTypes: ['public'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    enabledJWA: { clientAuthSigningAlgValues: [...CLIENT_ALGORITHMS] },
    // One audience as a text: a signature for another server is none for us (SEC O-7).
    assertJwtClientAuthClaimsAndHeader: async ({ oidc }, { aud }) => {
      if (aud !== oidc.issuer) throw new errors.InvalidClientAuth('aud must be the issuer, as text')
    },
    clientBasedCORS: () => false,
    // Keys that sites publish: by the one way out, which says where that may lead (SEC X-1).
    fetch: (url) =>
      askKeys(given.outbound, new URL(url instanceof Request ? url.url : url).href, {
        asker: { tenantId, of: 'keys of sites' },
        headers: { accept: 'application/json' },
      }),
    pkce: { required: (_, client) => !isProvisioning(client) },
    loadExistingGrant: (ctx) => existingGrant(ctx),
    issueRefreshToken: async (_, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    // What a person's session gave ends with it; provisioning goes on when a browser is closed.
    expiresWithSession: async (_, token) => !isProvisioning(token.client),
  }
}

/** Whoever may sign in at a site has consented by their employer; provisioning asks. */
async function existingGrant({ oidc }: KoaContextWithOIDC) {
  const { client, session, provider } = oidc
  if (client === undefined || session?.accountId === undefined) return undefined
  const known = oidc.result?.consent?.grantId ?? session.grantIdFor(client.clientId)
  if (isProvisioning(client))
    return oidc.result?.consent === undefined || known === undefined
      ? undefined
      : provider.Grant.find(known)
  const grant =
    (known === undefined ? undefined : await provider.Grant.find(known)) ??
    new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
  grant.addOIDCScope([...oidc.requestParamScopes].join(' '))
  await grant.save()
  return grant
}

function lifetimes({ clock }: Given): Configuration {
  return {
    ttl: {
      AuthorizationCode: MINUTE,
      AccessToken: (_ctx, _token, client) => (isProvisioning(client) ? HOUR : 10 * MINUTE),
      // Of provisioning; what is for a resource says itself how long it is good.
      ClientCredentials: (_ctx, token, client) =>
        isProvisioning(client) ? HOUR : (token.resourceServer?.accessTokenTTL ?? 10 * MINUTE),
      IdToken: 5 * MINUTE,
      // Of provisioning idle, each use begins it anew (SEC T-10); of a site from the first on (O-6).
      RefreshToken: (_ctx, { iiat }, client) => {
        const now = Math.floor(clock().getTime() / 1000)
        return isProvisioning(client) ? 90 * DAY : Math.max(1, (iiat ?? now) + 12 * HOUR - now)
      },
      Grant: (_ctx, grant) => (isProvisioning(grant) ? 3650 * DAY : 12 * HOUR),
      Interaction: 30 * MINUTE,
      // Idle 2 h, absolute 12 h (SEC W-2).
      Session: (_ctx, { loginTs }) => {
        const now = Math.floor(clock().getTime() / 1000)
        return Math.max(1, Math.min(2 * HOUR, (loginTs ?? now) + 12 * HOUR - now))
      },
    },
  }
}

function features(given: ProviderGiven, tenantId: TenantId): Configuration {
  return {
    features: {
      devInteractions: { enabled: false },
      // What the doors beside the library's do not hold a token to is not promised.
      dPoP: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: directoryResource(given.publicUrl, tenantId),
      revocation: {
        enabled: true,
        allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId,
      },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => sendPageOn(given, tenantId, ctx, logoutPage(form)),
        postLogoutSuccessSource: (ctx) => sendPageOn(given, tenantId, ctx, signedOutPage()),
      },
    },
  }
}

/** What leads on is no page: the framework would write one, without the headers of ours (SEC W-4). */
function saysNothing(ctx: Pick<KoaContextWithOIDC, 'body' | 'remove'>): void {
  ctx.body = ''
  ctx.remove('content-type')
}

/** False where no address of the provider was asked for. */
function isOfProvider(ctx: object): ctx is KoaContextWithOIDC {
  return 'oidc' in ctx && ctx.oidc !== undefined
}

/**
 * Whoever was deactivated while the answer was made gets nothing of it (SEC F-13), nor whoever was not the
 * first to use a code (T-8).
 */
async function refuseLate(
  given: ProviderGiven,
  tenantId: TenantId,
  ctx: KoaContextWithOIDC,
  refused: errors.InvalidGrant,
): Promise<void> {
  for (const name of ['location', 'set-cookie']) ctx.remove(name)
  if (ctx.oidc.route === 'token') {
    ctx.status = refused.statusCode
    ctx.body = { error: refused.error }
    tellRefused(given, tenantId, ctx, refused)
    return
  }
  const { session, entities } = ctx.oidc
  const account = await createAccounts(given, tenantId)(session?.accountId ?? '')
  // Whose sessions were ended while they signed in, and who may come in all the same, begins anew.
  const code = account === undefined ? 'identity_inactive' : 'flow_expired'
  const signInId: unknown = entities.Interaction?.result?.['signInId']
  const reference = isId('sgn', signInId) ? signInId : given.atHand.silentSignIn()
  if (reference !== undefined) {
    const message = 'Their access was ended while they signed in.'
    const outcome = { outcome: 'refused', code } as const
    await given.signIns.add(tenantId, reference, 'refused', { code, message }, outcome)
    await given.writes.settle()
  }
  if (isToBeSilent(ctx))
    return sendBackSilently(given, tenantId, ctx, `${code} (reference ${reference})`)
  ctx.status = REFUSALS[code].status
  await sendPageOn(given, tenantId, ctx, refusalPage({ code, reference }))
}

/** A site that asked for no page gets none, but hears why (OpenID Connect Core section 3.1.2.6). */
function isToBeSilent({ oidc }: KoaContextWithOIDC): boolean {
  return oidc.params?.['prompt'] === 'none'
}

/** To the address that the provider has compared with the site's by then, in the mode that was asked for. */
async function sendBackSilently(
  given: ProviderGiven,
  tenantId: TenantId,
  ctx: KoaContextWithOIDC,
  description: string,
): Promise<void> {
  const { redirect_uri: uri, state, response_mode: mode } = ctx.oidc.params ?? {}
  const to = new URL(String(uri))
  const said = new URLSearchParams({ error: 'login_required', error_description: description })
  if (typeof state === 'string') said.set('state', state)
  said.set('iss', ctx.oidc.issuer)
  if (mode === 'form_post') {
    ctx.status = 400
    return sendPageOn(given, tenantId, ctx, submittingPage(submissionOf(to.href, said)))
  }
  if (mode === 'fragment') to.hash = said.toString()
  else for (const [name, value] of said) to.searchParams.append(name, value)
  ctx.status = 303
  ctx.body = ''
  ctx.set('location', to.href)
}

async function sendPageOn(
  { looks }: Pick<ProviderGiven, 'looks'>,
  tenantId: TenantId,
  ctx: Pick<KoaContextWithOIDC, 'req' | 'set' | 'body'> & Partial<Pick<KoaContextWithOIDC, 'oidc'>>,
  page: Page,
): Promise<void> {
  const asked = inLocales(ctx.oidc?.params?.['ui_locales'], page)
  const { headers, body } = asked(await looks.lookAt(ctx.req, tenantId))
  ctx.set(headers)
  ctx.body = body
}

function adapterFor(given: ProviderGiven, tenantId: TenantId, model: string): Adapter {
  const adapter = given.payloads.adapter(tenantId, model)
  if (model === 'Client')
    return {
      ...adapter,
      async find(clientId) {
        const client = await given.tenants.readClient(tenantId, clientId)
        return client && metadataOf(client)
      },
    }
  return SHOWN.has(model) ? askingAhead(given, tenantId, adapter) : adapter
}

/** What a person shows us: who they are is asked next. */
const SHOWN = new Set(['AuthorizationCode', 'AccessToken', 'RefreshToken', 'Session'])

function askingAhead(given: ProviderGiven, tenantId: TenantId, adapter: Adapter): Adapter {
  const { atHand, payloads } = given
  const holds = (id: string, { accountId, kind, scope }: AdapterPayload) => {
    const tellsGroups = kind === 'AccessToken' && scope?.split(' ').includes('groups') === true
    if (isId('idn', accountId)) atHand.holds(hashOf(id), { identityId: accountId, tellsGroups })
  }
  return {
    ...adapter,
    async find(id) {
      atHand.askAhead(hashOf(id), (holder) => askAbout(given, tenantId, holder))
      const payload = await adapter.find(id)
      if (payload) holds(id, payload)
      return payload
    },
    async upsert(id, payload, expiresIn) {
      await adapter.upsert(id, payload, expiresIn)
      holds(id, payload)
      // Each time: an answer to a question gives the session another handle.
      const { upstreamSid } = payload
      if (typeof upstreamSid === 'string') await payloads.tieToUpstream(tenantId, id, upstreamSid)
    },
  }
}

/** Over https with the prefixes that bind a cookie to its host; cookies do not tell tenants apart. */
function cookies(publicUrl: string, tenantId: TenantId): NonNullable<Configuration['cookies']> {
  const isSecure = publicUrl.startsWith('https:')
  const named = (prefix: string, name: string) =>
    `${isSecure ? prefix : ''}rollcall_${name}_${tenantId.slice(4)}`
  const common = { httpOnly: true, sameSite: 'lax', secure: isSecure, signed: false } as const
  return {
    names: {
      session: named('__Host-', 'session'),
      // Bound to a path, which __Host- does not allow.
      interaction: named('__Secure-', 'sign_in'),
      resume: named('__Secure-', 'resume'),
    },
    long: common,
    short: common,
  }
}

/** Notices to sites are rows with retries and receipts instead of calls that are made once. */
function tellsSitesByRows(provider: Provider, oweLogout: OweLogout): void {
  Object.assign(provider.Client.prototype, {
    async backchannelLogout(this: Client, accountId: string, sid: string) {
      await oweLogout(this.clientId, accountId, sid, 'signed-out')
    },
  })
}

/** Whoever has a session already passes without a question, and is in the sign-in log all the same. */
function logsSilentSignIns(provider: Provider, given: ProviderGiven, tenantId: TenantId): void {
  provider.on('authorization.success', ({ oidc }) => {
    const { client, session } = oidc
    const accountId = session?.accountId
    const isAsked = oidc.entities.Interaction !== undefined
    if (isAsked || client === undefined || session === undefined || !isId('idn', accountId)) return
    const passed = { identityId: accountId, connectionId: connectionOf(session) }
    given.signIns
      .silent(tenantId, { clientId: client.clientId, ...passed })
      .then(given.atHand.keepSilentSignIn)
      .catch((error: unknown) => logFailure(given, tenantId, error))
  })
}

/** The site's developer finds under the reference what the library found wrong with the request. */
async function logRefusedRequest(
  { signIns }: ProviderGiven,
  tenantId: TenantId,
  ctx: KoaContextWithOIDC,
  { error, error_description: message }: ErrorOut,
): Promise<string | undefined> {
  if (ctx.oidc.route !== 'authorization') return undefined
  const { client_id: clientId, redirect_uri: redirectUri } = ctx.query
  const seen = { redirectUri: String(redirectUri ?? '').slice(0, 500) }
  const signInId = await signIns.begin(tenantId, String(clientId ?? '').slice(0, 100), seen)
  const outcome = { outcome: 'refused', code: 'request_refused' } as const
  await signIns.add(tenantId, signInId, 'refused', { error, message }, outcome)
  return signInId
}

/** A token endpoint takes back a grant for one reason alone (SEC T-10, O-4, O-6). */
function logReuse({ log }: Given, tenantId: TenantId, { oidc }: KoaContextWithOIDC): void {
  if (oidc.route !== 'token') return
  const { client, params } = oidc
  const [clientId, grantType] = [client?.clientId, params?.['grant_type']]
  log.warn({ event: 'signin.grant.reused', tenantId, clientId, grantType })
}

function logFailure({ log }: Given, tenantId: TenantId, error: unknown): void {
  log.error({
    event: 'signin.request.failed',
    tenantId,
    error: linesOf(error),
  })
}
