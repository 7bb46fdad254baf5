/**
 * Two addresses of the Authority for sites: where a sign-in is started from outside, and where a site
 * pages through the groups of a person who has more than userinfo tells of.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isId, Refusal } from '../lib/index.ts'
import { authorityOf, type Client } from '../tenants/index.ts'
import { createAccounts, groupOf, MOST_GROUPS } from './accounts.ts'
import type { Given } from './given.ts'
import { sendJson, sendOn, sendRefusal } from './respond.ts'
import type { At } from './sign-in.ts'
import { takePermitFor } from './take-permit.ts'

const MOST_HINT = 512

export interface SiteVisit {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly at: At
  readonly url: URL
}

/**
 * Sends the browser to where the site starts its sign-ins (OpenID Connect Core section 4): the tile
 * in the dashboard of the customer's identity provider leads here. An address in the request leads
 * nowhere.
 * @throws Refusal `not_found` where the site has no such address
 */
export async function startAtSite(
  { tenants, publicUrl }: Given,
  { at, response, url }: SiteVisit,
  named: string,
): Promise<void> {
  const site = isId('sit', named) ? await tenants.readClient(at.tenantId, named) : undefined
  const to = startOf(site)
  if (to === undefined) throw new Refusal('not_found', 'The site is not started from outside.')
  to.searchParams.set('iss', authorityOf(publicUrl, at.tenantId))
  const hint = url.searchParams.get('login_hint') ?? ''
  if (hint !== '' && hint.length <= MOST_HINT) to.searchParams.set('login_hint', hint)
  sendOn(response, to.href)
}

function startOf(site: Client | undefined): URL | undefined {
  if (site?.kind !== 'site') return undefined
  const { initiateLoginUri, gatewayOrigin } = site
  const address = initiateLoginUri ?? gatewayOrigin
  return address === null ? undefined : new URL(address)
}

/** A page of the groups of whom an access token is for, by our own id, in order of birth. */
export async function listGroups(
  given: Given,
  { request, response, at, url }: SiteVisit,
): Promise<void> {
  const [, bearer] = /^bearer ([\w-]{1,200})$/i.exec(request.headers.authorization ?? '') ?? []
  const token = bearer === undefined ? undefined : await at.provider.AccessToken.find(bearer)
  const account = token && (await createAccounts(given, at.tenantId)(token.accountId))
  const site = token?.clientId && (await given.tenants.readClient(at.tenantId, token.clientId))
  if (account === undefined || !site || !isId('idn', account.accountId)) {
    const retrySeconds = takePermitFor(request, 'refused-token')
    return retrySeconds === undefined
      ? refuse(response, 401, 'invalid_token')
      : sendRefusal(request, response, { code: 'too_many_requests', retrySeconds })
  }
  if (!token?.scopes.has('groups')) return refuse(response, 403, 'insufficient_scope')
  const asked = Number(url.searchParams.get('limit') ?? MOST_GROUPS)
  const limit = Number.isInteger(asked) ? Math.min(Math.max(asked, 1), MOST_GROUPS) : MOST_GROUPS
  const after = url.searchParams.get('after') ?? ''
  const page = { limit: limit + 1, after: isId('idn', after) ? after : undefined }
  const groups = await given.identity.groupsOf(at.tenantId, account.accountId, page)
  sendJson(response, 200, {
    items: groups.slice(0, limit).map(groupOf),
    next: groups.length > limit ? groups[limit - 1]?.identityId : null,
  })
}

/** RFC 6750 section 3. */
function refuse(response: ServerResponse, status: 401 | 403, error: string): void {
  response.setHeader('www-authenticate', `Bearer error="${error}"`)
  sendJson(response, status, { error })
}
