/** Our own cookies: a random handle bound to this host (SEC W-1). The provider sets its own. */
import type { IncomingMessage } from 'node:http'
import { parseCookie, stringifySetCookie } from 'cookie'

export interface CookieJar {
  read(request: IncomingMessage, name: string): string | undefined
  /** The value of a Set-Cookie header. */
  write(name: string, value: string, seconds: number): string
}

/** By the name that the browser knows it by. */
export function readCookie({ headers }: IncomingMessage, name: string): string | undefined {
  return parseCookie(headers.cookie ?? '')[name]
}

/** Over https with the prefix that binds a cookie to its host; plain http is for this machine only. */
export function createCookieJar(publicUrl: string): CookieJar {
  const secure = publicUrl.startsWith('https:')
  const named = (name: string) => `${secure ? '__Host-' : ''}rollcall_${name}`
  return {
    read: (request, name) => readCookie(request, named(name)),
    write: (name, value, seconds) =>
      stringifySetCookie({
        name: named(name),
        value,
        path: '/',
        httpOnly: true,
        sameSite: 'lax',
        secure,
        maxAge: seconds,
      }),
  }
}
