/**
 * `npm run screenshots [-- folder]`: a picture of every screen of the console, light and dark, of a
 * platform that the tests' stage sets up. They are for looking at; git does not keep them.
 */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { buildConsole } from '../tools/build-console.ts'
import { findNeeds } from '../tools/test-needs.ts'

const folder = resolve(process.argv[2] ?? 'screenshots')
Object.assign(process.env, findNeeds({ install: false }).settings)
// They look for the browser when they are loaded.
const { inChromium, openPage } = await import('./support/browser.ts')
const { becomeFirstOperator, goTo, screensOf, useColours } = await import('./support/console.ts')
const { setStage } = await import('./support/console-stage.ts')

test('screenshots', inChromium, async (t) => {
  await buildConsole()
  const stage = await setStage(t)
  const { app } = stage.acme
  const { page } = await openPage(t, { viewport: { width: 1360, height: 900 } })
  mkdirSync(folder, { recursive: true })
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto(`${app.url}/console/`)
  await page.screenshot({ path: join(folder, 'first-operator.png') })
  await becomeFirstOperator(page, app)
  for (const screen of await screensOf(stage)) {
    await goTo(page, app, screen)
    for (const colorScheme of ['light', 'dark'] as const) {
      await useColours(page, colorScheme)
      await page.screenshot({ path: join(folder, `${screen.name}-${colorScheme}.png`) })
    }
  }
  t.diagnostic(`in ${folder}`)
})
