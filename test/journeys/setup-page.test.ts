/** The setup page in a real browser: a customer's administrator connects Okta alone, and sees it go green. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { buildConsole } from '../../tools/build-console.ts'
import { barriersIn } from '../support/accessible.ts'
import { inChromium, openPage } from '../support/browser.ts'
import { useColours } from '../support/console.ts'
import { done, startWorld } from '../support/world.ts'

before(buildConsole)

test(
  "a customer's administrator follows the link, enters what Okta shows, and everything turns green",
  inChromium,
  async (t) => {
    const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
    const { admin, okta, provisioning, connection } = world
    const at = { tenant: world.tenant.id, connection: connection.id }
    const { url, id } = await admin.createSetupLink(at)
    const { page, complaints } = await openPage(t, { reducedMotion: 'reduce' })
    const green = () => page.locator('[data-done="true"]').allTextContents()

    await page.goto(url)
    await page.getByLabel('People sign in with').selectOption('okta-catalogue')
    await page.getByText('Applications > Create App Integration').waitFor()
    assert.doesNotMatch(page.url(), /rcl_/)
    await page.getByText(connection.callbackUrl).waitFor()
    const application = okta.registerOidcApp({ redirectUris: [connection.callbackUrl] })
    await page.getByLabel('Issuer').fill(application.issuer)
    await page.getByLabel('Client ID').fill(application.clientId)
    await page.getByLabel('Client secret').fill('of another')
    await page.getByRole('button', { name: 'Try and keep' }).click()
    await page
      .getByRole('alert')
      .getByText(/client id/)
      .waitFor()
    await page.getByLabel('Client secret').fill(application.clientSecret)
    await page.getByRole('button', { name: 'Try and keep' }).click()
    await page.getByText('it is kept').waitFor()
    await page.getByRole('button', { name: 'Make another token' }).click()
    await page.getByText('It is shown once').waitFor()
    await done(provisioning.test())
    await page.getByText('3 of 7').waitFor()
    const nadia = await world.hire('Nadia', 'Osei')
    await done(provisioning.pushGroup(okta.createGroup('Field Ops', [nadia])))
    await world.settle()
    await world.signIn(nadia)
    await page.getByText('7 of 7').waitFor()

    assert.equal((await green()).length, 7)
    assert.deepEqual(await barriersIn(page, { decidedOnly: true }), [])
    await useColours(page, 'dark')
    assert.deepEqual(await barriersIn(page, { rules: ['color-contrast'], decidedOnly: true }), [])
    await page.setViewportSize({ width: 320, height: 640 })
    const width = await page.locator('html').evaluate((html) => html.scrollWidth)
    assert.ok(width <= 320, `it is ${width} wide, so one would have to scroll sideways`)
    await admin.revokeSetupLink({ ...at, link: id })
    await page.getByText('This link is not good any more').waitFor()
    assert.deepEqual(
      complaints.filter((complaint) => !/\/setup\/v1\//.test(complaint)),
      [],
    )
  },
)
