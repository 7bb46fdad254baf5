/** What the console says of one thing, where it mostly has many. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { systemClock } from '../../src/lib/index.ts'
import { buildConsole } from '../../tools/build-console.ts'
import { startApp } from '../support/app.ts'
import { inChromium, openPage } from '../support/browser.ts'
import { comeIn } from '../support/console.ts'
import { USER } from '../support/scim.ts'
import { call } from '../support/scim-client.ts'

before(buildConsole)

test(
  'of one person whose one change waits, the pipeline and the way to being signed in speak as of one',
  inChromium,
  async (t) => {
    const app = await startApp(t)
    const { tenant, handover } = await app.onboard('Acme')
    await app.admin.pauseSync({ tenant: tenant.id, reason: 'To be looked at.' })
    const userName = 'jane@acme.example'
    await call(handover.scim, 'POST', '/Users', { schemas: [USER], userName, active: true })
    const { page } = await openPage(t)
    await comeIn(page, app, systemClock)

    await page.goto(`${app.url}/console/tenants/${tenant.id}/sync`)
    const stageOf = (name: string) => page.getByText(name, { exact: true }).locator('..')
    const received = await stageOf('Received from the provider').textContent()
    const waiting = await stageOf('Waiting').textContent()
    await page.goto(`${app.url}/console/tenants/${tenant.id}/why?person=${userName}`)
    await page.getByText('1 change of theirs waits.').waitFor()

    assert.match(received ?? '', /1person0 groups/)
    assert.match(waiting ?? '', /1change/)
    assert.doesNotMatch(waiting ?? '', /changes/)
  },
)
