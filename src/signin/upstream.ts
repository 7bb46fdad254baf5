/**
 * Towards the customer's identity provider: a certified OpenID client, with every check on.
 *
 * What discovery said is kept per connection for some minutes and only as long as the connection is
 * as it was; the keys are the library's to fetch, at most once a minute for an unknown one (SEC
 * An identity provider's words reach the log and never a page.
 */
import { type CryptoKey, importJWK, type JWK } from 'jose'
import * as openid from 'openid-client'
import { hashSecret, Refusal } from '../lib/index.ts'
import type { Connection, Tenants } from '../tenants/index.ts'
import type { Flow } from './flows.ts'
import { unusable } from './id-token.ts'
import type { Outbound } from './outbound.ts'
import { askDocument, askKeys, TooManyKeys } from './published.ts'
import { Unreachable } from './unreachable.ts'

const KEPT_MS = 10 * 60_000
const MOST_KEPT = 1_000
const SCOPE = 'openid profile email'

export interface Start {
  readonly redirectUri: string
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly loginHint?: string | undefined
  readonly prompt?: 'login' | 'select_account' | undefined
  readonly maxAge?: number | undefined
  readonly acrValues?: string | undefined
}

/** What a verified ID token says. */
export interface Verified {
  readonly issuer: string
  readonly subject: string
  readonly claims: Readonly<Record<string, unknown>>
}

export type Upstream = ReturnType<typeof createUpstream>

export function createUpstream({
  tenants,
  outbound,
  now,
  byHand = false,
}: {
  readonly tenants: Pick<Tenants, 'readConnectionSecret' | 'readConnectionKey'>
  readonly outbound: Outbound
  /** Epoch milliseconds. */
  readonly now: () => number
  /** As an outbound request has it. */
  readonly byHand?: boolean
}) {
  const kept = new Map<string, { configuration: openid.Configuration; until: number }>()

  async function configurationOf(connection: Connection): Promise<openid.Configuration> {
    const key = `${connection.connectionId} ${connection.changedAt.getTime()}`
    const known = kept.get(key)
    if (known !== undefined && known.until > now()) return known.configuration
    const configuration = await discover(connection)
    kept.set(key, { configuration, until: now() + KEPT_MS })
    const [oldest] = kept.keys()
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
    return configuration
  }

  async function discover(connection: Connection): Promise<openid.Configuration> {
    const { connectionId, issuer, clientId, authentication } = connection
    const credential = await credentialOf(tenants, connection)
    if (issuer === null || clientId === null || credential === undefined)
      throw new Refusal(
        'connection_not_ready',
        `The connection ${connectionId} has no OpenID Connect application yet. ` +
          'Set issuer, client id and client secret.',
        { command: 'connection set-oidc' },
      )
    const fetching = fetchBy(outbound, connection, byHand)
    const options: openid.DiscoveryRequestOptions = {
      [openid.customFetch]: fetching,
      // `outbound` decides where plain http may go.
      execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks],
    }
    const configuration = await openid
      .discovery(new URL(issuer), clientId, undefined, credential('client_secret_basic'), options)
      .catch((error: unknown) => refuse(error, issuer))
    const methods = configuration.serverMetadata().token_endpoint_auth_methods_supported
    const isBasic = methods === undefined || methods.includes('client_secret_basic')
    if (authentication === 'private_key_jwt' || isBasic) return configuration
    const posting = new openid.Configuration(
      configuration.serverMetadata(),
      clientId,
      undefined,
      credential('client_secret_post'),
    )
    posting[openid.customFetch] = fetching
    openid.allowInsecureRequests(posting)
    openid.enableNonRepudiationChecks(posting)
    return posting
  }

  return {
    /** What its discovery document says of what we use. @throws as `start` */
    async discovered(connection: Connection) {
      const metadata = (await configurationOf(connection)).serverMetadata()
      const { issuer, authorization_endpoint, token_endpoint, jwks_uri } = metadata
      return { issuer, authorization_endpoint, token_endpoint, jwks_uri }
    },

    /** Where to send the browser. @throws Refusal `connection_not_ready`, `idp_unreachable`, `token_refused` */
    async start(connection: Connection, start: Start): Promise<URL> {
      const configuration = await configurationOf(connection)
      return openid.buildAuthorizationUrl(configuration, {
        redirect_uri: start.redirectUri,
        scope: SCOPE,
        state: start.state,
        nonce: start.nonce,
        code_challenge: hashSecret(start.verifier).toString('base64url'),
        code_challenge_method: 'S256',
        ...(start.loginHint === undefined ? {} : { login_hint: start.loginHint }),
        ...(start.prompt === undefined ? {} : { prompt: promptOf(configuration, start.prompt) }),
        ...(start.maxAge === undefined ? {} : { max_age: String(start.maxAge) }),
        ...(start.acrValues === undefined ? {} : { acr_values: start.acrValues }),
      })
    },

    /**
     * Exchanges the code and verifies the ID token (OpenID Connect Core section 3.1.3.7).
     * @param returned  the callback's address as the browser called it
     * @throws Refusal `application_refused`, `idp_error`, `idp_unreachable`, `token_refused`
     */
    async finish(
      connection: Connection,
      returned: URL,
      flow: Pick<Flow, 'nonce' | 'verifier' | 'startedAt' | 'maxAge'> & { readonly state: string },
    ): Promise<Verified> {
      const configuration = await configurationOf(connection)
      const { issuer } = configuration.serverMetadata()
      const tokens = await openid
        .authorizationCodeGrant(configuration, returned, {
          expectedState: flow.state,
          expectedNonce: flow.nonce,
          pkceCodeVerifier: flow.verifier,
          idTokenExpected: true,
        })
        .catch((error: unknown) => refuseExchange(error, issuer))
      const claims = tokens.claims()
      const check = unusable(tokens, claims, now(), flow)
      if (claims === undefined || check !== undefined)
        throw new Refusal(
          'token_refused',
          'The ID token is genuine, and what it says is not usable: the check says which part of it.',
          { seen: { issuer, check } },
        )
      return { issuer: claims.iss, subject: claims.sub, claims }
    },
  }
}

