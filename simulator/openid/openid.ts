/**
 * The sign-in side of the simulated Okta: its authorization servers and its sign-in page.
 *
 * Every Okta organisation has one authorization server at its own address and may have more below
 * `/oauth2/<id>`. People, passwords and sessions are the same at all of them; issuers and
 * applications are not.
 */
import { generateKeyPair, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import type { FastifyInstance } from 'fastify'
import type { Provider } from 'oidc-provider'
import { randomId, randomText } from '../ids.ts'
import type { Org } from '../org.ts'
import { addLoginPage } from './login-page.ts'
import { createProvider } from './provider.ts'
import { createStore } from './store.ts'

export interface OidcAppRequest {
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris?: readonly string[]
  /** Told of the end of a session (OpenID Connect Back-Channel Logout). */
  readonly backchannelLogoutUri?: string
  /** Where its public keys are: it shows itself by a JWT that it signs, and the secret is of no use. */
  readonly jwksUri?: string
}

/** What an administrator copies from Okta's "General" tab. */
export interface OidcApp {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
}

export interface AuthorizationServer {
  readonly issuer: string
  /** Registers a web application: code flow with PKCE, `client_secret_basic`. */
  readonly registerOidcApp: (request: OidcAppRequest) => OidcApp
}

export interface Openid extends AuthorizationServer {
  /** Another issuer over the same people, as Okta's "custom authorization servers" are. */
  readonly createAuthorizationServer: (name: string) => AuthorizationServer
  /** Ends all sessions of a person, as Okta does when it deactivates or suspends them. */
  readonly endSessions: (personId: string) => void
  /** Answers what belongs to an authorization server; false, and nothing done, for all else. */
  readonly answer: (request: IncomingMessage, response: ServerResponse) => boolean
  readonly addLoginPage: (app: FastifyInstance) => void
}

interface Server {
  readonly provider: Provider
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>
}

const OWN = 'org'
const OWN_PATHS = /^\/(?:oauth2\/v1|\.well-known)\//
const OTHER_PATHS = /^\/oauth2\/(aus[^/]+)(\/.*)/

/**
 * @param url    where the organisation answers, without a slash at its end; its issuer
 * @param owner  the organisation's name, shown on its pages
 */
export async function createOpenid({
  url,
  owner,
  org,
}: {
  url: string
  owner: string
  org: Org
}): Promise<Openid> {
  const store = createStore()
  const signingKey = await newSigningKey()
  const servers = new Map<string, Server>()

  const createServer = (serverId: string, issuer: string, name: string): AuthorizationServer => {
    const routePrefix = serverId === OWN ? '/oauth2/v1' : '/v1'
    const given = { serverId, issuer, owner: name, routePrefix, org, store, signingKey }
    const provider = createProvider(given)
    servers.set(serverId, { provider, handle: provider.callback() })
    return {
      issuer,
      registerOidcApp: (request) => {
        const app = { issuer, clientId: randomId('0oa'), clientSecret: randomText(64) }
        store.addClient(serverId, clientMetadata(app, request))
        return app
      },
    }
  }

  return {
    ...createServer(OWN, url, owner),
    createAuthorizationServer: (name) => {
      const serverId = randomId('aus')
      return createServer(serverId, `${url}/oauth2/${serverId}`, name)
    },
    endSessions: store.endSessions,
    answer: (request, response) => {
      const path = request.url ?? '/'
      const [, serverId = '', rest] = OTHER_PATHS.exec(path) ?? []
      const server = servers.get(OWN_PATHS.test(path) ? OWN : serverId)
      if (!server) return false
      // The provider finds out by both addresses where it is mounted.
      Object.assign(request, { originalUrl: path, url: rest ?? path })
      void server.handle(request, response)
      return true
    },
    addLoginPage: (app) =>
      addLoginPage(app, { org, owner, findProvider: (id) => servers.get(id)?.provider }),
  }
}

function clientMetadata({ clientId, clientSecret }: OidcApp, request: OidcAppRequest) {
  return {
    client_id: clientId,
    application_type: 'web' as const,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code' as const],
    redirect_uris: [...request.redirectUris],
    post_logout_redirect_uris: [...(request.postLogoutRedirectUris ?? [])],
    ...(request.jwksUri === undefined
      ? { client_secret: clientSecret, token_endpoint_auth_method: 'client_secret_basic' as const }
      : { jwks_uri: request.jwksUri, token_endpoint_auth_method: 'private_key_jwt' as const }),
    require_auth_time: true,
    ...(request.backchannelLogoutUri !== undefined && {
      backchannel_logout_uri: request.backchannelLogoutUri,
      backchannel_logout_session_required: true,
    }),
  }
}

async function newSigningKey() {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  const kid = randomBytes(16).toString('base64url')
  return { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }
}
