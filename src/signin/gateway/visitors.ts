/**
 * Who a request at the gateway comes from. The cookie leads to a row and that to the session at the
 * Authority: when either has ended, or the person is not active, the request is a stranger's
 * (SEC F-13, R-8).
 */
import type { AccountClaims } from 'oidc-provider'
import { remember } from '../../lib/index.ts'
import { createAccounts } from '../accounts.ts'
import { SITE_SCOPES } from '../clients.ts'
import {
  digest,
  type GatewayGiven,
  jarOf,
  type Knock,
  sessionCookie,
  sessionsOf,
  textOf,
} from './knock.ts'

/** A page is many requests. Shorter than the 5 s in which a leaver is out everywhere. */
const BELIEVED_MS = 2000

interface Believed {
  readonly claims: Promise<AccountClaims | undefined>
  readonly until: number
}

export function createVisitors(given: GatewayGiven) {
  const { clock } = given
  const believed = new Map<string, Believed>()

  async function read({ at, site }: Knock, handle: string): Promise<AccountClaims | undefined> {
    const { tenantId, provider } = at
    const kept = (await sessionsOf(given, tenantId).find(handle)) || undefined
    if (kept?.clientId !== site.clientId) return undefined
    const session = await provider.Session.findByUid(textOf(kept, 'sessionUid') ?? '')
    if (session?.accountId === undefined || session.accountId !== kept.accountId) return undefined
    const account = await createAccounts(given, tenantId)(session.accountId)
    return account?.claims('userinfo', SITE_SCOPES.join(' '), {}, [])
  }

  /** What the site may know of them; undefined for a stranger. */
  return async (knock: Knock): Promise<AccountClaims | undefined> => {
    const { request, at, site } = knock
    const handle = jarOf(site).read(request, sessionCookie(site))
    if (handle === undefined) return undefined
    const key = `${at.tenantId} ${site.clientId} ${digest(handle)}`
    const now = clock().getTime()
    const recent = believed.get(key)
    if (recent !== undefined && recent.until > now) return recent.claims
    const claims = read(knock, handle)
    remember(believed, key, { claims, until: now + BELIEVED_MS })
    claims.catch(() => believed.delete(key))
    return claims
  }
}
