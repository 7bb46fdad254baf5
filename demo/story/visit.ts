/**
 * A person at a browser: goes to the site, is sent through the Authority to Okta, signs in there, and
 * is either back at the site or reads why not. Both are checked from outside, and then looked up in
 * the operator's log.
 */
import {
  type Browser,
  createBrowser,
  type Person,
  type VisitedPage,
} from '../../simulator/index.ts'
import { check, Mismatch } from '../checks.ts'
import { fqnOf, identityOf, type Stage, type Tenant } from './stage.ts'

/** What the site knows of whoever sits at a browser. */
export interface SiteSession {
  readonly signedIn: boolean
  readonly claims: Readonly<Record<string, unknown>> | null
}

/** Opens the site, asks to be signed in, and fills in Okta's page if it comes. */
export async function signIn(
  { site }: Tenant,
  person: Person,
  browser: Browser = createBrowser(),
): Promise<Browser> {
  await browser.open(site.url)
  await browser.follow('Sign in')
  await passOkta(browser, person)
  return browser
}

/** A browser that has signed in at Okta already is not asked again. */
export async function passOkta(browser: Browser, { login, password }: Person): Promise<void> {
  const fields = browser.page.forms.flatMap((form) => form.fields.map(({ name }) => name))
  if (fields.includes('credentials.passcode'))
    await browser.submit({ identifier: login, 'credentials.passcode': password })
}

export async function sessionAt({ site }: Tenant, browser: Browser): Promise<SiteSession> {
  const { text } = await browser.open(`${site.url}/session`)
  return JSON.parse(text) as SiteSession
}

/** Checks that the person is at the site and that it knows who they are: id, FQN, name, groups. */
export async function arrived(
  stage: Stage,
  tenant: Tenant,
  person: Person,
  browser: Browser,
): Promise<SiteSession['claims']> {
  const { page } = browser
  if (new URL(page.url).origin !== new URL(tenant.site.url).origin)
    throw new Mismatch(`${person.login} signs in`, `to be at ${tenant.site.url}`, told(page))
  const { claims } = await sessionAt(tenant, browser)
  const { id } = await identityOf(stage, tenant, person)
  const seen = {
    sub: claims?.['sub'],
    fqn: claims?.['fqn'],
    name: claims?.['name'],
    groups: groupNames(claims?.['groups']),
  }
  check(`what the site is told of ${person.login}`, seen, {
    sub: id,
    fqn: fqnOf(tenant, person.login),
    name: person.displayName,
    groups: pushedGroups(tenant, person),
  })
  stage.tally.signedIn += 1
  return claims
}

/**
 * Checks that the page refuses with that code and status, and that the operator finds the attempt
 * under the reference on it, with the same code.
 */
export async function refused(
  { admin, tally, fact }: Stage,
  what: string,
  page: VisitedPage,
  expected: { code: string; status: number },
): Promise<Awaited<ReturnType<Stage['admin']['readSignIn']>>> {
  const codes = [...page.html.matchAll(/<code>([^<]*)<\/code>/g)].map(([, code]) => code ?? '')
  if (page.status !== expected.status || !codes.includes(expected.code))
    throw new Mismatch(what, `${expected.status} and the code ${expected.code}`, told(page))
  const reference = codes.find((each) => each.startsWith('sgn_'))
  if (reference === undefined) throw new Mismatch(what, 'a reference sgn_…', codes)
  const attempt = await admin.readSignIn({ reference: reference as `sgn_${string}` })
  const { outcome, code } = attempt
  check(
    `${what}: the operator's log`,
    { outcome, code },
    { outcome: 'refused', code: expected.code },
  )
  tally.refusedAsExpected += 1
  fact(`${what}: ${expected.code}, "${page.heading}", found in the log as ${reference}`)
  return attempt
}

function pushedGroups({ okta, app }: Tenant, { id }: Person): string[] {
  return [...okta.org.groups.values()]
    .filter((group) => group.members.has(id) && app.scimIdOf(group) !== undefined)
    .map(({ name }) => name)
    .toSorted()
}

function groupNames(groups: unknown): unknown {
  if (!Array.isArray(groups)) return groups
  return groups.map((group: { readonly name?: unknown }) => String(group.name)).toSorted()
}

/** The page in a line, for a mismatch. */
export function told({ status, url, heading, text }: VisitedPage): string {
  return `${status} at ${url}: "${heading}", ${text.slice(0, 400)}`
}
