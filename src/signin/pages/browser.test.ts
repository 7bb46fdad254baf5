/** Every page of a sign-in in a real browser: whether everybody can use it, in each language and brand. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { before, test } from 'node:test'
import {
  connectionTestPage,
  consentPage,
  emailPage,
  lookOf,
  logoutPage,
  type Page,
  pickerPage,
  refusalPage,
  signedOutPage,
  STYLE,
  SUBMIT,
  SUBMIT_PATH,
  submissionOf,
  submittingPage,
} from './index.ts'
import { barriersIn } from '../../../test/support/accessible.ts'
import { backgroundOf, inChromium, openPage } from '../../../test/support/browser.ts'
import { JPEG } from '../../../test/support/pictures.ts'
import { startWorld } from '../../../test/support/world.ts'

const wayBack = { action: '/t/ten_1/sign-in/1' }
const attempt = { reference: 'sgn_1', site: 'Field Notes', tenant: 'Acme', wayBack } as const

/** One of each build: refusals differ in words alone. */
const PAGES: Readonly<Record<string, Page>> = {
  refused: refusalPage({
    ...attempt,
    code: 'claim_type_mapping_not_found',
    issuer: 'https://idp.example',
  }),
  waiting: refusalPage({
    ...attempt,
    code: 'fqn_not_found',
    // By hand, so that it stands still while it is looked at.
    waiting: { stage: 'busy', sinceSeconds: 75, estimateSeconds: 5, triesByHand: true },
  }),
  failed: refusalPage({
    ...attempt,
    code: 'idp_unreachable',
    wayBack: { ...wayBack, beginsAnew: true },
  }),
  unknown: refusalPage({ code: 'not_found', reference: undefined }),
  picker: pickerPage([
    { name: 'Acme Okta', href: '?connection=1' },
    { name: 'Acme Entra', href: '?connection=2' },
  ]),
  email: emailPage(),
  tested: connectionTestPage({
    reference: 'sgn_1',
    code: undefined,
    steps: [
      { step: 'discovered', issuer: 'https://idp.example' },
      { step: 'tested', claimType: 'sub', value: '00u1' },
    ],
  }),
  consent: consentPage({
    tenant: 'Acme',
    connection: 'Okta',
    administrator: 'it@acme.example',
    returnsTo: 'https://system-admin.okta.example/callback',
  }),
  logout: logoutPage('<form id="op.logoutForm" method="post"></form>'),
  signedOut: signedOutPage(),
  submitting: submittingPage(submissionOf('https://site.example/back', [['code', '1']])),
}

/** The pages by name, in the language of the request; with their own style, as the server sends it. */
let address = ''
before(async () => {
  const server = createServer((request, response) => {
    const page = PAGES[(request.url ?? '').slice(1)]
    if (page === undefined)
      return response.writeHead(200, { 'content-type': 'text/css' }).end(STYLE)
    const { headers, body } = page(lookOf(request))
    return response.writeHead(200, headers).end(body)
  })
  server.unref()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const listening = server.address()
  address = `http://127.0.0.1:${typeof listening === 'object' ? listening?.port : 0}`
})

for (const colorScheme of ['light', 'dark'] as const)
  test(`everybody can use every page on a ${colorScheme} screen`, inChromium, async (t) => {
    const { page } = await openPage(t, { bypassCSP: true, colorScheme })

    for (const name of Object.keys(PAGES)) {
      await page.goto(`${address}/${name}`)

      assert.deepEqual(await barriersIn(page), [], name)
    }
  })

test(
  'pages fit a narrow screen with large text, whatever the length of words',
  inChromium,
  async (t) => {
    for (const locale of ['de', 'ja']) {
      const { page } = await openPage(t, { locale, viewport: { width: 320, height: 600 } })
      for (const name of ['waiting', 'failed', 'email', 'tested', 'consent']) {
        await page.goto(`${address}/${name}`)
        const html = page.locator('html')
        assert.equal(await html.getAttribute('lang'), locale)
        // WCAG 2.2, 1.4.10 and 1.4.4.
        const width = await html.evaluate((element) => {
          element.style.fontSize = '150%'
          return element.scrollWidth
        })
        assert.ok(width <= 320, `${name} in ${locale} is ${width} wide`)
      }
    }
  },
)

test(
  'a form that is handed on by itself arrives, its values as they are',
  inChromium,
  async (t) => {
    const value = `"><&'+ Ö`
    const received = Promise.withResolvers<string>()
    const server = createServer((request, response) => {
      if (request.method === 'POST') {
        const body = Array.fromAsync(request.setEncoding('utf8'), String)
        body.then((parts) => received.resolve(parts.join('')), received.reject)
        return response.end('arrived')
      }
      if (request.url === SUBMIT_PATH)
        return response.writeHead(200, { 'content-type': 'text/javascript' }).end(SUBMIT)
      // Another origin than the page's.
      const to = `http://localhost:${request.socket.localPort}/back`
      const { headers, body } = submittingPage(submissionOf(to, [['state', value]]))(
        lookOf(request),
      )
      return response.writeHead(200, headers).end(body)
    })
    await new Promise<void>((resolve) => server.listen(0, resolve))
    t.after(() => void server.close())
    const { page } = await openPage(t)
    const listening = server.address()
    const port = typeof listening === 'object' ? listening?.port : 0

    await page.goto(`http://127.0.0.1:${port}/`)
    await page.getByText('arrived').waitFor()

    assert.equal(new URLSearchParams(await received.promise).get('state'), value)
  },
)

test(
  "a customer's own brand and language are on the pages of its people",
  inChromium,
  async (t) => {
    const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
    const { admin, tenant, site } = world
    await admin.changeBranding({
      tenant: tenant.id,
      name: 'Acme Werke',
      accent: '#0f766e',
      logo: JPEG.toString('base64'),
    })
    await admin.pauseSync({ tenant: tenant.id })
    const nadia = await world.hire('Nadia', 'Osei')
    const { page, complaints } = await openPage(t, { locale: 'de-CH' })

    await page.goto(site.url)
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('Username').fill(nadia.login)
    await page.getByLabel('Password').fill(nadia.password)
    await page.getByRole('button', { name: 'Sign in' }).click()

    await page.getByRole('heading', { name: 'Ihr Konto ist unterwegs' }).waitFor()
    await page.getByRole('link', { name: 'Nicht mehr von selbst versuchen' }).click()
    const again = page.getByRole('link', { name: 'Jetzt noch einmal versuchen' })
    await again.waitFor()
    const seen = await page.getByRole('img', { name: 'Acme Werke' }).evaluate((image) => ({
      width: (image as unknown as { naturalWidth: number }).naturalWidth,
    }))
    assert.deepEqual(seen, { width: 8 })
    assert.equal(await backgroundOf(again), 'rgb(15, 118, 110)')
    await admin.resumeSync({ tenant: tenant.id })
    await again.click()
    await page.getByRole('heading', { name: 'Hello, Nadia Osei' }).waitFor()
    assert.deepEqual(complaints, [])
  },
)
