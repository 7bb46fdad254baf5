/**
 * A sample site: a small web application that lets an Authority sign people in.
 *
 * It does what any site does, with standard libraries: it starts a sign-in, takes the answer, keeps
 * a session in a cookie, signs out at the Authority too, and ends sessions when the Authority says
 * so behind the browser's back. It keeps nobody: who you are is what the Authority said.
 */
import { randomBytes } from 'node:crypto'
import fastifyCookie from '@fastify/cookie'
import fastifyFormbody from '@fastify/formbody'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { createLogoutVerifier, type LoggedOut } from './logout-token.ts'
import { refusedPage, signedInPage, signedOutPage } from './pages.ts'
import {
  connect,
  type Flow,
  type RelyingParty,
  type SignedIn,
  SignInRefused,
  type Trust,
} from './relying-party.ts'

export interface LogoutReceived extends LoggedOut {
  /** Epoch milliseconds. */
  readonly at: number
  /** How many sessions it ended here. */
  readonly ended: number
}

export interface Site {
  readonly name: string
  readonly url: string
  readonly redirectUri: string
  readonly postLogoutRedirectUri: string
  readonly backchannelLogoutUri: string
  /** Trusts that Authority from now on. Who is signed in stays so. */
  readonly configure: (trust: Trust) => void
  /** The logout tokens that were accepted, oldest first. */
  readonly logoutsReceived: readonly LogoutReceived[]
  readonly close: () => Promise<void>
}

interface Visits {
  readonly name: string
  readonly url: string
  readonly sessions: Map<string, SignedIn>
  readonly flows: Map<string, Flow>
  /** Cookie names; cookies do not tell ports apart, so the port is in them. */
  readonly cookie: { readonly session: string; readonly flow: string }
  readonly relyingParty: () => Promise<RelyingParty>
}

const COOKIE = { path: '/', httpOnly: true, sameSite: 'lax' } as const
const TEN_MINUTES_SECONDS = 600

/** Starts the site on loopback, at any free port unless told. */
export async function createSite({ name, port = 0 }: { name: string; port?: number }) {
  const app = fastify()
  await app.register(fastifyCookie)
  await app.register(fastifyFormbody)

  const logoutsReceived: LogoutReceived[] = []
  let trusted: Trusted | undefined
  const trust = () => {
    if (!trusted) throw new Error(`${name} trusts no Authority yet.`)
    return trusted
  }
  // Routes are added before it is known at which port they will answer.
  const visits = {
    name,
    url: '',
    sessions: new Map<string, SignedIn>(),
    flows: new Map<string, Flow>(),
    cookie: { session: '', flow: '' },
    relyingParty: () => trust().relyingParty(),
  }
  addPages(app, visits)
  addSignIn(app, visits)
  addLogoutReceiver(app, {
    sessions: visits.sessions,
    verify: async (token) => (await trust().verifier())(token),
    received: (logout) => void logoutsReceived.push(logout),
  })
  app.setErrorHandler((error, _, reply) => {
    const message = error instanceof Error ? error.message : String(error)
    const code = error instanceof SignInRefused ? { code: error.code } : {}
    return reply
      .code(400)
      .type('text/html')
      .send(refusedPage(name, { message, ...code }))
  })

  const url = await app.listen({ host: '127.0.0.1', port })
  const own = new URL(url).port
  Object.assign(visits, { url, cookie: { session: `site_${own}`, flow: `site_flow_${own}` } })
  const addresses = { redirectUri: `${url}/callback`, postLogoutRedirectUri: `${url}/` }
  return {
    name,
    url,
    ...addresses,
    backchannelLogoutUri: `${url}/backchannel-logout`,
    configure: (given) => {
      trusted = trusting(given, addresses)
    },
    logoutsReceived,
    close: () => app.close(),
  } satisfies Site
}

interface Trusted {
  readonly relyingParty: () => Promise<RelyingParty>
  readonly verifier: () => Promise<(token: string) => Promise<LoggedOut>>
}

/** Asks the Authority who it is at the first need; a failure is not remembered. */
function trusting(
  trust: Trust,
  addresses: { redirectUri: string; postLogoutRedirectUri: string },
): Trusted {
  let asked: Promise<RelyingParty> | undefined
  let verify: ((token: string) => Promise<LoggedOut>) | undefined
  const relyingParty = () => {
    asked ??= connect(trust, addresses).catch((error: unknown) => {
      asked = undefined
      throw new Error(`${trust.authority} did not say who it is: ${String(error)}`, {
        cause: error,
      })
    })
    return asked
  }
  return {
    relyingParty,
    verifier: async () => {
      const { issuer, jwks_uri: jwksUri } = (await relyingParty()).metadata
      if (jwksUri === undefined) throw new Error(`${issuer} publishes no keys.`)
      verify ??= createLogoutVerifier({ issuer, jwksUri, clientId: trust.clientId })
      return verify
    },
  }
}

function addPages(app: FastifyInstance, visits: Visits): void {
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

function addSignIn(app: FastifyInstance, visits: Visits): void {
  const { sessions, flows } = visits

  app.get<{ Querystring: { login_hint?: string; prompt?: string } }>(
    '/login',
    async (request, reply) => {
      const { login_hint: loginHint, prompt } = request.query
      const { url, flow } = await (
        await visits.relyingParty()
      ).start({
        ...(loginHint !== undefined && { loginHint }),
        ...(prompt !== undefined && { prompt }),
      })
      const handle = newHandle()
      flows.set(handle, flow)
      const options = { ...COOKIE, maxAge: TEN_MINUTES_SECONDS }
      return reply.setCookie(visits.cookie.flow, handle, options).redirect(url, 303)
    },
  )

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
function addLogoutReceiver(
  app: FastifyInstance,
  given: {
    sessions: Map<string, SignedIn>
    verify: (token: string) => Promise<LoggedOut>
    received: (logout: LogoutReceived) => void
  },
): void {
  app.post<{ Body: { logout_token?: string } | undefined }>(
    '/backchannel-logout',
    async (request, reply) => {
      void reply.header('cache-control', 'no-store')
      const token = request.body?.logout_token ?? ''
      const verified = await given.verify(token).catch((error: unknown) => String(error))
      if (typeof verified === 'string')
        return reply.code(400).send({ error: 'invalid_request', error_description: verified })

      const ending = [...given.sessions].filter(([, { claims }]) =>
        verified.sid === undefined ? claims.sub === verified.sub : claims['sid'] === verified.sid,
      )
      for (const [handle] of ending) given.sessions.delete(handle)
      given.received({ ...verified, at: Date.now(), ended: ending.length })
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
