/** What a handler knows of the browser that calls, and what it does to its session's cookie. */
import { Refusal } from '../lib/index.ts'
import type { Session, Visit } from '../operators/index.ts'
import type { SetupSession } from '../tenants/index.ts'
import type { Exchange } from './area.ts'
import type { Caller, CallerGiven } from './caller.ts'

export interface Visiting extends Visit {
  /** What stands in the cookie, good or not: of the console, or of a setup link. */
  readonly handle: string | undefined
  /** Gives the browser the cookie of a session. */
  readonly keep: (opened: { readonly handle: string }) => void
  /** Takes it away. */
  readonly forget: () => void
  /** Of whoever calls. @throws Refusal `not_permitted` for a key */
  readonly session: () => Session
  /** Of whoever is in by a setup link. @throws Refusal `not_permitted` */
  readonly setup: () => SetupSession
}

/** A cookie lives as long as a session may; the server ends it sooner. */
const COOKIE_SECONDS = 12 * 60 * 60

/** @returns the visit, and the headers that its handler has asked for by the time it is done */
export function visitOf(
  given: Pick<CallerGiven, 'cookie' | 'setupCookie'>,
  { requestId, address, path, headers: sent }: Exchange,
  { session, setup }: Caller,
): { visit: Visiting; headers: Record<string, string> } {
  const cookie = path.startsWith('/setup/') ? given.setupCookie : given.cookie
  const headers: Record<string, string> = {}
  const set = (handle: string | undefined) => {
    headers['set-cookie'] = cookie.write(handle, COOKIE_SECONDS)
  }
  const visit = {
    requestId,
    address,
    userAgent: sent['user-agent'] ?? null,
    handle: cookie.read(sent),
    keep: ({ handle }: { readonly handle: string }) => set(handle),
    forget: () => set(undefined),
    session: () => session ?? refuse('This is for a person who is signed in.'),
    setup: () => setup ?? refuse('This is for whoever is in by a setup link.'),
  }
  return { visit, headers }
}

function refuse(why: string): never {
  throw new Refusal('not_permitted', why)
}
