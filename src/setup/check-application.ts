/**
 * Tries a sign-in application before it is kept: is the issuer an OpenID provider that we can reach, does
 * its document name that very issuer, and does it know the client by that secret? A slash at the end too many
 * or too few is put right: tokens carry the issuer as the document has it.
 *
 * The last is asked by exchanging a code that does not exist: who answers that the code is not good has
 * accepted the client (RFC 6749 section 5.2).
 */
import * as openid from 'openid-client'
import { type ConnectionId, Refusal, type TenantId } from '../lib/index.ts'
import { fetchBy, isClientRefused, signingWith } from '../signin/index.ts'
import { authorityOf } from '../tenants/index.ts'
import type { Given } from './given.ts'

export interface Application {
  readonly issuer: string
  readonly clientId: string
  /** Undefined: we sign with the connection's own key. */
  readonly clientSecret: string | undefined
}

export function createApplicationCheck({ publicUrl, tenants, outbound }: Given) {
  async function configurationOf(
    tenantId: TenantId,
    connectionId: ConnectionId,
    { issuer, clientId, clientSecret }: Application,
  ) {
    const method =
      clientSecret === undefined
        ? await ownKey(tenantId, connectionId)
        : openid.ClientSecretBasic(clientSecret)
    const connection = await tenants.readConnection(tenantId, connectionId)
    const fetching = fetchBy(outbound, connection, true)
    const options: openid.DiscoveryRequestOptions = {
      [openid.customFetch]: fetching,
      // `outbound` decides where plain http may go.
      execute: [openid.allowInsecureRequests],
    }
    const found = await discover(issuer, (at) =>
      openid.discovery(at, clientId, undefined, method, options),
    )
    const methods = found.serverMetadata().token_endpoint_auth_methods_supported
    if (clientSecret === undefined || (methods?.includes('client_secret_basic') ?? true))
      return found
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

  /** Made now, if there is none: the provider asks for it while it is tried. */
  async function ownKey(tenantId: TenantId, connectionId: ConnectionId) {
    await tenants.makeConnectionKey(tenantId, connectionId)
    const key = await tenants.readConnectionKey(tenantId, connectionId)
    if (key === undefined) throw new Error(`${connectionId} has no key.`)
    return signingWith(key)
  }

  /**
   * @returns the issuer as its document has it, and whether it knows the client; `unknown`: it did not say
   * @throws Refusal `invalid_input` saying which of the three is wrong
   */
  return async function checkApplication(
    tenantId: TenantId,
    connectionId: ConnectionId,
    application: Application,
  ): Promise<{ readonly issuer: string; readonly client: 'accepted' | 'unknown' }> {
    if (URL.parse(application.issuer) === null)
      throw new Refusal('invalid_input', 'The issuer is not an address: it begins with https://.')
    const configuration = await configurationOf(tenantId, connectionId, application)
    const callback = `${authorityOf(publicUrl, tenantId)}/callback/${connectionId}`
    const answer = await openid
      .genericGrantRequest(configuration, 'authorization_code', {
        code: 'rollcall-tries-whether-it-is-known',
        redirect_uri: callback,
        code_verifier: 'rollcall-tries-whether-it-is-known-here-too',
      })
      .catch((error: unknown) => error)
    if (isClientRefused(answer)) throw unknownClient(application, answer)
    const isKnown = answer instanceof openid.ResponseBodyError && answer.error === 'invalid_grant'
    const { issuer } = configuration.serverMetadata()
    return { issuer, client: isKnown ? 'accepted' : 'unknown' }
  }
}

/** @throws Refusal `invalid_input` */
async function discover(
  issuer: string,
  ask: (at: URL) => Promise<openid.Configuration>,
): Promise<openid.Configuration> {
  try {
    return await ask(new URL(issuer)).catch((error: unknown) => {
      const said = issuerSaid(error)
      if (said === undefined || !isButForSlash(said, issuer)) throw error
      return ask(new URL(said))
    })
  } catch (cause) {
    throw new Refusal(
      'invalid_input',
      `There is no OpenID provider at ${issuer.slice(0, 200)}, or its document names another issuer. Copy ` +
        'the issuer to the letter, without /.well-known behind it.',
      { cause },
    )
  }
}

/** The issuer that a discovery document names, where it is another than the one it was asked of. */
function issuerSaid(error: unknown): string | undefined {
  if (!(error instanceof openid.ClientError)) return undefined
  if (error.code !== 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED') return undefined
  const { body } = error.cause as { readonly body: { readonly issuer?: unknown } }
  return typeof body.issuer === 'string' ? body.issuer : undefined
}

function isButForSlash(one: string, other: string): boolean {
  return one.replace(/\/$/, '') === other.replace(/\/$/, '')
}

function unknownClient({ clientSecret }: Application, cause: unknown): Refusal {
  return new Refusal(
    'invalid_input',
    clientSecret === undefined
      ? 'The identity provider does not know this client id with our key. Does it fetch our keys from the address shown here?'
      : 'The identity provider does not know this client id with this secret. Copy both again.',
    { cause },
  )
}
