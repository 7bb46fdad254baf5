/**
 * Userinfo as sites ask for it: GET, an access token in the head, and nothing else. The token, its session, its grant and the
 * claims are the library's to read and to judge; what is left out is its way there, which was half of what an
 * answer cost. Whoever asks in another way, or is to be refused, is answered by the library.
 *
 * @see OpenID Connect Core section 5.3, RFC 6750 section 2.1
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Provider } from 'oidc-provider'
import type { TenantId } from '../lib/index.ts'
import { createAccounts } from './accounts.ts'
import type { AtHand } from './at-hand.ts'
import type { Given } from './given.ts'
import { sendJson } from './respond.ts'

export const USERINFO_PATH = '/connect/userinfo'

/** What asks for more than the claims, or in another place, or from a page. */
const OTHERWISE = ['content-type', 'content-length', 'transfer-encoding', 'origin'] as const

/** @returns whether it answered; the library has not been asked yet */
export async function answerUserinfo(
  given: Given & { readonly atHand: AtHand },
  at: { readonly tenantId: TenantId; readonly provider: Provider },
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  query: string,
): Promise<boolean> {
  const [, bearer] = /^bearer ([\w-]+)$/i.exec(headers.authorization ?? '') ?? []
  const isPlain = method === 'GET' && query === '' && OTHERWISE.every((name) => !(name in headers))
  const claims = bearer === undefined || !isPlain ? undefined : await claimsFor(given, at, bearer)
  if (claims === undefined) return false
  response.setHeader('vary', 'Origin')
  sendJson(response, 200, claims)
  return true
}

/** @returns undefined where the library has something against it */
async function claimsFor(
  given: Given & { readonly atHand: AtHand },
  { tenantId, provider }: { readonly tenantId: TenantId; readonly provider: Provider },
  bearer: string,
): Promise<object | undefined> {
  const token = await provider.AccessToken.find(bearer)
  if (!token?.scopes.has('openid') || token.aud !== undefined || token.isSenderConstrained())
    return undefined
  const client = await provider.Client.find(token.clientId ?? '')
  const findAccount = createAccounts(given, tenantId, given.atHand)
  const account = await findAccount(token.accountId, token.scopes.has('groups'))
  const grant = await provider.Grant.find(token.grantId ?? '')
  const isGranted =
    grant?.clientId === token.clientId && grant?.accountId === token.accountId && grant?.isValid
  if (client === undefined || account === undefined || !isGranted) return undefined
  const scope = grant.getOIDCScopeFiltered(token.scopes)
  const known = await account.claims('userinfo', scope, {}, [])
  const claims = new provider.Claims({ ...known, sub: account.accountId }, { client })
  claims.scope(scope)
  claims.rejected(grant.getRejectedOIDCClaims())
  return claims.result()
}
