/**
 * The cookie of the console's session: a random handle bound to this host, which no script reads and no
 * other site's request carries (SEC W-1).
 *
 * Over https it has the prefix `__Host-`. Over plain http, which is for this machine only, a browser
 * refuses that prefix: there the name goes without, and any server on this machine's name may read it.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { parseCookie, stringifySetCookie } from 'cookie'

/** A handle is 256 bits in base64url; whatever else stands there is nobody's. */
const HANDLE = /^[\w-]{43}$/

export type ConsoleCookie = ReturnType<typeof createConsoleCookie>

export function createConsoleCookie(publicUrl: string, of = 'console') {
  const secure = publicUrl.startsWith('https:')
  const name = `${secure ? '__Host-' : ''}rollcall_${of}`
  return {
    read({ cookie = '' }: IncomingHttpHeaders): string | undefined {
      const value = parseCookie(cookie)[name]
      return value !== undefined && HANDLE.test(value) ? value : undefined
    },
    /** The value of a Set-Cookie header; without a handle the browser forgets the one it has. */
    write(handle: string | undefined, seconds: number): string {
      return stringifySetCookie({
        name,
        value: handle ?? '',
        path: '/',
        httpOnly: true,
        sameSite: 'strict',
        secure,
        maxAge: handle === undefined ? 0 : seconds,
      })
    },
  }
}
