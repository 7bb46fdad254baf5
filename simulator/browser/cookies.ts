/**
 * A browser's cookies, by the rules that browsers really keep (RFC 6265 and its successor draft).
 *
 * What bites in practice is here: cookies do not tell ports apart, a path covers what lies below
 * it, `__Host-` asks for Secure, Path=/ and no Domain, and a cookie without SameSite counts as Lax.
 * Secure is allowed over plain http on loopback, as in Chrome and Firefox.
 * Left out: public suffixes. A site is taken to be one host.
 */

interface Cookie {
  readonly name: string
  readonly value: string
  readonly host: string
  /** Set with Domain: also sent to hosts below. */
  readonly below: boolean
  readonly path: string
  readonly secure: boolean
  readonly sameSite: 'strict' | 'lax' | 'none'
  /** Epoch milliseconds; Infinity until the browser is closed. */
  readonly expiresAt: number
}

export interface CookieJar {
  /** Keeps what an answer from that address sets; cookies that break the rules are dropped. */
  readonly keep: (url: URL, setCookies: readonly string[]) => void
  /**
   * The Cookie header of a top-level request, or undefined.
   * @param from  the page that led there; undefined when the person typed the address
   */
  readonly headerFor: (request: {
    url: URL
    method: string
    from: URL | undefined
  }) => string | undefined
  /** What is held for that address, for looking at. */
  readonly at: (url: URL) => readonly { name: string; value: string }[]
}

export function createCookieJar(): CookieJar {
  // By host, path and name; a Map keeps the order of creation when a value is replaced.
  const cookies = new Map<string, Cookie>()

  const at = (url: URL) =>
    [...cookies.values()]
      .filter((cookie) => cookie.expiresAt > Date.now() && belongs(cookie, url))
      .toSorted((a, b) => b.path.length - a.path.length)

  return {
    at,
    keep: (url, setCookies) => {
      for (const text of setCookies) {
        const cookie = parse(url, text)
        if (!cookie) continue
        const key = `${cookie.host}\n${cookie.path}\n${cookie.name}`
        if (cookie.expiresAt <= Date.now()) cookies.delete(key)
        else cookies.set(key, cookie)
      }
    },
    headerFor: ({ url, method, from }) => {
      const foreign = from !== undefined && from.hostname !== url.hostname
      const sent = at(url).filter(
        ({ sameSite }) =>
          !foreign || sameSite === 'none' || (sameSite === 'lax' && method === 'GET'),
      )
      if (sent.length === 0) return undefined
      return sent.map(({ name, value }) => `${name}=${value}`).join('; ')
    },
  }
}

function belongs(cookie: Cookie, url: URL): boolean {
  const { hostname, pathname } = url
  const hostFits =
    hostname === cookie.host || (cookie.below && hostname.endsWith(`.${cookie.host}`))
  const pathFits =
    pathname === cookie.path ||
    pathname.startsWith(cookie.path.endsWith('/') ? cookie.path : `${cookie.path}/`)
  return hostFits && pathFits && (!cookie.secure || isTrustworthy(url))
}

/** RFC 6265 §5.2 and §5.3, with the prefixes and SameSite of its successor. */
function parse(url: URL, text: string): Cookie | undefined {
  const [pair = '', ...rest] = text.split(';')
  const split = pair.indexOf('=')
  if (split < 1) return undefined
  const name = pair.slice(0, split).trim()
  const said = new Map(
    rest.map((each) => {
      const [key = '', ...value] = each.split('=')
      return [key.trim().toLowerCase(), value.join('=').trim()]
    }),
  )

  const domain = said.get('domain')?.replace(/^\./, '').toLowerCase() ?? ''
  if (domain !== '' && domain !== url.hostname && !url.hostname.endsWith(`.${domain}`))
    return undefined
  const secure = said.has('secure')
  if (secure && !isTrustworthy(url)) return undefined
  const sameSite = sameSiteOf(said.get('samesite'))
  if (sameSite === 'none' && !secure) return undefined
  if (name.startsWith('__Secure-') && !secure) return undefined
  if (name.startsWith('__Host-') && !(secure && domain === '' && said.get('path') === '/'))
    return undefined

  return {
    name,
    value: pair.slice(split + 1).trim(),
    host: domain === '' ? url.hostname : domain,
    below: domain !== '',
    path: pathOf(url, said.get('path')),
    secure,
    sameSite,
    expiresAt: expiryOf(said),
  }
}

function sameSiteOf(said: string | undefined): Cookie['sameSite'] {
  const word = said?.toLowerCase()
  return word === 'strict' || word === 'none' ? word : 'lax'
}

/** RFC 6265 §5.1.4. */
function pathOf(url: URL, said: string | undefined): string {
  if (said?.startsWith('/')) return said
  return url.pathname.slice(0, Math.max(1, url.pathname.lastIndexOf('/')))
}

/** Max-Age counts before Expires (RFC 6265 §5.3, step 3). */
function expiryOf(said: ReadonlyMap<string, string>): number {
  const maxAge = said.get('max-age')
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return Date.now() + Number(maxAge) * 1000
  const expires = Date.parse(said.get('expires') ?? '')
  return Number.isNaN(expires) ? Infinity : expires
}

/** Encrypted, or never leaving this machine (W3C Secure Contexts §3.1). */
function isTrustworthy({ protocol, hostname }: URL): boolean {
  return (
    protocol === 'https:' ||
    /^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost|.+\.localhost)$/.test(hostname)
  )
}
