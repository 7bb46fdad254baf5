/**
 * The site as a relying party: plain OpenID Connect, code flow with PKCE, towards any Authority.
 *
 * All of it is the library's work, and nothing here knows which product the Authority is: what a
 * site needs is the three values, and what it relies on is what discovery says.
 */
import * as openid from 'openid-client'

export interface Trust {
  /** The issuer; plain http is accepted on loopback only. */
  readonly authority: string
  readonly clientId: string
  readonly clientSecret: string
}

/** What is kept between the start of a sign-in and its return. */
export interface Flow {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

export interface SignedIn {
  readonly claims: Readonly<Record<string, unknown>> & { readonly sub: string }
  readonly idToken: string
}

/** Parameters of an authorization request that a visit may bring along. */
export const WISHES = ['login_hint', 'prompt', 'max_age', 'acr_values'] as const
export type Wishes = { readonly [K in (typeof WISHES)[number]]?: string }

export interface RelyingParty {
  /** The Authority's own description of itself. */
  readonly metadata: openid.ServerMetadata
  /** Where to send the browser, and what to keep until it returns. */
  readonly start: (wishes: Wishes) => Promise<{
    url: string
    flow: Flow
  }>
  /**
   * Takes the browser back: checks state, issuer and nonce, exchanges the code, verifies the ID
   * token (OpenID Connect Core §3.1.3.7) and reads userinfo.
   * @throws `SignInRefused` when the Authority says no
   */
  readonly finish: (returned: URL, flow: Flow) => Promise<SignedIn>
  /** Where to send the browser to sign out everywhere; undefined if the Authority offers none. */
  readonly endSessionUrl: (idToken: string) => string | undefined
}

/** The Authority's own words for why not. */
export class SignInRefused extends Error {
  readonly code: string

  constructor(code: string, message: string, cause: unknown) {
    super(message, { cause })
    this.name = 'SignInRefused'
    this.code = code
  }
}

const WANTED_SCOPES = ['openid', 'profile', 'email', 'groups', 'roles']

/** Reads the Authority's discovery document. Throws when it cannot be had or is another's. */
export async function connect(
  { authority, clientId, clientSecret }: Trust,
  { redirectUri, postLogoutRedirectUri }: { redirectUri: string; postLogoutRedirectUri: string },
): Promise<RelyingParty> {
  const { protocol, hostname } = new URL(authority)
  const loopback = protocol === 'http:' && (hostname === 'localhost' || hostname === '127.0.0.1')
  const configuration = await openid.discovery(
    new URL(authority),
    clientId,
    undefined,
    openid.ClientSecretBasic(clientSecret),
    { execute: loopback ? [openid.allowInsecureRequests] : [] },
  )
  const metadata = configuration.serverMetadata()
  const scope = WANTED_SCOPES.filter(
    (each) => each === 'openid' || metadata.scopes_supported?.includes(each),
  ).join(' ')

  return {
    metadata,
    start: async (wishes) => {
      const verifier = openid.randomPKCECodeVerifier()
      const flow = { state: openid.randomState(), nonce: openid.randomNonce(), verifier }
      const url = openid.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope,
        state: flow.state,
        nonce: flow.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...wishes,
      })
      return { url: url.href, flow }
    },
    finish: async (returned, flow) => {
      const tokens = await openid
        .authorizationCodeGrant(configuration, returned, {
          expectedState: flow.state,
          expectedNonce: flow.nonce,
          pkceCodeVerifier: flow.verifier,
          idTokenExpected: true,
        })
        .catch(refuse)
      const claims = tokens.claims()
      if (!claims || tokens.id_token === undefined) throw new Error('There is no ID token.')
      const more = await openid.fetchUserInfo(configuration, tokens.access_token, claims.sub)
      return { claims: { ...more, ...claims }, idToken: tokens.id_token }
    },
    endSessionUrl: (idToken) =>
      metadata.end_session_endpoint &&
      openid.buildEndSessionUrl(configuration, {
        id_token_hint: idToken,
        post_logout_redirect_uri: postLogoutRedirectUri,
      }).href,
  }
}

function refuse(error: unknown): never {
  if (
    error instanceof openid.AuthorizationResponseError ||
    error instanceof openid.ResponseBodyError
  )
    throw new SignInRefused(error.error, error.error_description ?? error.message, error)
  throw error
}
