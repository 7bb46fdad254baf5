/**
 * OpenID clients in the library's words: a site, or the provisioning client of a connection.
 *
 * Of a client's secret only the digest is kept (SEC O-7). The digest stands where the library wants
 * a secret, and what a client presents is digested before it is compared (`comparesDigests`).
 */
import type { AdapterPayload, Provider } from 'oidc-provider'
import { hashSecret, isId, sameHash } from '../lib/index.ts'
import type { Client } from '../tenants/index.ts'

export const SITE_SCOPES = ['openid', 'profile', 'email', 'groups', 'roles']
export const PROVISIONING_SCOPES = ['openid', 'profile', 'scim', 'offline_access']
export function metadataOf(client: Client, secretInBody: boolean): AdapterPayload {
  const common = {
    client_id: client.clientId,
    client_secret: client.secretHash.toString('base64url'),
    redirect_uris: [...client.redirectUris],
    response_types: ['code' as const],
    // Libraries differ in where they put the secret, and both places are as good (RFC 6749 section 2.3.1).
    token_endpoint_auth_method: secretInBody ? 'client_secret_post' : 'client_secret_basic',
    id_token_signed_response_alg: 'RS256',
    require_auth_time: true,
  } as const
  if (client.kind === 'provisioning')
    return {
      ...common,
      client_name: 'Provisioning',
      grant_types: ['authorization_code', 'refresh_token'],
      scope: PROVISIONING_SCOPES.join(' '),
    }
  return {
    ...common,
    client_name: client.name,
    grant_types: ['authorization_code'],
    scope: SITE_SCOPES.join(' '),
    post_logout_redirect_uris: [...client.postLogoutRedirectUris],
    ...(client.backchannelLogoutUri === null
      ? {}
      : {
          backchannel_logout_uri: client.backchannelLogoutUri,
          backchannel_logout_session_required: true,
        }),
  }
}

/** Of a connection, and not a site's. */
export function isProvisioning(client: { readonly clientId?: string | undefined } | undefined) {
  return isId('cli', client?.clientId)
}

export function comparesDigests(provider: Provider): void {
  Object.assign(provider.Client.prototype, {
    compareClientSecret(this: { clientSecret?: string }, presented: string) {
      return sameHash(hashSecret(presented), Buffer.from(this.clientSecret ?? '', 'base64url'))
    },
  })
}
