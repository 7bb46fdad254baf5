/**
 * Clients that are refused where programs ask: for a token, to push a request, to take a token back.
 *
 * The log has why in the library's words, under the request's id, and names the client. The client is told
 * of that what it sent itself, and the id as a reference to quote (RFC 6749 section 5.2); docs/decisions/0053
 * says what it is not told.
 */
import type { errors, KoaContextWithOIDC, Provider } from 'oidc-provider'
import { isId, type TenantId } from '../lib/index.ts'
import type { Given } from './given.ts'

type Refused = Pick<
  errors.OIDCProviderError,
  'error' | 'error_description' | 'error_detail' | 'cause'
>

export function tellsRefusedClients(
  provider: Provider,
  given: Pick<Given, 'log'>,
  tenantId: TenantId,
): void {
  const refused = (ctx: KoaContextWithOIDC, error: Refused) =>
    tellRefused(given, tenantId, ctx, error)
  provider.on('grant.error', refused)
  provider.on('pushed_authorization_request.error', refused)
  provider.on('revocation.error', refused)
}

/** Writes the line, and puts into the answer that is there already what its client may know. */
export function tellRefused(
  { log }: Pick<Given, 'log'>,
  tenantId: TenantId,
  ctx: KoaContextWithOIDC,
  refused: Refused,
): void {
  const requestId = String(ctx.res.getHeader('x-request-id'))
  const grantType = ctx.oidc.params?.['grant_type']
  log.warn({
    event: 'signin.client.refused',
    requestId,
    tenantId,
    clientId: clientOf(ctx),
    endpoint: ctx.oidc.route,
    grantType: GRANT_TYPES.has(grantType) ? grantType : undefined,
    error: refused.error,
    reason: reasonOf(refused),
  })
  const said = `${whatToSay(refused)} (reference ${requestId})`
  if (typeof ctx.body === 'object') ctx.body = { ...ctx.body, error_description: said }
  const challenge = ctx.res.getHeader('www-authenticate')
  if (typeof challenge === 'string')
    ctx.set(
      'www-authenticate',
      challenge.replace(/error_description="[^"]*"/, () => `error_description="${said}"`),
    )
}

/** What may stand in the log: anything else under that name may be a secret in the wrong field. */
const GRANT_TYPES: ReadonlySet<unknown> = new Set([
  'authorization_code',
  'refresh_token',
  'client_credentials',
])

/** Who it is, or said it was: what does not look like a client of ours is not repeated. */
function clientOf(ctx: KoaContextWithOIDC): string | undefined {
  const { oidc } = ctx
  if (oidc.client !== undefined) return oidc.client.clientId
  const [, basic = ''] = /^basic ([\w+/]+=*)$/i.exec(ctx.get('authorization')) ?? []
  const [named] = Buffer.from(basic, 'base64').toString().split(':')
  return [oidc.params?.['client_id'], named].find(
    (text): text is string => isId('sit', text) || isId('cli', text),
  )
}

/** Down to the first cause; a parser's words repeat what was sent. */
function reasonOf({ error_description, error_detail, cause }: Refused): string {
  const causes = causesOf(cause)
  const reasons = causes.some((each) => each instanceof SyntaxError)
    ? [error_description, 'what was sent is no JSON']
    : [error_description, error_detail, ...causes.map(({ message }) => message)]
  return [...new Set(reasons.filter((reason) => reason !== undefined))].join(': ').slice(0, 300)
}

function causesOf(cause: unknown): Error[] {
  return cause instanceof Error ? [cause, ...causesOf(cause.cause)] : []
}

function whatToSay({ error, error_description: description, error_detail: detail }: Refused) {
  const told = detail === undefined ? undefined : TOLD[detail]
  return [description ?? error, told].filter((part) => part !== undefined).join(': ')
}

/** Who is not known and whose secret is wrong are one, and so are a code that is not there and another client's. */
const NOT_KNOWN = 'client_id and client_secret are not of one client of this issuer'
const NOT_THEIRS = 'there is no such code or token of this client'

/** The library's reasons that a client is told, by its words. All others it is not. */
export const TOLD: Readonly<Record<string, string>> = {
  'client not found': NOT_KNOWN,
  'invalid secret provided': NOT_KNOWN,
  'the provided authentication mechanism does not match the registered client authentication method':
    'it is registered with a secret and showed a signature, or the other way round',
  'alg mismatch': 'the assertion is signed by an algorithm that is not taken',
  'no applicable key found in the JSON Web Key Set':
    'no key of the client has the kid and alg that the assertion names',
  'signature verification failed': 'the assertion is not signed by a key of the client',
  'jwt expired': 'the assertion has expired',
  'jwt not active yet': 'the assertion is not valid yet',
  'expiration must be specified in the client_assertion JWT': 'the assertion has no exp',
  'unique jti (JWT ID) must be provided in the client_assertion JWT': 'the assertion has no jti',
  'client assertion tokens must only be used once': 'the assertion was used before',
  'iss (JWT issuer) must be provided in the client_assertion JWT': 'the assertion has no iss',
  'iss (JWT issuer) must be the client_id': 'iss of the assertion must be the client_id',
  'sub (JWT subject) must be provided in the client_assertion JWT': 'the assertion has no sub',
  'aud (JWT audience) must be provided in the client_assertion JWT': 'the assertion has no aud',
  'aud must be the issuer, as text': 'aud of the assertion must be the issuer, as text',
  'audience (aud) must equal the endpoint url, issuer identifier or token endpoint url':
    'aud of the assertion must be the issuer, as text',
  'list of audience (aud) must include the endpoint url, issuer identifier or token endpoint url':
    'aud of the assertion must be the issuer, as text',
  'authorization code not found': NOT_THEIRS,
  'refresh token not found': NOT_THEIRS,
  'client mismatch': NOT_THEIRS,
  'authorization code is expired': 'the code is older than a minute',
  'authorization code already consumed': 'the code was used before',
  'it was used already': 'it was used before',
  'authorization code redirect_uri mismatch':
    'redirect_uri is not the one that the code was asked with',
  'code_verifier must be provided': 'code_verifier is missing',
  'code_verifier does not match code_challenge': 'code_verifier does not fit code_challenge',
  'refresh token is expired': 'the refresh token has expired',
  'refresh token already used': 'the refresh token was used before',
}
