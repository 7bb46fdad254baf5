/** A passkey of the console: made where the world calls the server, and nowhere else. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { systemClock } from '../../src/lib/index.ts'
import { buildConsole } from '../../tools/build-console.ts'
import { startApp } from '../support/app.ts'
import { createBalancer } from '../support/balancer.ts'
import { inChromium, openPage } from '../support/browser.ts'
import { comeIn } from '../support/console.ts'

before(buildConsole)

test(
  'whoever is at another address of the server is told where a passkey can be made, and makes it there',
  inChromium,
  async (t) => {
    const { url, lead, close } = await createBalancer()
    t.after(close)
    const publicUrl = url.replace('127.0.0.1', 'localhost')
    const app = await startApp(t, { config: { ROLLCALL_PUBLIC_URL: publicUrl } })
    lead([new URL(app.url).port])
    const { page } = await openPage(t)
    const { cookies } = await comeIn(page, { ...app, url: publicUrl }, systemClock)
    const here = [...cookies].map(([name, value]) => ({ name, value, url }))
    const browser = await page.context().newCDPSession(page)
    await browser.send('WebAuthn.enable')
    await browser.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...{ protocol: 'ctap2', transport: 'internal', automaticPresenceSimulation: true },
        ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
      },
    })

    await page.goto(`${url}/console/`)
    await page.getByText('With a passkey you sign in at').waitFor()
    await page.context().addCookies(here)
    await page.goto(`${url}/console/account`)
    await page.getByText('A passkey is of one address').waitFor()
    const isOffered = await page.getByRole('button', { name: 'Make it' }).isVisible()
    await page.getByRole('link', { name: `${publicUrl}/console/account` }).click()
    await page.getByLabel('Name of a new passkey').fill('Laptop')
    await page.getByRole('button', { name: 'Make it' }).click()

    await page.getByRole('table', { name: 'Passkeys' }).getByText('Laptop').waitFor()
    assert.equal(isOffered, false)
  },
)
