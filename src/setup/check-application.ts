/**
 * Tries a sign-in application before it is kept: is the issuer an OpenID provider that we can reach, does
 * its document name that very issuer, and does it know the client by that secret?
 *
 * The last is asked by exchanging a code that does not exist: who answers that the code is not good has
 * accepted the client (RFC 6749 section 5.2).
 */
import * as openid from 'openid-client'
import { type ConnectionId, Refusal, type TenantId } from '../lib/index.ts'
import { createOutbound } from '../signin/index.ts'
import { authorityOf } from '../tenants/index.ts'
import type { Given } from './given.ts'

export interface Application {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
}

export function createApplicationCheck({ publicUrl }: Given) {
  const outbound = createOutbound({ publicUrl })
  const fetching: openid.CustomFetch = (url, { method, headers, body }) =>
    outbound(url, { method, headers, body: body as string | URLSearchParams | undefined })

  async function configurationOf({ issuer, clientId, clientSecret }: Application) {
    const found = await openid
      .discovery(new URL(issuer), clientId, undefined, openid.ClientSecretBasic(clientSecret), {
        [openid.customFetch]: fetching,
        // `outbound` decides where plain http may go.
        execute: [openid.allowInsecureRequests],
      })
      .catch((cause: unknown) => {
        throw new Refusal(
          'invalid_input',
          `There is no OpenID provider at ${issuer.slice(0, 200)}, or its document names another issuer. Copy ` +
            'the issuer to the letter, without /.well-known behind it.',
          { cause },
        )
      })
    const methods = found.serverMetadata().token_endpoint_auth_methods_supported
    if (methods === undefined || methods.includes('client_secret_basic')) return found
    const posting = new openid.Configuration(
      found.serverMetadata(),
      clientId,
      undefined,
      openid.ClientSecretPost(clientSecret),
    )
    posting[openid.customFetch] = fetching
    openid.allowInsecureRequests(posting)
    return posting
  }

  /**
   * @returns `unknown` when the provider did not say whether it knows the client
   * @throws Refusal `invalid_input` saying which of the three is wrong
   */
  return async function checkApplication(
    tenantId: TenantId,
    connectionId: ConnectionId,
    application: Application,
  ): Promise<'accepted' | 'unknown'> {
    if (URL.parse(application.issuer) === null)
      throw new Refusal('invalid_input', 'The issuer is not an address: it begins with https://.')
    const configuration = await configurationOf(application)
    const callback = `${authorityOf(publicUrl, tenantId)}/callback/${connectionId}`
    const answer = await openid
      .genericGrantRequest(configuration, 'authorization_code', {
        code: 'rollcall-tries-whether-it-is-known',
        redirect_uri: callback,
        code_verifier: 'rollcall-tries-whether-it-is-known-here-too',
      })
      .catch((error: unknown) => error)
    const isRefused =
      answer instanceof openid.WWWAuthenticateChallengeError ||
      (answer instanceof openid.ResponseBodyError &&
        /^(invalid|unauthorized)_client$/.test(answer.error))
    if (isRefused)
      throw new Refusal(
        'invalid_input',
        'The identity provider does not know this client id with this secret. Copy both again.',
        { cause: answer },
      )
    const isKnown = answer instanceof openid.ResponseBodyError && answer.error === 'invalid_grant'
    return isKnown ? 'accepted' : 'unknown'
  }
}
