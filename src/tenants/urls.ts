/**
 * Addresses: those of a tenant's Authority and SCIM root, and those that callers register.
 *
 * Ours come from the public URL in the settings, never from a request (SEC G-5). Theirs are
 * compared later as exact strings, so they are kept as given once they are known to be sound.
 */
import { isIP } from 'node:net'
import { type ConnectionId, isPublic, reachesInner, Refusal, type TenantId } from '../lib/index.ts'

/** The OpenID issuer of a tenant. */
export function authorityOf(publicUrl: string, tenantId: TenantId): string {
  return `${publicUrl}/t/${tenantId}`
}

/** What a customer enters in Okta as "Base URL". */
export function baseUrlOf(publicUrl: string, connectionId: ConnectionId): string {
  return `${publicUrl}/scim/v2/${connectionId}`
}

/** Where Okta's "OAuth 2.0 Authorization Code" mode returns to, for an app of that name. */
export function oktaCallbacks(appName: string): string[] {
  if (!/^[A-Za-z0-9_-]{1,100}$/.test(appName))
    throw new Refusal(
      'invalid_input',
      `"${appName.slice(0, 40)}" is not the name of an Okta app: it takes letters, digits, _ and -.`,
    )
  return ['okta.com', 'okta-emea.com', 'oktapreview.com'].map(
    (host) => `https://system-admin.${host}/admin/app/cpc/${appName}/oauth/callback`,
  )
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Keeps `text` if a browser may be sent there: https, or http on this machine (SEC O-2).
 * @throws Refusal `invalid_input` saying which address and why
 */
export function cleanUrl(what: string, text: string): string {
  const url = URL.parse(text)
  const refuse = (why: string) =>
    new Refusal('invalid_input', `The ${what} "${text.slice(0, 200)}" ${why}.`)
  if (url === null || text.length > 2048)
    throw refuse('is not a whole URL of up to 2,048 characters')
  if (/[\s\p{Cc}\\]/u.test(text)) throw refuse('holds spaces, control characters or backslashes')
  if (url.username !== '' || url.password !== '') throw refuse('carries a user name or password')
  if (url.hash !== '' || text.includes('#'))
    throw refuse('has a fragment (#…), which is never sent')
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.has(url.hostname)))
    throw refuse('must begin with https:// (http:// is for this machine only)')
  return text
}

/**
 * Keeps `text` if this server may connect there, as far as it says so itself: what a name leads to is
 * looked at when it is used (SEC X-3).
 * @param internalHosts  what an operator has allowed of the inner network
 * @throws Refusal `invalid_input` saying which address and why
 */
export function cleanServerUrl(
  what: string,
  text: string,
  internalHosts: readonly string[] = [],
): string {
  const { hostname } = new URL(cleanUrl(what, text))
  const host = hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) === 0 || LOOPBACK.has(hostname) || isPublic(host)) return text
  if (reachesInner(internalHosts, host, host)) return text
  throw new Refusal(
    'invalid_input',
    `The ${what} "${text.slice(0, 200)}" is at an address that is not one of the public internet.`,
  )
}

/** @throws Refusal `invalid_input` unless it is scheme, host and port alone, as a browser writes them */
export function cleanOrigin(what: string, text: string): string {
  const { origin } = new URL(cleanUrl(what, text))
  if (text === origin) return origin
  throw new Refusal(
    'invalid_input',
    `The ${what} "${text.slice(0, 200)}" is more than scheme, host and port: give ${origin}`,
  )
}

/** @throws Refusal when there are none, more than 20, or one is unsound */
export function cleanUrls(what: string, texts: readonly string[], least: 0 | 1): string[] {
  if (texts.length < least || texts.length > 20)
    throw new Refusal('invalid_input', `Give ${least === 1 ? '1 to' : 'up to'} 20 of ${what}.`)
  return [...new Set(texts.map((text) => cleanUrl(what, text)))]
}
