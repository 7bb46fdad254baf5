/** The audit log, as an operator verifies it in the console. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { buildConsole } from '../../tools/build-console.ts'
import { startApp } from '../support/app.ts'
import { inChromium, openPage } from '../support/browser.ts'
import { createTestClock } from '../support/clock.ts'
import { comeIn } from '../support/console.ts'

before(buildConsole)

test(
  'Activity shows what was refused, verifies the log, and names the entry that somebody changed',
  inChromium,
  async (t) => {
    const clock = createTestClock() // SEC G-2
    const app = await startApp(t, { clock })
    const { page } = await openPage(t)
    await comeIn(page, app, clock)
    const { tenant } = await app.onboard('Acme')
    const { key } = await app.admin.createKey({
      tenant: tenant.id,
      name: 'reader',
      role: 'tenant-viewer',
    })
    const refused = await fetch(`${app.url}/admin/v1/tenants/Acme/sites`, {
      ...{ method: 'POST', headers: { authorization: `Bearer ${key}` } },
    })
    assert.equal(refused.status, 403)
    await app.app.sweeper.sweepAll()
    await page.goto(`${app.url}/console/tenants/${tenant.id}/activity`)

    await page.getByRole('button', { name: 'Verify' }).click()
    await page.getByText(/\d entries, each as it was written/).waitFor()
    const row = page.getByRole('row', { name: /createSite/ })
    assert.match(await row.innerText(), /reader[^]*127\.0\.0\.1[^]*refused/)
    await app.database.ownerPool.query(
      `update audit_log set outcome = 'done' where outcome = 'refused'`,
    )
    await page.getByRole('button', { name: 'Verify' }).click()

    const found = page.getByRole('alert')
    await found.waitFor()
    assert.match(
      await found.innerText(),
      /not as it was written[^]*Entry \d+ \(aud_\w+\) is not what/,
    )
  },
)
