/**
 * OpenID clients in the library's words: a site, or the provisioning client of a connection.
 *
 * Of a client's secret only the digest is kept (SEC O-7). The digest stands where the library wants
 * a secret, and what a client presents is digested before it is compared (`comparesDigests`).
 */
import type { AdapterPayload, Provider } from 'oidc-provider'
import { hashSecret, isId, sameHash } from '../lib/index.ts'
import type { Client } from '../tenants/index.ts'

export const DIRECTORY_SCOPE = 'directory.read'
export const SITE_SCOPES = ['openid', 'profile', 'email', 'groups', 'roles']
export const PROVISIONING_SCOPES = ['openid', 'profile', 'scim', 'offline_access']
/** How a site signs that it is itself; never with a secret that we would have to keep. */
export const CLIENT_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'Ed25519', 'EdDSA'] as const

export function metadataOf(client: Client): AdapterPayload {
  const common = {
    client_id: client.clientId,
    redirect_uris: [...client.redirectUris],
    response_types: ['code' as const],
    id_token_signed_response_alg: 'RS256',
  } as const
  if (client.kind === 'provisioning')
    return {
      ...common,
      ...authenticationOf(client),
      client_name: 'Provisioning',
      grant_types: [
        'authorization_code',
        'refresh_token',
        ...(client.clientCredentials ? ['client_credentials'] : []),
      ],
      scope: PROVISIONING_SCOPES.join(' '),
    }
  return {
    ...common,
    ...authenticationOf(client),
    client_name: client.name,
    grant_types: [
      'authorization_code',
      ...(client.refreshTokens ? ['refresh_token'] : []),
      ...(client.directoryAccess ? ['client_credentials'] : []),
    ],
    scope: [
      ...SITE_SCOPES,
      ...(client.refreshTokens ? ['offline_access'] : []),
      ...(client.directoryAccess ? [DIRECTORY_SCOPE] : []),
    ].join(' '),
    require_pushed_authorization_requests: client.parRequired,
    post_logout_redirect_uris: [...client.postLogoutRedirectUris],
    ...(client.backchannelLogoutUri === null
      ? {}
      : {
          backchannel_logout_uri: client.backchannelLogoutUri,
          backchannel_logout_session_required: true,
        }),
  }
}

function authenticationOf(client: Client) {
  const token_endpoint_auth_method = 'private_key_jwt' as const
  if (client.jwks !== null) return { token_endpoint_auth_method, jwks: client.jwks }
  if (client.kind === 'site' && client.jwksUri !== null)
    return { token_endpoint_auth_method, jwks_uri: client.jwksUri }
  return secretOf(client)
}

/** In the head or in the body: libraries differ, and both are as good (RFC 6749 section 2.3.1). */
function secretOf({ secretHashes }: Pick<Client, 'secretHashes'>) {
  return {
    client_secret: secretHashes.map((hash) => hash.toString('base64url')).join(' '),
    token_endpoint_auth_method: 'client_secret_basic',
  } as const
}

/** Of a connection, and not a site's. */
export function isProvisioning(client: { readonly clientId?: string | undefined } | undefined) {
  return isId('cli', client?.clientId)
}

export function comparesDigests(provider: Provider): void {
  Object.assign(provider.Client.prototype, {
    compareClientSecret(this: { clientSecret?: string }, presented: string) {
      const hash = hashSecret(presented)
      const kept = (this.clientSecret ?? '').split(' ')
      return kept.some((digest) => sameHash(hash, Buffer.from(digest, 'base64url')))
    },
  })
}
