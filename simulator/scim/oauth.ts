/**
 * Provisioning authorised by OAuth 2.0: Okta as a client of the Authority.
 *
 * An administrator is sent to the Authority once and comes back with a code; from then on Okta has
 * an access token and a refresh token, and renews by itself: when the one has expired, and once when
 * the server refuses it. Okta authenticates with its client secret and sends no PKCE challenge.
 */
import * as openid from 'openid-client'
import type { App, OauthClient } from '../app.ts'
import type { Credential } from './client.ts'
import { Unreachable, Unusable } from './failures.ts'

export interface Oauth
  extends
    Required<Credential>,
    Pick<App, 'oauth' | 'startOauth' | 'finishOauth' | 'refreshOauth'> {}

interface Tokens {
  readonly access: string
  readonly refresh: string | undefined
  readonly expiresAt: number | undefined
}

/** A token about to expire could do so on its way. */
const EXPIRY_MARGIN_MS = 5000

export function createOauth(redirectUri: string): Oauth {
  let started: { configuration: openid.Configuration; state: string } | undefined
  let configuration: openid.Configuration | undefined
  let tokens: Tokens | undefined
  let refreshing: Promise<void> | undefined
  let refreshes = 0

  const refresh = async () => {
    if (!configuration || tokens?.refresh === undefined)
      throw new Unusable('there is no refresh token; authenticate with the application again')
    const { refresh: spent } = tokens
    tokens = await openid
      .refreshTokenGrant(configuration, spent)
      .then((answer) => tokensOf(answer, spent), notRenewed)
    refreshes += 1
  }

  /** Many requests may find the token expired at once; a refresh token may be good for one use. */
  const refreshOnce = () => {
    refreshing ??= refresh().finally(() => {
      refreshing = undefined
    })
    return refreshing
  }

  return {
    get oauth() {
      return { connected: tokens !== undefined, expiresAt: tokens?.expiresAt, refreshes }
    },
    startOauth: async (client) => {
      started = { configuration: await discover(client), state: openid.randomState() }
      const url = openid.buildAuthorizationUrl(started.configuration, {
        redirect_uri: redirectUri,
        ...(client.scope !== undefined && { scope: client.scope }),
        state: started.state,
      })
      return { authorizeUrl: url.href }
    },
    finishOauth: async (callbackUrl) => {
      if (!started) throw new Error('Nobody has started to authenticate with the application.')
      const flow = started
      started = undefined
      const returned = new URL(redirectUri)
      returned.search = new URL(callbackUrl, redirectUri).search
      const answer = await openid
        .authorizationCodeGrant(flow.configuration, returned, { expectedState: flow.state })
        .catch(notLetIn)
      configuration = flow.configuration
      tokens = tokensOf(answer, undefined)
    },
    refreshOauth: refreshOnce,
    authorization: async () => {
      const soon = Date.now() + EXPIRY_MARGIN_MS
      if (tokens?.expiresAt !== undefined && tokens.expiresAt < soon) await refreshOnce()
      if (!tokens) throw new Unusable('nobody has authenticated with the application')
      return `Bearer ${tokens.access}`
    },
    renew: async (refused) => {
      if (tokens && refused === `Bearer ${tokens.access}`) await refreshOnce()
    },
  }
}

function discover({ authority, clientId, clientSecret }: OauthClient) {
  const { protocol, hostname } = new URL(authority)
  const isLoopback = protocol === 'http:' && (hostname === 'localhost' || hostname === '127.0.0.1')
  return openid
    .discovery(new URL(authority), clientId, undefined, openid.ClientSecretBasic(clientSecret), {
      execute: isLoopback ? [openid.allowInsecureRequests] : [],
    })
    .catch((error: unknown) => {
      const why = `${authority} does not say who it is: ${reasonOf(error)}.`
      throw new Error(why, { cause: error })
    })
}

/** A server that does not rotate sends no new refresh token; the old one stays good. */
function tokensOf(answer: openid.TokenEndpointResponse, spent: string | undefined): Tokens {
  const { access_token, refresh_token, expires_in } = answer
  return {
    access: access_token,
    refresh: refresh_token ?? spent,
    expiresAt: expires_in === undefined ? undefined : Date.now() + expires_in * 1000,
  }
}

function notLetIn(error: unknown): never {
  throw new Error(`The Authority did not let Okta in: ${reasonOf(error)}.`, { cause: error })
}

/** An Authority that says no is obeyed; one that is away or in trouble is asked again. */
function notRenewed(error: unknown): never {
  const isRefusal =
    error instanceof openid.WWWAuthenticateChallengeError ||
    (error instanceof openid.ResponseBodyError && error.status < 500)
  if (isRefusal) throw new Unusable(`the refresh token was refused: ${reasonOf(error)}`)
  throw new Unreachable(`the Authority does not answer: ${reasonOf(error)}`, error)
}

function reasonOf(error: unknown): string {
  const isAnswer =
    error instanceof openid.ResponseBodyError || error instanceof openid.AuthorizationResponseError
  if (isAnswer) return error.error_description ?? error.error
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
