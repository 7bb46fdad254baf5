/** What a handler knows of the browser that calls, and what it does to its session's cookie. */
import { Refusal } from '../lib/index.ts'
import type { Opened, Session, Visit } from '../operators/index.ts'
import type { Exchange } from './area.ts'
import type { ConsoleCookie } from './console-cookie.ts'

export interface Visiting extends Visit {
  /** What stands in the cookie, good or not. */
  readonly handle: string | undefined
  /** Gives the browser the cookie of a session. */
  readonly keep: (opened: Pick<Opened, 'handle'>) => void
  /** Takes it away. */
  readonly forget: () => void
  /** Of whoever calls. @throws Refusal `not_permitted` for a key */
  readonly session: () => Session
}

/** A cookie lives as long as a session may; the server ends it sooner. */
const COOKIE_SECONDS = 12 * 60 * 60

/** @returns the visit, and the headers that its handler has asked for by the time it is done */
export function visitOf(
  cookie: ConsoleCookie,
  { requestId, address, headers: sent }: Exchange,
  session: Session | undefined,
): { visit: Visiting; headers: Record<string, string> } {
  const headers: Record<string, string> = {}
  const set = (handle: string | undefined) => {
    headers['set-cookie'] = cookie.write(handle, COOKIE_SECONDS)
  }
  const visit = {
    requestId,
    address,
    userAgent: sent['user-agent'] ?? null,
    handle: cookie.read(sent),
    keep: ({ handle }: Pick<Opened, 'handle'>) => set(handle),
    forget: () => set(undefined),
    session() {
      if (session !== undefined) return session
      throw new Refusal('not_permitted', 'This is for a person who is signed in.')
    },
  }
  return { visit, headers }
}
