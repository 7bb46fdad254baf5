/**
 * A sample site: a small web application that lets an Authority sign people in.
 *
 * It does what any site does, with standard libraries: it starts a sign-in, takes the answer, keeps
 * a session in a cookie, signs out at the Authority too, and ends sessions when the Authority says
 * so behind the browser's back. It keeps nobody: who you are is what the Authority said.
 */
import fastifyCookie from '@fastify/cookie'
import type { FastifyInstance } from 'fastify'
import { createRoutes, listen } from '../server.ts'
import { createLogoutVerifier, type LoggedOut } from './logout-token.ts'
import { refusedPage } from './pages.ts'
import { connect, type RelyingParty, SignInRefused, type Trust } from './relying-party.ts'
import { addLogoutReceiver, addPages, addSignIn, type LogoutReceived } from './routes.ts'

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

/** Starts the site on loopback, at any free port unless told. */
export async function createSite({
  name,
  port = 0,
}: {
  name: string
  port?: number
}): Promise<Site> {
  const { url, serve, close } = await listen(port)
  const addresses = { redirectUri: `${url}/callback`, postLogoutRedirectUri: `${url}/` }
  const logoutsReceived: LogoutReceived[] = []
  let trusted: Trusted | undefined
  const trust = () => {
    if (!trusted) throw new Error(`${name} trusts no Authority yet.`)
    return trusted
  }

  const routes = await createRoutes()
  await routes.register(fastifyCookie)
  const own = new URL(url).port
  const visits = {
    name,
    url,
    sessions: new Map(),
    flows: new Map(),
    cookie: { session: `site_${own}`, flow: `site_flow_${own}` },
    relyingParty: async () => trust().relyingParty(),
    verifyLogout: async (token: string) => (await trust().verifier())(token),
    received: (logout: LogoutReceived) => void logoutsReceived.push(logout),
  }
  addPages(routes, visits)
  addSignIn(routes, visits)
  addLogoutReceiver(routes, visits)
  showErrors(routes, name)
  await serve(routes)
  return {
    name,
    url,
    ...addresses,
    backchannelLogoutUri: `${url}/backchannel-logout`,
    configure: (given) => {
      trusted = trusting(given, addresses)
    },
    logoutsReceived,
    close,
  }
}

/** Whatever goes wrong is shown to the person who sees it, in the Authority's words if it has any. */
function showErrors(routes: FastifyInstance, name: string): void {
  routes.setErrorHandler((error, _, reply) => {
    const message = error instanceof Error ? error.message : String(error)
    const code = error instanceof SignInRefused ? { code: error.code } : {}
    const page = refusedPage(name, { message, ...code })
    return reply.code(400).type('text/html').send(page)
  })
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
