/**
 * A world for a story: the real app, a customer with an Okta that provisions it and signs its people
 * in, and a site that trusts the customer's Authority. All of it is set up through the product's own
 * doors, and what happened is read through them too.
 */
import {
  type App,
  type Browser,
  createBrowser,
  createOkta,
  createSite,
  type Group,
  type Okta,
  type Outcome,
  type Person,
  type Site,
  type VisitedPage,
} from '../../simulator/index.ts'
import { type AdminClient, ApiError } from '../../src/contract/index.ts'
import { type Onboarded, type Overrides, startApp, type TestApp } from './app.ts'

type Test = { after(act: () => Promise<void>): void }
type Identity = Awaited<ReturnType<AdminClient['readIdentity']>>

export interface WorldSettings {
  /** Which of Okta's two families of applications provisions. */
  readonly kind: 'oin' | 'aiw'
  /** How its calls are authenticated; with `oauth` nobody has consented yet. */
  readonly auth: 'bearer' | 'header' | 'oauth'
  readonly name?: string
  /** Of the customer's people, who are the same in two organisations of one domain. */
  readonly domain?: string
  /** Another customer of an app that is there, instead of an app of its own. */
  readonly on?: TestApp
  readonly overrides?: Overrides
}

/** How an attempt to sign in ended: at the site, at a refusal of ours, or at Okta already. */
export interface Attempt {
  readonly outcome: 'signed-in' | 'refused' | 'stopped-at-okta'
  readonly code: string | undefined
  readonly reference: string | undefined
  readonly page: VisitedPage
}

export interface World {
  readonly app: TestApp
  readonly admin: AdminClient
  readonly tenant: Onboarded['tenant']
  readonly connection: Onboarded['connection']
  readonly handover: Onboarded['handover']
  readonly okta: Okta
  /** The application at Okta that provisions. */
  readonly provisioning: App
  readonly site: Site
  /** The administrator at the customer, who may consent to OAuth provisioning. */
  readonly itAdmin: Person
  /** Nothing is pending, nothing is in quarantine. */
  readonly settle: () => Promise<void>
  readonly hire: (givenName: string, familyName: string) => Promise<Person>
  /** A person's own browser, with its cookies. */
  readonly browserOf: (person: Person) => Browser
  /** Begins at the site, in that person's browser, and goes as far as it goes. */
  readonly signIn: (person: Person) => Promise<Attempt>
  /** Where that person's browser is now, as an attempt. */
  readonly attemptOf: (person: Person) => Attempt
  /** Lets Okta in as that person, as far as the Authority lets them. */
  readonly consent: (person: Person, button?: string) => Promise<VisitedPage>
  /** What the site knows about whoever sits at that person's browser. */
  readonly sessionOf: (person: Person) => Promise<SiteSession>
  /** As sites know them: found by the FQN that they have now. */
  readonly identityOf: (resource: Person | Group) => Promise<Identity>
  readonly membersOf: (group: Group) => Promise<string[]>
  /** What the product itself remembers of an attempt. */
  readonly readSignIn: (attempt: Attempt) => ReturnType<AdminClient['readSignIn']>
}

export interface SiteSession {
  readonly signedIn: boolean
  readonly claims: (Readonly<Record<string, unknown>> & { readonly sub: string }) | null
}

const APP_NAME = 'rollcall'

export async function startWorld(t: Test, settings: WorldSettings): Promise<World> {
  const { name = 'Acme', domain = 'acme.example', on } = settings
  const app = on ?? (await startApp(t, settings.overrides))
  const okta = await createOkta({ seed: domain, domain })
  const site = await createSite({ name: `${name} Field Notes` })
  t.after(async () => {
    await Promise.all([okta.close(), site.close()])
  })

  const itAdmin = okta.hire({ givenName: 'Ada', familyName: 'Min', title: 'IT administrator' })
  const onboarded = await app.admin.onboardTenant({
    name,
    adminUserName: itAdmin.login,
    redirectUris: [okta.oauthRedirectUriFor(APP_NAME)],
  })
  const { tenant, connection, handover } = onboarded
  await trustEachOther(app, onboarded, okta, site)
  const { baseUrl, token } = handover.scim
  const { auth } = settings
  const provisioning = okta.addApp({
    name: APP_NAME,
    kind: settings.kind,
    baseUrl,
    auth: auth === 'oauth' ? { mode: auth } : { mode: auth, token },
    pace: 'full',
  })
  return {
    ...{ app, admin: app.admin, tenant, connection, handover },
    ...{ okta, provisioning, site, itAdmin },
    settle: () => settle(app.admin, tenant.id),
    hire: async (givenName, familyName) => {
      const person = okta.hire({ givenName, familyName })
      await done(provisioning.assign(person))
      return person
    },
    ...createVisits(site, provisioning, handover.client),
    ...createViews(app.admin, onboarded),
  }
}

/** Waits for a fact: asks again and again until it is there. What it waits for is in the error. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 30_000,
): Promise<T> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const found = await ask()
    if (found !== undefined && found !== false) return found
    if (performance.now() > deadline) throw new Error(`After ${withinMs} ms: not ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** @throws Error with what Okta's administrator would read, when the job failed */
