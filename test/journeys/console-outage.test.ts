/** The console while the server is away: it says so, keeps what it has, and is itself again afterwards. */
import assert from 'node:assert/strict'
import { before, test, type TestContext } from 'node:test'
import { systemClock } from '../../src/lib/index.ts'
import { buildConsole } from '../../tools/build-console.ts'
import { startApp } from '../support/app.ts'
import { createBalancer } from '../support/balancer.ts'
import { inChromium, openPage } from '../support/browser.ts'
import { comeIn, moveTo } from '../support/console.ts'

before(buildConsole)

const NOWHERE = 'http://127.0.0.1:1'

/** An operator's page of a console that is reached by an address which can be led elsewhere. */
async function comeInByProxy(t: TestContext) {
  const { url, lead, swallow, close } = await createBalancer()
  t.after(close)
  const app = await startApp(t, { config: { ROLLCALL_PUBLIC_URL: url } })
  const leadTo = (node: string) => lead([new URL(node).port])
  leadTo(app.url)
  const { tenant } = await app.onboard('Acme')
  const { page } = await openPage(t)
  await comeIn(page, { ...app, url }, systemClock)
  return { app, url, leadTo, swallow, tenant, page }
}

test(
  'while the server is away a page says so and since when it is not live, and afterwards goes on by itself',
  inChromium,
  async (t) => {
    const { app, url, leadTo, tenant, page } = await comeInByProxy(t)
    const other = await app.startNode()
    const form = await page.context().newPage()
    await form.goto(`${url}/console/onboard`)
    await form.getByLabel(/^Name/).fill('Globex')
    const sync = { name: 'sync', path: `/tenants/${tenant.id}/sync`, shows: 'Known to sites' }
    await page.goto(`${url}/console${sync.path}`)
    await page.getByText('Nothing has run yet').waitFor()

    leadTo(NOWHERE)
    await app.close()
    await page.getByText('Not live since').waitFor()
    const away = 'The server cannot be reached. Try again in a moment.'
    await moveTo(page, { name: 'people', path: `/tenants/${tenant.id}/people`, shows: away })
    await moveTo(page, { ...sync, shows: 'Not live since' })
    await page.getByRole('region', { name: 'Runs' }).getByText(away).waitFor()
    await form.getByRole('button', { name: 'Onboard' }).click()
    await form.getByText('The server cannot be reached. Whether this was done').waitFor()

    leadTo(other.url)

    await page.getByText('Known to sites').waitFor()
    await page.getByText('Nothing has run yet').waitFor()
    await page.getByText('Not live since').waitFor({ state: 'hidden' })
    await form.getByRole('button', { name: 'Onboard' }).click()
    await form.getByRole('heading', { name: 'Globex is onboarded' }).waitFor()
  },
)

test(
  'what somebody is writing stays when what they write in cannot be asked again',
  inChromium,
  async (t) => {
    const { url, leadTo, tenant, page } = await comeInByProxy(t)
    await page.clock.install()
    await page.goto(`${url}/console/tenants/${tenant.id}/rules`)
    await page.getByLabel('Display name').fill('upper(name.familyName)')

    leadTo(NOWHERE)
    // Whoever comes back to a tab is shown what is there by then.
    await page.clock.runFor(60_000)
    await page.dispatchEvent('html', 'visibilitychange', { bubbles: true })
    await page.clock.runFor(10_000)

    const stale = page.getByRole('alert').filter({ hasText: 'What is shown is not of now' })
    await stale.first().waitFor()
    assert.equal(await page.getByLabel('Display name').inputValue(), 'upper(name.familyName)')
  },
)

test(
  'a network that swallows everything is noticed: the page is not live, and what was sent is not known to be done',
  inChromium,
  async (t) => {
    const { url, swallow, tenant, page } = await comeInByProxy(t)
    const form = await page.context().newPage()
    await page.clock.install()
    await form.clock.install()
    await form.goto(`${url}/console/onboard`)
    await form.getByLabel(/^Name/).fill('Globex')
    await page.goto(`${url}/console/tenants/${tenant.id}/sync`)
    await page.getByText('Nothing has run yet').waitFor()

    swallow()
    await form.getByRole('button', { name: 'Onboard' }).click()
    await form.clock.runFor(31_000)
    await page.clock.runFor(31_000)

    await form.getByText('The server cannot be reached. Whether this was done').waitFor()
    await page.getByText('Not live since').waitFor()
  },
)
