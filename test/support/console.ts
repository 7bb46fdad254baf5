/** The console in a real browser: getting in, and every screen that there is. */
import type { Page } from 'playwright-core'
import { type Clock, systemClock } from '../../src/lib/index.ts'
import type { TestApp } from './app.ts'
import type { Stage } from './console-stage.ts'
import { becomeOperator, codeNow, PASSWORD } from './visitor.ts'

export const OPERATOR = { name: 'Robin Vale', email: 'robin@platform.example' }

/** Becomes the first operator, by hand. @returns the recovery codes that were shown */
export async function becomeFirstOperator(page: Page, { app, url }: TestApp): Promise<string[]> {
  let code = ''
  await app.operators.offerFirstOperator(async (offered) => void (code = offered))
  await page.goto(`${url}/console/`)
  await page.getByRole('heading', { name: 'Set up the first operator' }).waitFor()
  await page.getByLabel('One-time code').fill(code)
  await page.getByLabel('Your name').fill(OPERATOR.name)
  await page.getByLabel('E-mail address').fill(OPERATOR.email)
  await page.getByLabel(/^Password/).fill(PASSWORD)
  await page.getByRole('button', { name: 'Continue' }).click()
  const recoveryCodes = await enrol(page)
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  return recoveryCodes
}

/** Is let in as the first operator, who came before. @returns what they sign in with */
export async function comeIn(page: Page, app: TestApp, clock: Clock) {
  const operator = await becomeOperator(app, clock)
  const cookies = [...operator.cookies].map(([name, value]) => ({ name, value, url: app.url }))
  await page.context().addCookies(cookies)
  return operator
}

