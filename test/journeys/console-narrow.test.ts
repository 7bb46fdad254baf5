/** The console on the narrowest screen: 320 pixels, as a wide one is at 400 % (WCAG 2.2, 1.4.10). */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Locator } from 'playwright-core'
import { systemClock } from '../../src/lib/index.ts'
import { buildConsole } from '../../tools/build-console.ts'
import { startApp } from '../support/app.ts'
import { inChromium, openPage } from '../support/browser.ts'
import { comeIn } from '../support/console.ts'
import { USER } from '../support/scim.ts'
import { call } from '../support/scim-client.ts'
import { settle } from '../support/world.ts'

before(buildConsole)

/** As wide as a name of some twenty letters. */
const LEGIBLE = 180

async function tooNarrow(located: Locator): Promise<string[]> {
  const all = await located.all()
  assert.ok(all.length > 0)
  const widths = await Promise.all(all.map(async (each) => (await each.boundingBox())?.width ?? 0))
  return widths.flatMap((width, index) => (width < LEGIBLE ? `${index}: ${width} px` : []))
}

test(
  'on the narrowest screen what is said of somebody can be read, and fields stand below each other',
  inChromium,
  async (t) => {
    const app = await startApp(t)
    const { tenant, handover } = await app.onboard('Acme')
    const userName = 'jane.of.the.longer.names@acme.example'
    await call(handover.scim, 'POST', '/Users', { schemas: [USER], userName, active: true })
    await settle(app.admin, tenant.id)
    const { page } = await openPage(t, { viewport: { width: 320, height: 640 } })
    await comeIn(page, app, systemClock)

    await page.goto(`${app.url}/console/tenants/${tenant.id}/why?person=${userName}`)
    await page.locator('dd').first().waitFor()
    const facts = await tooNarrow(page.locator('dd'))
    await page.goto(`${app.url}/console/administrators`)
    const providers = page.getByRole('region', { name: 'Sign-in providers' })
    await providers.locator('input:visible').nth(2).waitFor()
    const fields = await tooNarrow(providers.locator('input:visible'))

    assert.deepEqual({ facts, fields }, { facts: [], fields: [] })
  },
)
