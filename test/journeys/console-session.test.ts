/** A session of the console as the one in front of it meets it: what keeps it, and what its end leaves. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { buildConsole } from '../../tools/build-console.ts'
import { startApp } from '../support/app.ts'
import { inChromium, openPage } from '../support/browser.ts'
import { createTestClock, MINUTE } from '../support/clock.ts'
import { comeIn } from '../support/console.ts'

before(buildConsole)

test(
  'an overview that nobody looks at does not keep its session, and a key that is pressed does',
  inChromium,
  async (t) => {
    const clock = createTestClock() // SEC W-2
    const app = await startApp(t, { clock })
    const { page } = await openPage(t)
    await comeIn(page, app, clock)
    await page.clock.install()
    const asked = () => page.waitForResponse(/\/admin\/v1\/overview/)
    const minutesUnused = async () => {
      const { rows } = await app.database.ownerPool.query('select last_used_at from admin_session')
      return (clock().getTime() - rows[0].last_used_at.getTime()) / MINUTE
    }
    await Promise.all([asked(), page.goto(`${app.url}/console/`)])
    await page.getByText('No tenant yet').waitFor()

    await Promise.all([asked(), page.clock.runFor(MINUTE)])
    clock.turn(5 * MINUTE)
    await Promise.all([asked(), page.clock.runFor(MINUTE)])
    const left = await minutesUnused()
    await page.keyboard.press('Shift')
    await Promise.all([asked(), page.clock.runFor(6_000)])
    const used = await minutesUnused()

    assert.deepEqual([left, used], [5, 0])
  },
)
