/** The same stories in a real browser: what people see, and that it works without a script or a mouse. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import type { Person } from '../../simulator/index.ts'
import { contrastOf, inChromium, openPage, outlineOf } from '../support/browser.ts'
import { done, startWorld, until, type World } from '../support/world.ts'

const BEARER = { kind: 'oin', auth: 'bearer' } as const

/** Follows "Sign in" at the site and fills in Okta's page. */
async function signIn(page: Page, { site }: World, person: Person): Promise<void> {
  await page.goto(site.url)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await passOkta(page, person)
}

async function passOkta(page: Page, { login, password }: Person): Promise<void> {
  await page.getByLabel('Username').fill(login)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

test(
  'a person signs in at the site, is signed out with their access, and is told why',
  inChromium,
  async (t) => {
    const world = await startWorld(t, BEARER)
    const nadia = await world.hire('Nadia', 'Osei')
    await done(world.provisioning.pushGroup(world.okta.createGroup('Field Ops', [nadia])))
    await world.settle()
    const { page, complaints } = await openPage(t)

    await signIn(page, world, nadia)
    await page.getByRole('heading', { name: 'Hello, Nadia Osei' }).waitFor()
    await page.getByText('Acme:nadia.osei@acme.example').first().waitFor()
    await page.getByText('Field Ops').first().waitFor()
    await done(world.provisioning.unassign(nadia))
    await until('told of the logout', () => world.site.logoutsReceived.length > 0, 5000)
    await page.reload()
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
    await page.getByRole('link', { name: 'Sign in' }).click()

    await page.getByRole('heading', { name: 'Your account is not active' }).waitFor()
    await page.getByText('identity_inactive').waitFor()
    assert.deepEqual(complaints, [])
  },
)

for (const colorScheme of ['light', 'dark'] as const)
  test(
    `a refusal can be read without a script, and on a small ${colorScheme} screen`,
    inChromium,
    async (t) => {
      const world = await startWorld(t, BEARER) // SEC W-4
      const nadia = world.okta.hire({ givenName: 'Nadia', familyName: 'Osei' })
      const { page, complaints } = await openPage(t, {
        colorScheme,
        javaScriptEnabled: false,
        viewport: { width: 320, height: 568 },
      })

      await signIn(page, world, nadia)

      await page.getByRole('heading', { level: 1, name: 'Your account is not here yet' }).waitFor()
      assert.equal(await page.title(), 'Your account is not here yet')
      assert.equal(await page.locator('html').getAttribute('lang'), 'en')
      assert.equal(await page.getByRole('main').count(), 1)
      const reference = await page.getByText(/^sgn_\w+$/).textContent()
      const entry = await world.admin.readSignIn({ reference: reference as `sgn_${string}` })
      assert.equal(entry.code, 'user_not_found')
      for (const text of ['h1', 'p', 'dt', 'dd code'])
        assert.ok((await contrastOf(page.locator(text).first())) >= 4.5, `${text} can be read`)
      const width = await page.locator('html').evaluate((html) => html.scrollWidth)
      assert.ok(width <= 320, `it is ${width} wide, so one would have to scroll sideways`)
      await page.getByRole('button', { name: `Back to ${world.site.name}` }).click()
      await page.getByRole('heading', { name: 'You could not be signed in' }).waitFor()
      await page.getByText(`user_not_found (reference ${reference})`).waitFor()
      assert.deepEqual(complaints, [])
    },
  )

test(
  'a page that waits tries again by itself, without a script, and lets the person in',
  inChromium,
  async (t) => {
    const world = await startWorld(t, BEARER)
    const { admin, tenant } = world
    await admin.pauseSync({ tenant: tenant.id })
    const nadia = await world.hire('Nadia', 'Osei')
    const { page, complaints } = await openPage(t, { javaScriptEnabled: false })

    await signIn(page, world, nadia)
    await page.getByRole('heading', { name: 'Your account is on its way' }).waitFor()
    await page.getByRole('status').getByText('paused by an operator').waitFor()
    await page.waitForEvent('load')
    await page.getByRole('heading', { name: 'Your account is on its way' }).waitFor()
    await admin.resumeSync({ tenant: tenant.id })

    await page.getByRole('heading', { name: 'Hello, Nadia Osei' }).waitFor()
    assert.deepEqual(complaints, [])
  },
)

test('the administrator consents by keyboard, seeing where the focus is', inChromium, async (t) => {
  const world = await startWorld(t, { ...BEARER, auth: 'oauth' })
  const { provisioning, itAdmin, okta, handover } = world
  const { page, complaints } = await openPage(t)
  const { authorizeUrl } = await provisioning.startOauth(handover.client)

  await page.goto(authorizeUrl)
  await passOkta(page, itAdmin)
  await page.getByRole('heading', { name: 'Allow provisioning for Acme?' }).waitFor()
  for (const name of ['Allow', 'Deny']) {
    await page.keyboard.press('Tab')
    const focused = page.locator(':focus-visible')
    assert.equal(await focused.textContent(), name)
    const outline = await outlineOf(focused)
    assert.match(outline, /solid [23]px|[23]px.* solid/)
  }
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Enter')
  await page.waitForURL(`${okta.url}/**`)

  assert.ok(provisioning.oauth.connected)
  await done(provisioning.test())
  assert.deepEqual(complaints, [])
})

test(
  'signing out at the site ends at the site, signed out, and asks Okta again',
  inChromium,
  async (t) => {
    const world = await startWorld(t, BEARER)
    const nadia = await world.hire('Nadia', 'Osei')
    await world.settle()
    const { page, complaints } = await openPage(t)
    await signIn(page, world, nadia)

    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign out?' }).waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()

    await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
    assert.equal(new URL(page.url()).origin, world.site.url)
    const cookies = await page.context().cookies(world.handover.client.authority)
    assert.deepEqual(
      cookies.filter(({ name }) => name.includes('_session_')),
      [],
    )
    assert.deepEqual(complaints, [])
  },
)

test(
  'who signs in where another person is gets to the site, wherever that goes on to, and it hears that the other is out',
  inChromium,
  async (t) => {
    const world = await startWorld(t, BEARER)
    const { site } = world
    const [nadia, theo] = [await world.hire('Nadia', 'Osei'), await world.hire('Theo', 'Lund')]
    await world.settle()
    const { page, complaints } = await openPage(t)
    await signIn(page, world, nadia)
    await page.getByRole('heading', { name: 'Hello, Nadia Osei' }).waitFor()
    const leading = await startLeadingSite(t, world)

    await page.goto(`${site.url}/login?prompt=login`)
    await passOkta(page, theo)
    await page.getByRole('heading', { name: 'Hello, Theo Lund' }).waitFor()
    const [{ sub } = {}] = await until(
      'told of it',
      () => site.logoutsReceived.length > 0 && site.logoutsReceived,
      5000,
    )
    await page.goto(leading.signIn)
    await passOkta(page, nadia)

    await page.getByRole('heading', { name: 'At home' }).waitFor()
    assert.equal(sub, (await world.identityOf(nadia)).id)
    assert.deepEqual(complaints, [])
  },
)

test(
  'who answers a page of ours gets to the site, wherever that goes on to: back, signed out, and by form',
  inChromium,
  async (t) => {
    const world = await startWorld(t, BEARER)
    const nadia = world.okta.hire({ givenName: 'Nadia', familyName: 'Osei' })
    const leading = await startLeadingSite(t, world)
    const { page, complaints } = await openPage(t)
    const atHome = () => page.getByRole('heading', { name: 'At home' }).waitFor()

    await page.goto(leading.signIn)
    await passOkta(page, nadia)
    await page.getByRole('button', { name: 'Back to Leading' }).click()
    await atHome()
    await done(world.provisioning.assign(nadia))
    await world.settle()
    await page.goto(`${leading.signIn}&response_mode=form_post`)
    await passOkta(page, nadia)
    await atHome()
    await page.goto(leading.signOut)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await atHome()

    assert.deepEqual(leading.heard(), ['/callback?error', '/callback', '/out'])
    assert.deepEqual(complaints, [])
  },
)

/** A site that takes people back at one origin and has its pages at another. */
async function startLeadingSite(t: TestContext, { admin, tenant }: World) {
  const heard: string[] = []
  const server = createServer(({ url = '' }, response) => {
    if (url === '/home')
      return response.setHeader('content-type', 'text/html').end('<h1>At home</h1>')
    heard.push(url.replace(/(\?error)?[=?].*/, '$1'))
    response.writeHead(303, { location: `http://localhost:${port}/home` }).end()
  })
  await once(server.listen(0), 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const redirectUri = `http://127.0.0.1:${port}/callback`
  const out = `http://127.0.0.1:${port}/out`
  const { id } = await admin.createSite({
    tenant: tenant.id,
    name: 'Leading',
    redirectUris: [redirectUri],
    postLogoutRedirectUris: [out],
  })
  const asked = new URLSearchParams({
    ...{ client_id: id, redirect_uri: redirectUri, response_type: 'code', scope: 'openid' },
    ...{ code_challenge: 'x'.repeat(43), code_challenge_method: 'S256', prompt: 'login' },
  })
  const leaving = new URLSearchParams({ client_id: id, post_logout_redirect_uri: out })
  return {
    signIn: `${tenant.authority}/connect/authorize?${asked}`,
    signOut: `${tenant.authority}/connect/endsession?${leaving}`,
    /** The paths that people came back to, without `/home`. */
    heard: () => heard,
  }
}
