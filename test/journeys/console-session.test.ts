/** A session of the console as the one in front of it meets it: what keeps it, and what its end leaves. */
import assert from 'node:assert/strict'
import { before, test, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { buildConsole } from '../../tools/build-console.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { inChromium, openPage } from '../support/browser.ts'
import { createTestClock, MINUTE } from '../support/clock.ts'
import { comeIn, identify } from '../support/console.ts'
import { acceptInvitation, codeNow } from '../support/visitor.ts'
import { until } from '../support/world.ts'

before(buildConsole)

/** Somebody is in, by a clock that the test turns. */
async function start(t: TestContext) {
  const clock = createTestClock()
  const app = await startApp(t, { clock })
  const { page } = await openPage(t)
  return { clock, app, page, ada: await comeIn(page, app, clock) }
}

test(
  'an overview that nobody looks at does not keep its session, and a key that is pressed does',
  inChromium,
  async (t) => {
    const { clock, app, page } = await start(t) // SEC W-2
    await page.clock.install()
    const asked = () => page.waitForResponse(/\/admin\/v1\/overview/)
    const minutesUnused = async () => {
      const { rows } = await app.database.ownerPool.query('select last_used_at from admin_session')
      return (clock().getTime() - rows[0].last_used_at.getTime()) / MINUTE
    }
    await page.goto(`${app.url}/console/`, { waitUntil: 'networkidle' })

    await Promise.all([asked(), page.clock.runFor(MINUTE)])
    clock.turn(5 * MINUTE)
    await Promise.all([asked(), page.clock.runFor(MINUTE)])
    const left = await minutesUnused()
    assert.equal(left, 5)
    await until('it is used', async () => {
      await page.keyboard.press('Shift')
      await page.clock.runFor(6_000)
      return (await minutesUnused()) === 0
    })
  },
)

const endSessions = ({ database }: TestApp) => database.ownerPool.query('delete from admin_session')
const asking = (page: Page) => page.getByRole('dialog', { name: 'Your session has ended' })

test(
  'a form that is sent after the session has ended is done once who wrote it is in again',
  inChromium,
  async (t) => {
    const { clock, app, page, ada } = await start(t) // SEC W-2
    await page.goto(`${app.url}/console/onboard`)
    await page.getByLabel(/^Name/).fill('Acme')
    await endSessions(app)

    await page.getByRole('button', { name: 'Onboard' }).click()
    await asking(page).getByText('What you sent is not done yet').waitFor()
    const isLegible = await page.locator('input[name="name"]').isVisible()
    await page.keyboard.press('Escape')
    clock.turn(MINUTE)
    await identify(page, { email: ada.email, code: codeNow(ada.secret, clock) })

    await page.getByRole('heading', { name: 'Acme is onboarded' }).waitFor()
    assert.equal(isLegible, false, 'what is on the page is for whoever is in')
  },
)

test(
  'whoever else signs in where a session has ended finds nothing of it, and sends nothing of it',
  inChromium,
  async (t) => {
    const { clock, app, page } = await start(t) // SEC W-2
    const email = 'grace@platform.example'
    const invitation = { role: 'operator', email, name: 'Grace' } as const
    const { url } = await app.admin.inviteAdministrator(invitation)
    const grace = await acceptInvitation(app, clock, url)
    await page.goto(`${app.url}/console/onboard`)
    await page.getByLabel(/^Name/).fill('Acme')
    await endSessions(app)
    await page.getByRole('button', { name: 'Onboard' }).click()
    await asking(page).waitFor()

    clock.turn(MINUTE)
    await identify(page, { email, code: codeNow(grace.secret, clock) })

    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.getByText('Grace').waitFor()
    assert.deepEqual((await app.admin.listTenants({})).items, [])
  },
)

test(
  'a dialog that was open when a timer found the session ended is there again after signing in in another tab',
  inChromium,
  async (t) => {
    const { clock, app, page, ada } = await start(t)
    const { tenant } = await app.onboard('Acme')
    await page.goto(`${app.url}/console/tenants/${tenant.id}`)
    await page.getByRole('button', { name: 'Suspend …' }).click()
    const dialog = page.getByRole('dialog', { name: 'Suspend Acme?' })
    await dialog.waitFor()
    await endSessions(app)
    await asking(page).getByText('Sign in again').waitFor()

    clock.turn(MINUTE)
    const tab = await page.context().newPage()
    await tab.goto(`${app.url}/console/`)
    await identify(tab, { email: ada.email, code: codeNow(ada.secret, clock) })
    await tab.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.dispatchEvent('html', 'focus', { bubbles: true })

    await asking(page).waitFor({ state: 'hidden' })
    await dialog.getByRole('button', { name: 'Suspend' }).click()
    await page.getByText('is suspended').first().waitFor()
  },
)
