/**
 * What the sample site answers: two pages, a sign-in and its return, a sign-out, a logout receiver.
 *
 * The browser holds two cookies with random handles: one while a sign-in is under way, which binds
 * its return to this browser, and one for the session. All else stays here.
 */
import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { LoggedOut } from './logout-token.ts'
import { signedInPage, signedOutPage } from './pages.ts'
import {
  type Flow,
  type RelyingParty,
  type SignedIn,
  WISHES,
  type Wishes,
} from './relying-party.ts'

export interface LogoutReceived extends LoggedOut {
  /** Epoch milliseconds. */
  readonly at: number
  /** How many sessions it ended here. */
  readonly ended: number
}

export interface Visits {
  readonly name: string
  readonly url: string
  readonly sessions: Map<string, SignedIn>
  readonly flows: Map<string, Flow>
  /** Cookie names; cookies do not tell ports apart, so the port is in them. */
  readonly cookie: { readonly session: string; readonly flow: string }
  readonly relyingParty: () => Promise<RelyingParty>
  /** Throws for a token that is not to be believed. */
  readonly verifyLogout: (token: string) => Promise<LoggedOut>
  readonly received: (logout: LogoutReceived) => void
}

const COOKIE = { path: '/', httpOnly: true, sameSite: 'lax' } as const
const TEN_MINUTES_SECONDS = 600

export function addPages(app: FastifyInstance, visits: Visits): void {
  app.get('/', (request, reply) => {
    const session = sessionOf(request, visits)
    const page = session ? signedInPage(visits.name, session.claims) : signedOutPage(visits.name)
    return reply.type('text/html').send(page)
  })

  app.get('/session', (request) => {
    const session = sessionOf(request, visits)
    return { signedIn: session !== undefined, claims: session?.claims ?? null }
  })
}

export function addSignIn(app: FastifyInstance, visits: Visits): void {
  const { sessions, flows } = visits

  app.get<{ Querystring: Wishes }>('/login', async (request, reply) => {
    const wished = WISHES.filter((name) => typeof request.query[name] === 'string')
    const { url, flow } = await (
      await visits.relyingParty()
    ).start(Object.fromEntries(wished.map((name) => [name, request.query[name]])))
    const handle = newHandle()
    flows.set(handle, flow)
    const options = { ...COOKIE, maxAge: TEN_MINUTES_SECONDS }
    return reply.setCookie(visits.cookie.flow, handle, options).redirect(url, 303)
  })

  app.get('/callback', async (request, reply) => {
    const handle = request.cookies[visits.cookie.flow] ?? ''
    const flow = flows.get(handle)
    flows.delete(handle)
    void reply.clearCookie(visits.cookie.flow, COOKIE)
    if (!flow) throw new Error('This sign-in was not started in this browser, or long ago.')

    const signedIn = await (
      await visits.relyingParty()
    ).finish(new URL(request.url, visits.url), flow)
    const session = newHandle()
    sessions.set(session, signedIn)
    return reply.setCookie(visits.cookie.session, session, COOKIE).redirect('/', 303)
  })

  app.route({
    method: ['GET', 'POST'],
    url: '/logout',
    handler: async (request, reply) => {
      const session = sessionOf(request, visits)
      sessions.delete(request.cookies[visits.cookie.session] ?? '')
      void reply.clearCookie(visits.cookie.session, COOKIE)
      const url = session && (await visits.relyingParty()).endSessionUrl(session.idToken)
      return reply.redirect(url ?? '/', 303)
    },
  })
}

/** OpenID Connect Back-Channel Logout §2.5 and §2.8. */
export function addLogoutReceiver(app: FastifyInstance, visits: Visits): void {
  const { sessions, verifyLogout, received } = visits
  app.post<{ Body: { logout_token?: string } | undefined }>(
    '/backchannel-logout',
    async (request, reply) => {
      void reply.header('cache-control', 'no-store')
      const token = request.body?.logout_token ?? ''
      const verified = await verifyLogout(token).catch((error: unknown) => String(error))
      if (typeof verified === 'string')
        return reply.code(400).send({ error: 'invalid_request', error_description: verified })

      const ending = [...sessions].filter(([, { claims }]) =>
        verified.sid === undefined ? claims.sub === verified.sub : claims['sid'] === verified.sid,
      )
      for (const [handle] of ending) sessions.delete(handle)
      received({ ...verified, at: Date.now(), ended: ending.length })
      return reply.code(200).send()
    },
  )
}

function sessionOf(request: FastifyRequest, { sessions, cookie }: Visits): SignedIn | undefined {
  return sessions.get(request.cookies[cookie.session] ?? '')
}

function newHandle(): string {
  return randomBytes(32).toString('base64url')
}