/** Says who they are, where the page asks. */
export async function identify(page: Page, { email, code }: { email: string; code: string }) {
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel(/^Password/).fill(PASSWORD)
  await page.getByLabel('Code of your authenticator app').fill(code)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Sets up an authenticator app, and keeps the recovery codes. */
export async function enrol(page: Page): Promise<string[]> {
  await page.getByRole('heading', { name: 'Set up your authenticator app' }).waitFor()
  const secret = await page.locator('code').first().textContent()
  await page
    .getByLabel('The six digits that the app shows')
    .fill(codeNow(secret ?? '', systemClock))
  await page.getByRole('button', { name: 'Finish' }).click()
  await page.getByRole('heading', { name: 'Keep your recovery codes' }).waitFor()
  const recoveryCodes = await page.locator('code').first().textContent()
  await page.getByRole('button', { name: 'I have kept them' }).click()
  return (recoveryCodes ?? '').split('\n')
}

export interface Screen {
  readonly name: string
  readonly path: string
  /** What is there once the screen is. */
  readonly shows: string
}

/** Every screen that there is behind the sign-in. */
export async function screensOf({ acme, globex, driftRun, umbrella }: Stage): Promise<Screen[]> {
  const { admin, tenant } = acme
  const at = ({ id }: { readonly id: string }, name: string) => `/tenants/${id}/${name}`
  const of = (name: string) => at(tenant, name)
  const first = async (kind: 'person' | 'group') =>
    (await admin.listIdentities({ tenant: tenant.id, kind, limit: 1 })).items[0]?.id ?? ''
  const [request] = (await admin.listProvisioningLog({ tenant: tenant.id, limit: 1 })).items
  const [signIn] = (await admin.listSignIns({ tenant: tenant.id, outcome: 'refused' })).items
  const [site] = (await admin.listSites({ tenant: tenant.id })).items
  const connection = of(`connections/${acme.connection.id}`)
  return [
    { name: 'overview', path: '/', shows: 'Needs you' },
    { name: 'health', path: '/health', shows: 'Latest migration' },
    { name: 'administrators', path: '/administrators', shows: 'this is you' },
    { name: 'keys', path: '/keys', shows: 'Operator' },
    { name: 'platform-activity', path: '/activity', shows: 'operators.administrator.enrolled' },
    { name: 'onboard', path: '/onboard', shows: 'Identity provider' },
    { name: 'account', path: '/account', shows: 'Where you are signed in' },
    { name: 'tenant', path: `/tenants/${tenant.id}`, shows: 'Time to access' },
    { name: 'people', path: of('people'), shows: 'Nadia Osei' },
    { name: 'person', path: of(`people/${await first('person')}`), shows: 'Joined a group' },
    { name: 'groups', path: of('groups'), shows: 'Field Operations' },
    { name: 'group', path: of(`groups/${await first('group')}`), shows: 'Nadia Osei' },
    { name: 'why', path: of(`why?person=${signIn?.id}`), shows: 'That sign-in was refused' },
    { name: 'sync', path: of('sync'), shows: 'differential' },
    {
      name: 'run',
      path: at(globex.tenant, `sync/runs/${driftRun}`),
      shows: 'locale: en-US → en-GB',
    },
    { name: 'quarantine', path: at(umbrella, 'quarantine'), shows: 'Skip …' },
    { name: 'kept', path: at(globex.tenant, 'holds?show=kept'), shows: 'Nothing is kept' },
    { name: 'holds', path: at(globex.tenant, 'holds'), shows: 'be deactivated' },
    { name: 'provisioning', path: of('provisioning'), shows: 'Create User' },
    {
      name: 'request',
      path: of(`provisioning?entry=${request?.requestId}`),
      shows: 'Okta SCIM Client',
    },
    { name: 'sign-ins', path: of('sign-ins'), shows: 'user_not_found' },
    { name: 'sign-in', path: of(`sign-ins?entry=${signIn?.id}`), shows: 'Token verified' },
    { name: 'add-connection', path: of('connections/add'), shows: 'Callbacks of OAuth' },
    { name: 'connection', path: connection, shows: 'Test it: sign in as yourself' },
    {
      name: 'connection-provisioning',
      path: `${connection}?part=provisioning`,
      shows: 'What requests are let in by',
    },
    { name: 'connection-setup', path: `${connection}?part=setup`, shows: 'No setup link yet' },
    { name: 'connection-dialect', path: `${connection}?part=dialect`, shows: 'Be strict' },
    { name: 'connection-schemas', path: `${connection}?part=schemas`, shows: 'None is declared' },
    { name: 'sites', path: of('sites'), shows: 'Acme Field Notes' },
    { name: 'register-site', path: of('sites/register'), shows: 'Redirect URIs' },
    { name: 'site', path: of(`sites/${site?.id}`), shows: 'As settings' },
    { name: 'rules', path: of('rules'), shows: 'Display name' },
    { name: 'tenant-administrators', path: of('administrators'), shows: 'Nobody administers' },
    { name: 'domains', path: of('settings/domains'), shows: 'Add a domain' },
    { name: 'branding', path: of('settings/branding'), shows: 'As people see it' },
    { name: 'mappings', path: of('settings/mappings'), shows: 'Compared with' },
    { name: 'signing-keys', path: of('settings/signing-keys'), shows: 'Signs from' },
    { name: 'joining', path: at(umbrella, 'settings/joining'), shows: 'What is compared' },
    { name: 'brake', path: of('settings/brake'), shows: 'Smallest group that is held' },
    { name: 'warnings', path: of('settings/warnings'), shows: 'Nothing was sent yet' },
    { name: 'events', path: of('events'), shows: 'Person created' },
    { name: 'activity', path: of('activity'), shows: 'tenants.site.created' },
  ]
}

export async function goTo(page: Page, { url }: Pick<TestApp, 'url'>, { path, shows }: Screen) {
  await page.goto(`${url}/console${path}`)
  await page.getByText(shows).first().waitFor()
}

/** The same as by a link: the page stays, and what is shown is another. */
export async function moveTo(page: Page, { path, shows }: Screen): Promise<void> {
  await page.evaluate((address) => {
    const { history, dispatchEvent, PopStateEvent } = globalThis as unknown as {
      history: { pushState(state: object, title: string, address: string): void }
      dispatchEvent(event: object): void
      PopStateEvent: new (kind: string) => object
    }
    history.pushState({}, '', address)
    dispatchEvent(new PopStateEvent('popstate'))
  }, `/console${path}`)
  await page.getByText(shows).first().waitFor()
}

/** As the system asks for them, and once everything has turned to them. */
export async function useColours(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor()
  await page.evaluate(async () => {
    const { document, requestAnimationFrame } = globalThis as unknown as {
      document: { getAnimations(): { finished: Promise<unknown> }[] }
      requestAnimationFrame(act: () => void): void
    }
    // What turns begins to with the next frame.
    await new Promise<void>((resolve) =>
      requestAnimationFrame(() => requestAnimationFrame(resolve)),
    )
    await Promise.all(document.getAnimations().map(({ finished }) => finished))
  })
}
