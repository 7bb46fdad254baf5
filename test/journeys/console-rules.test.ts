/** Rules and settings in the console, as somebody writes them: what is not applied is not lost by a click. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { systemClock } from '../../src/lib/index.ts'
import { buildConsole } from '../../tools/build-console.ts'
import { startApp } from '../support/app.ts'
import { inChromium, openPage } from '../support/browser.ts'
import { comeIn } from '../support/console.ts'

before(buildConsole)

test(
  'whoever leaves rules or settings that they wrote and did not apply is asked first',
  inChromium,
  async (t) => {
    const app = await startApp(t)
    const { tenant } = await app.onboard('Acme')
    const { page } = await openPage(t)
    await comeIn(page, app, systemClock)
    await page.goto(`${app.url}/console/tenants/${tenant.id}/people`)
    const menu = (name: string) => page.getByRole('link', { name, exact: true })
    const isAt = (name: string) => page.getByRole('heading', { name, level: 1 }).waitFor()
    await menu('Rules').click()
    const written = page.locator('input[value="upper(name.familyName)"]')
    await page.getByLabel('Display name').fill('upper(name.familyName)')
    const leave = page.getByRole('dialog', { name: 'Leave without applying?' })

    await menu('Groups').click()
    await leave.getByRole('button', { name: 'Cancel' }).click()
    await leave.waitFor({ state: 'hidden' })
    await written.waitFor()
    await page.goBack()
    await leave.getByRole('button', { name: 'Leave' }).click()
    await isAt('People')
    await menu('Rules').click()
    await isAt('Rules')
    await page.getByLabel('Display name').waitFor()
    await menu('Groups').click()

    await isAt('Groups')
    await page.goto(`${app.url}/console/tenants/${tenant.id}/settings/brake`)
    const unsaved = page.getByRole('dialog', { name: 'Leave without saving?' })
    await page.getByLabel(/^Share of the people/).fill('25')
    await menu('Groups').click()
    await unsaved.getByRole('button', { name: 'Cancel' }).click()
    await unsaved.waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    await menu('Groups').click()

    await isAt('Groups')
    assert.equal((await app.admin.readBrake({ tenant: tenant.id })).share, 0.25)
  },
)
