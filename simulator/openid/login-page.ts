/**
 * Okta's sign-in page: a form with `identifier` and `credentials.passcode`, Okta's own field names.
 *
 * It answers everybody who may not sign in alike, as Okta does: unknown, wrong password, suspended
 * and deactivated people read "Unable to sign in".
 */
import { timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Provider } from 'oidc-provider'
import { html, page } from '../html.ts'
import type { Org, Person } from '../org.ts'
import { ACCENT } from './provider.ts'

interface Given {
  readonly org: Org
  readonly owner: string
  /** The authorization server of that id. */
  readonly findProvider: (serverId: string) => Provider | undefined
}

interface Visit {
  readonly Params: { serverId: string; uid: string }
  readonly Body: Record<string, unknown> | undefined
}

const PATH = '/signin/:serverId/:uid'

export function addLoginPage(app: FastifyInstance, { org, owner, findProvider }: Given): void {
  app.get<Visit>(PATH, async (request, reply) => {
    const provider = findProvider(request.params.serverId)
    const asked = await provider?.interactionDetails(request.raw, reply.raw).catch(() => undefined)
    if (!provider || asked?.uid !== request.params.uid) return expired(owner, reply)

    // Whoever asks for consent by `prompt=consent` gets it: the administrator has given it for all.
    if (asked.prompt.name === 'consent') {
      const next = await provider.interactionResult(request.raw, reply.raw, { consent: {} })
      return reply.redirect(next, 303)
    }
    return reply.type('text/html').send(loginPage(owner, { identifier: hintOf(org, asked) }))
  })

  app.post<Visit>(PATH, async (request, reply) => {
    const provider = findProvider(request.params.serverId)
    const asked = await provider?.interactionDetails(request.raw, reply.raw).catch(() => undefined)
    if (!provider || asked?.uid !== request.params.uid) return expired(owner, reply)

    const identifier = textOf(request.body?.['identifier'])
    const person = personOf(org, identifier, textOf(request.body?.['credentials.passcode']))
    if (!person) {
      const error = 'Unable to sign in'
      return reply.code(401).type('text/html').send(loginPage(owner, { identifier, error }))
    }
    const login = {
      accountId: person.id,
      amr: person.secondFactor === true ? ['pwd', 'otp', 'mfa'] : ['pwd'],
    }
    const next = await provider.interactionResult(request.raw, reply.raw, { login })
    return reply.redirect(next, 303)
  })
}

function personOf(org: Org, login: string, password: string): Person | undefined {
  const person = org.personByLogin(login)
  const isRight = person !== undefined && same(person.password, password)
  return isRight && person.status === 'ACTIVE' ? person : undefined
}

function same(expected: string, given: string): boolean {
  const [left, right] = [Buffer.from(expected), Buffer.from(given)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** What to put into the first field: the application's hint, else who is signed in already. */
function hintOf(
  org: Org,
  asked: { params: Record<string, unknown>; session?: { accountId: string } | undefined },
): string {
  const signedIn = org.people.get(asked.session?.accountId ?? '')?.login
  return textOf(asked.params['login_hint']) || signedIn || ''
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function loginPage(owner: string, { identifier, error }: { identifier: string; error?: string }) {
  const body = html`${
      error !== undefined &&
      html`<p class="alarm" role="alert">${error}. Check your username and password.</p>`
    }
    <form class="tall" method="post">
      <label for="identifier">Username</label>
      <input
        id="identifier"
        name="identifier"
        value="${identifier}"
        autocomplete="username"
        autocapitalize="none"
        spellcheck="false"
        required
      />
      <label for="passcode">Password</label>
      <input
        id="passcode"
        name="credentials.passcode"
        type="password"
        autocomplete="current-password"
        required
      />
      <button type="submit">Sign in</button>
    </form>`
  return page({ owner, title: 'Sign in', accent: ACCENT, body })
}

function expired(owner: string, reply: FastifyReply) {
  const body = html`<p class="alarm">This sign-in has ended or began in another browser.</p>
    <p>Go back to the application and sign in again.</p>`
  return reply
    .code(400)
    .type('text/html')
    .send(page({ owner, title: 'Sign in', accent: ACCENT, body }))
}
