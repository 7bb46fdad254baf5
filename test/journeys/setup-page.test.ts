/** The setup page in a real browser: a customer's administrator connects Okta alone, and sees it go green. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { buildConsole } from '../../tools/build-console.ts'
import { startDns } from '../support/dns.ts'
import { barriersIn } from '../support/accessible.ts'
import { inChromium, type OpenedPage, openPage } from '../support/browser.ts'
import { useColours } from '../support/console.ts'
import { done, startWorld, type World } from '../support/world.ts'

before(buildConsole)

test(
  "a customer's administrator follows the link, enters what Okta shows, and everything turns green",
  inChromium,
  async (t) => {
    const dns = await startDns(t)
    const config = { ROLLCALL_DNS_SERVERS: [dns.server] }
    let aheadMs = 0
    const clock = () => new Date(Date.now() + aheadMs)
    const minutePasses = () => void (aheadMs += 61_000)
    const world = await startWorld(t, { kind: 'oin', auth: 'bearer', overrides: { config, clock } })
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
    await rotateToken(page, world, minutePasses)
    await page.getByText('3 of 7').waitFor()
    const nadia = await world.hire('Nadia', 'Osei')
    await done(provisioning.pushGroup(okta.createGroup('Field Ops', [nadia])))
    await world.settle()
    await page.getByText('6 of 7').waitFor()
    await page.getByRole('button', { name: 'Prepare a test' }).click()
    const opened = page.waitForEvent('popup')
    await page.getByRole('link', { name: 'Sign in as yourself' }).click()
    const tab = await opened
    await tab.locator('[name="identifier"]').fill(nadia.login)
    await tab.locator('[name="credentials.passcode"]').fill(nadia.password)
    await tab.locator('[type="submit"]').click()
    await tab.getByRole('heading', { name: 'The test has passed' }).waitFor()
    await page.getByText('You were found among those who were sent here').waitFor()
    await page.getByText('7 of 7').waitFor()
    await verifyDomain(page, dns.records)

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

test(
  'whoever is stopped at the identity provider by a redirect URI that is not theirs sees on the page what to compare',
  inChromium,
  async (t) => {
    let aheadMs = 0
    const clock = () => new Date(Date.now() + aheadMs)
    const world = await startWorld(t, { kind: 'oin', auth: 'bearer', overrides: { clock } })
    const { admin, okta, connection, tenant } = world
    const at = { tenant: tenant.id, connection: connection.id }
    const redirectUris = [connection.callbackUrl.replace(/.$/, '')]
    const oidcApplication = okta.registerOidcApp({ redirectUris })
    await admin.changeConnection({ ...at, oidcApplication })
    const { page } = await openPage(t, { reducedMotion: 'reduce' })
    await page.goto((await admin.createSetupLink(at)).url)
    await page.getByLabel('People sign in with').selectOption('okta-wizard')
    await page.getByRole('button', { name: 'Prepare a test' }).click()
    const opened = page.waitForEvent('popup')
    await page.getByRole('link', { name: 'Sign in as yourself' }).click()

    await (await opened).getByText('redirect_uri did not match').waitFor()

    const step = page.getByRole('listitem').filter({ hasText: 'Prepare a test' })
    await step.getByText('The test waits for you to come back').waitFor()
    await step.getByText(/shows an error .* has as Sign-in redirect URIs with this/).waitFor()
    await step.getByText(connection.callbackUrl, { exact: true }).waitFor()
    await step.getByRole('button', { name: 'Copy Sign-in redirect URIs' }).waitFor()
    assert.deepEqual(await barriersIn(page, { decidedOnly: true }), [])
    await page.setViewportSize({ width: 320, height: 640 })
    const width = await page.locator('html').evaluate((html) => html.scrollWidth)
    assert.ok(width <= 320, `it is ${width} wide, so one would have to scroll sideways`)
    aheadMs = 61 * 60_000
    await step.getByText('You have not come back in time').waitFor()
    assert.equal(await page.getByText('was not used in time').count(), 0)
  },
)

type Page = OpenedPage['page']

/** Okta sends all the while; it is given the new token, and the old one goes once the new one is in use. */
async function rotateToken(
  page: Page,
  { provisioning }: World,
  minutePasses: () => void,
): Promise<void> {
  const rotated = new AbortController()
  const traffic = (async () => {
    while (!rotated.signal.aborted) await done(provisioning.test())
  })()
  await page.getByText('last used').waitFor()
  await page.getByRole('button', { name: 'Make another token' }).click()
  await page.getByText('It is shown once').waitFor()
  await page.getByText('Two tokens are in force').waitFor()
  const token = await page.locator('code', { hasText: /^rcs_/ }).textContent()
  const [, old] = await page.getByRole('button', { name: /^Revoke/ }).all()
  await old?.click()
  await page.getByText('No other token was used').waitFor()
  provisioning.changeToken(token ?? '')
  await page.getByText('Both tokens were used within a minute').waitFor()
  minutePasses()
  await page.getByText('The new token is in use').waitFor()
  await page.getByRole('button', { name: 'Revoke', exact: true }).click()
  await page.getByRole('button', { name: 'Make another token' }).waitFor()
  await done(provisioning.test())
  rotated.abort()
  await traffic

  const refused = provisioning.exchanges.filter(({ status }) => status === 0 || status >= 400)
  assert.deepEqual(refused, [], 'no request failed while the token was replaced')
}

async function verifyDomain(page: Page, records: Map<string, string[]>): Promise<void> {
  const name = '_rollcall-challenge.acme.example'
  await page.getByLabel('Domain', { exact: true }).fill('Acme.example')
  await page.getByRole('button', { name: 'Add the domain' }).click()
  const check = page.getByRole('button', { name: 'Check the record' })
  records.set(name, ['rollcall-verification=of-last-year'])
  await check.click()
  await page.getByText('has there: "rollcall-verification=of-last-year"').waitFor()
  const value = await page.locator('code', { hasText: /^rollcall-verification=/ }).textContent()
  records.set(name, [value ?? ''])
  await check.click()
  await page.getByText('verified', { exact: true }).waitFor()
}
