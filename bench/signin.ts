/**
 * A sign-in as a browser goes through it: site, Authority, Okta, Authority, site. What is measured
 * is our own share: the time that our answers took together, the site's own questions to us
 * included, without the time in which we waited for Okta.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import {
  createBrowser,
  createOkta,
  createSite,
  type Okta,
  type Person,
  type Site,
} from '../simulator/index.ts'
import { bench } from './bench.ts'
import { median, ms, percentile } from './figures.ts'
import { type ServerProcess, withServer } from './server.ts'

/** Not measured: compilers warm up, the Authority is asked who it is. */
const WARM_UP = 0.1

export const signin = bench({
  measures: 'a sign-in through Authority and Okta: our own share of its time',
  sizes: { signIns: { means: 'sign-ins, one after another', full: 300, quick: 5 } },
  budgets: [{ figure: 'p50', atMost: 15 }],
  async run({ server }, { signIns }) {
    const database = await server.createDatabase()
    const okta = await createOkta({ seed: 'bench', domain: 'acme.example' })
    const site = await createSite({ name: 'Field Notes' })
    try {
      const spans = await withServer(database, async (process) => {
        const people = await provision(process, okta, site)
        const warmUp = Math.ceil(signIns * WARM_UP)
        const timed = []
        for (let index = 0; index < signIns + warmUp; index += 1)
          timed.push(await signIn(okta, site, people[index % people.length]))
        await process.stop()
        const answers = await process.readLog()
        return timed.slice(warmUp).map((span) => ({ ...span, ownMs: shareOf(span, answers) }))
      })
      const own = spans.map(({ ownMs }) => ownMs)
      return {
        figures: {
          p50: ms(median(own), 'p50 of our own share'),
          p99: ms(percentile(own, 0.99), 'p99 of it'),
          idp: ms(median(spans.map(({ idpMs }) => idpMs)), 'p50 of what we waited for Okta'),
          whole: ms(
            median(spans.map(({ from, to }) => to - from)),
            'p50 of the whole sign-in, with browser, Okta and site',
          ),
        },
      }
    } finally {
      await Promise.all([okta.close(), site.close()])
    }
  },
})

/** One sign-in: when it was, by the clock that the log has too, and how long Okta kept us waiting. */
interface Span {
  readonly from: number
  readonly to: number
  readonly idpMs: number
}

/** @throws Error when the person does not arrive at the site, signed in */
export async function signIn(okta: Okta, site: Site, person: Person | undefined): Promise<Span> {
  if (person === undefined) throw new Error('There is nobody to sign in.')
  const browser = createBrowser()
  const waited = timeAtOkta(okta)
  const from = Date.now()
  await browser.open(`${site.url}/login`)
  await browser.submit({ identifier: person.login, 'credentials.passcode': person.password })
  const to = Date.now()
  if (!browser.page.heading.startsWith('Hello'))
    throw new Error(`${person.login} came to ${browser.page.url}: ${browser.page.text}`)
  // What the log says of the last answer has its own millisecond.
  await wait(5)
  return { from, to, idpMs: waited.end() }
}

/** How long Okta takes for the requests of our server: those that no browser sent. */
function timeAtOkta({ url }: Okta) {
  const { host } = new URL(url)
  const begun = new Map<unknown, number>()
  let sum = 0
  const onStart = (message: unknown) => {
    const { request } = message as { request: IncomingMessage }
    const { headers } = request
    if (headers.host === host && !headers['user-agent']?.includes('(simulated)'))
      begun.set(request, performance.now())
  }
  const onFinish = (message: unknown) => {
    const { request } = message as { request: IncomingMessage }
    const at = begun.get(request)
    if (at !== undefined) sum += performance.now() - at
  }
  subscribe('http.server.request.start', onStart)
  subscribe('http.server.response.finish', onFinish)
  return {
    end(): number {
      unsubscribe('http.server.request.start', onStart)
      unsubscribe('http.server.response.finish', onFinish)
      return sum
    },
  }
}

/** The answers of the Authority in that time, without what we waited. */
function shareOf({ from, to, idpMs }: Span, log: readonly LogLine[]): number {
  const answers = log.filter(({ event, route, time }) => {
    const at = Date.parse(time)
    return (
      event === 'http.request.answered' && route?.startsWith('/t') && at >= from && at <= to + 2
    )
  })
  if (answers.length < 4) throw new Error(`A sign-in had only ${answers.length} answers of ours.`)
  return answers.reduce((sum, answer) => sum + (answer.ms ?? 0), 0) - idpMs
}

type LogLine = Awaited<ReturnType<ServerProcess['readLog']>>[number]

/** What an operator and the customer's administrator do before anybody signs in. */
export async function provision(
  { admin, url }: ServerProcess,
  okta: Okta,
  site: Site,
): Promise<Person[]> {
  const { tenant, connection, handover } = await admin.onboardTenant({ name: 'Signers' })
  const oidcApplication = okta.registerOidcApp({ redirectUris: [connection.callbackUrl] })
  await admin.changeConnection({ tenant: tenant.id, connection: connection.id, oidcApplication })
  await admin.createClaimTypeMapping({ tenant: tenant.id, issuer: oidcApplication.issuer })
  const { id, clientSecret } = await admin.createSite({
    tenant: tenant.id,
    name: site.name,
    redirectUris: [site.redirectUri],
  })
  site.configure({
    authority: handover.client.authority,
    clientId: id,
    clientSecret: clientSecret ?? '',
  })
  const app = okta.addApp({
    name: 'rollcall',
    kind: 'oin',
    baseUrl: url + new URL(handover.scim.baseUrl).pathname,
    auth: { mode: 'bearer', token: handover.scim.token },
    pace: 'full',
  })
  const people = ['Nadia', 'Theo', 'Abigail'].map((givenName) =>
    okta.hire({ givenName, familyName: 'Osei' }),
  )
  for (const person of people) await app.assign(person)
  while ((await admin.readSync({ tenant: tenant.id })).waiting > 0) await wait(20)
  return people
}