/** Where nobody is known to be offered another account, whoever is asked who they are may name one. */
function promptOf(configuration: openid.Configuration, asked: 'login' | 'select_account'): string {
  const { prompt_values_supported: known } = configuration.serverMetadata()
  return Array.isArray(known) && known.includes(asked) ? asked : 'login'
}

/** How to show who we are, by the method that the identity provider takes; undefined with nothing to show. */
async function credentialOf(
  tenants: Pick<Tenants, 'readConnectionSecret' | 'readConnectionKey'>,
  { tenantId, connectionId, authentication }: Connection,
) {
  if (authentication === 'private_key_jwt') {
    const key = await tenants.readConnectionKey(tenantId, connectionId)
    if (key === undefined) return undefined
    const signing = await signingWith(key)
    return () => signing
  }
  const secret = await tenants.readConnectionSecret(tenantId, connectionId)
  if (secret === undefined) return undefined
  return (method: 'client_secret_basic' | 'client_secret_post') =>
    method === 'client_secret_basic'
      ? openid.ClientSecretBasic(secret)
      : openid.ClientSecretPost(secret)
}

/** As the library asks, by our one way out, as far as the connection may go. */
export function fetchBy(
  outbound: Outbound,
  { tenantId, connectionId, internalHosts }: Connection,
  byHand: boolean,
): openid.CustomFetch {
  return (url, { method, headers, body }) => {
    const asker = { tenantId, of: connectionId }
    const request = { asker, byHand, headers, internalHosts }
    if (method !== 'GET')
      return outbound(url, {
        ...request,
        method,
        body: body as string | URLSearchParams | undefined,
      })
    // What is asked for without a body is discovery and keys.
    const isDocument = url.endsWith('/.well-known/openid-configuration')
    return (isDocument ? askDocument : askKeys)(outbound, url, request)
  }
}

/** Shows who we are by a JWT that we sign (RFC 7523). */
export async function signingWith(key: JWK): Promise<openid.ClientAuth> {
  const imported = (await importJWK(key, 'RS256')) as CryptoKey
  return openid.PrivateKeyJwt({ key: imported, kid: key.kid ?? '' })
}

/** True where a provider does not know us as its client, by what we show (RFC 6749 sections 4.1.2.1 and 5.2). */
export function isClientRefused(error: unknown): boolean {
  if (error instanceof openid.WWWAuthenticateChallengeError) return true
  const isSaid =
    error instanceof openid.ResponseBodyError || error instanceof openid.AuthorizationResponseError
  return isSaid && /^(invalid|unauthorized)_client$/.test(error.error)
}

/** A challenge is read by its header alone; what is wrong stands in the body. */
async function refuseExchange(thrown: unknown, issuer: string): Promise<never> {
  if (!(thrown instanceof openid.WWWAuthenticateChallengeError)) return refuse(thrown, issuer)
  const said: unknown = await thrown.response.json().catch(() => undefined)
  const body: Readonly<Record<string, unknown>> = { ...(said as object | undefined) }
  const { error, error_description: description } = body
  throw refusal('application_refused', NOT_ACCEPTED, thrown, { issuer, error, description })
}

const NOT_ACCEPTED =
  'The identity provider does not accept our client id, or the secret or key that goes with it.'

const NOT_VERIFIED = 'What the identity provider sent did not pass verification.'

/** Sorts what went wrong: nobody there, the provider said no, or it sent something that is not right. */
function refuse(error: unknown, issuer: string): never {
  if (
    error instanceof openid.AuthorizationResponseError ||
    error instanceof openid.ResponseBodyError
  ) {
    const seen = { issuer, error: error.error, description: error.error_description }
    if (isClientRefused(error)) throw refusal('application_refused', NOT_ACCEPTED, error, seen)
    const message =
      error instanceof openid.ResponseBodyError
        ? 'The identity provider refused to exchange the code.'
        : 'The identity provider sent the person back with an error.'
    throw refusal('idp_error', message, error, seen)
  }
  const unreachable = causes(error).find((each) => each instanceof Unreachable)
  if (unreachable !== undefined)
    throw refusal(
      'idp_unreachable',
      `The identity provider cannot be reached. ${unreachable.message}`,
      error,
      {
        issuer,
      },
    )
  const tooMany = causes(error).find((each) => each instanceof TooManyKeys)
  if (tooMany !== undefined)
    throw refusal('token_refused', NOT_VERIFIED, error, {
      ...{ issuer, check: 'keys', problem: tooMany.message },
    })
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  if (code === 'OAUTH_TIMEOUT')
    throw refusal('idp_unreachable', 'The identity provider did not answer in time.', error, {
      issuer,
    })
  if (error instanceof openid.ClientError || code.startsWith('OAUTH_'))
    throw refusal('token_refused', NOT_VERIFIED, error, {
      ...{ issuer, check: code, problem: causes(error).at(-1)?.message },
    })
  throw error
}

function refusal(
  code: 'application_refused' | 'idp_error' | 'idp_unreachable' | 'token_refused',
  message: string,
  cause: unknown,
  seen: Readonly<Record<string, unknown>>,
): Refusal {
  return new Refusal(code, message, { cause, seen })
}

/** The error and what caused it, outermost first. */
function causes(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : []
}