export async function done(outcome: Promise<Outcome>): Promise<void> {
  const ended = await outcome
  if (!ended.done) throw new Error(`${ended.task.sentence}: ${ended.task.detail ?? ''}`)
}

export async function settle(admin: AdminClient, tenant: string): Promise<void> {
  const { quarantined } = await until('everything pending loaded', async () => {
    const pipeline = await admin.readSync({ tenant })
    return pipeline.waiting === 0 && pipeline
  })
  if (quarantined === 0) return
  const { items } = await admin.listQuarantine({ tenant })
  throw new Error(`In quarantine: ${items.map(({ reason }) => reason).join('; ')}`)
}

/** What an operator does after onboarding: register the site, the application at Okta, the mapping. */
async function trustEachOther(
  { admin }: TestApp,
  { tenant, connection, handover }: Onboarded,
  okta: Okta,
  site: Site,
): Promise<void> {
  const oidcApplication = okta.registerOidcApp({ redirectUris: [connection.callbackUrl] })
  await admin.changeConnection({
    tenant: tenant.id,
    connection: connection.id,
    oidcApplication,
  })
  await admin.createClaimTypeMapping({ tenant: tenant.id, issuer: oidcApplication.issuer })
  const registered = await admin.createSite({
    tenant: tenant.id,
    name: site.name,
    redirectUris: [site.redirectUri],
    postLogoutRedirectUris: [site.postLogoutRedirectUri],
    backchannelLogoutUri: site.backchannelLogoutUri,
  })
  site.configure({
    authority: handover.client.authority,
    clientId: registered.id,
    clientSecret: registered.clientSecret ?? '',
  })
}

function createVisits(site: Site, provisioning: App, client: Onboarded['handover']['client']) {
  const browsers = new Map<string, Browser>()
  const browserOf = ({ id }: Person): Browser => {
    // A page that asks to be tried again is tried when the story says so.
    const browser = browsers.get(id) ?? createBrowser({ sleep: async () => {} })
    browsers.set(id, browser)
    return browser
  }
  const { origin } = new URL(client.authority)
  const attemptOf = (person: Person) => attemptAt(site, origin, browserOf(person).page)
  return {
    browserOf,
    attemptOf,
    signIn: async (person: Person): Promise<Attempt> => {
      const browser = browserOf(person)
      await browser.open(site.url)
      const isIn = browser.page.forms.some(({ action }) => action.endsWith('/logout'))
      await (isIn ? browser.open(`${site.url}/login`) : browser.follow('Sign in'))
      await passOkta(browser, person)
      return attemptOf(person)
    },
    sessionOf: async (person: Person): Promise<SiteSession> => {
      const { text } = await browserOf(person).open(`${site.url}/session`)
      return JSON.parse(text) as SiteSession
    },
    consent: async (person: Person, button = 'Allow'): Promise<VisitedPage> => {
      const browser = browserOf(person)
      const { authorizeUrl } = await provisioning.startOauth(client)
      await browser.open(authorizeUrl)
      const page = await passOkta(browser, person)
      const isAsked = page.forms.some(({ buttons }) => buttons.some(({ text }) => text === button))
      return isAsked ? browser.submit({}, { button }) : page
    },
  }
}

/** Fills in Okta's page, if that is where the browser came to. */
export async function passOkta(browser: Browser, person: Person): Promise<VisitedPage> {
  const asks = browser.page.forms.some(({ fields }) =>
    fields.some(({ name }) => name === 'identifier'),
  )
  if (!asks) return browser.page
  return browser.submit({ identifier: person.login, 'credentials.passcode': person.password })
}

/** Reads from a page how the attempt ended. */
export function attemptAt(site: Site, authorityUrl: string, page: VisitedPage): Attempt {
  const { origin } = new URL(page.url)
  const nothing = { code: undefined, reference: undefined, page }
  if (origin !== site.url && origin !== authorityUrl)
    return { outcome: 'stopped-at-okta', ...nothing }
  if (origin === site.url && page.heading.startsWith('Hello'))
    return { outcome: 'signed-in', ...nothing }
  const [, reference] = /\b(sgn_[0-9a-z]+)\b/.exec(page.text) ?? []
  const [, code] = /<code>([a-z_]+)<\/code>/.exec(page.html) ?? []
  return { outcome: 'refused', code, reference, page }
}

function createViews(admin: AdminClient, { tenant, connection }: Onboarded) {
  const identityOf = async (resource: Person | Group): Promise<Identity> => {
    const name = 'login' in resource ? resource.login : resource.name
    return admin.readIdentityByFqn({ tenant: tenant.id, fqn: `${connection.label}:${name}` })
  }
  return {
    identityOf,
    membersOf: async (group: Group) => {
      const { id } = await identityOf(group)
      const { items } = await admin.listMembers({ tenant: tenant.id, identity: id, limit: 500 })
      return items.map(({ fqn }) => fqn.slice(connection.label.length + 1)).toSorted()
    },
    readSignIn: ({ reference }: Attempt) => {
      if (reference === undefined) throw new Error('The page shows no reference.')
      return admin.readSignIn({ reference: reference as `sgn_${string}` })
    },
  }
}

/** Whether the API refused with that status. */
export function isStatus(status: number): (error: unknown) => boolean {
  return (error) => error instanceof ApiError && error.status === status
}
