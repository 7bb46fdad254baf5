/**
 * `npm run screenshots [-- folder]`: a picture of every screen of the console, light and dark, and of the
 * setup page, wide and as narrow as it gets, of a platform that the tests' stage sets up. They are for
 * looking at, and git does not keep them, but for the few that the documentation shows: those are written
 * into `docs/images`, small.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { buildConsole } from '../tools/build-console.ts'
import { findNeeds } from '../tools/test-needs.ts'

const folder = resolve(process.argv[2] ?? 'screenshots')
const docs = resolve('docs/images')
Object.assign(process.env, findNeeds({ install: false }).settings)
// They look for the browser when they are loaded.
const { inChromium, openPage } = await import('./support/browser.ts')
const { becomeFirstOperator, goTo, screensOf, useColours } = await import('./support/console.ts')
const { setStage } = await import('./support/console-stage.ts')
const { webpOf } = await import('./support/webp.ts')

/** The screens that the documentation shows, light. */
const SHOWN = ['overview', 'person', 'why', 'request', 'setup']
const WIDE = { width: 1360, height: 900 }
/** What WCAG 2.2 asks for: 1280 pixels at four times the size (1.4.10). */
const NARROW = { width: 320, height: 800 }

test('screenshots', inChromium, async (t) => {
  await buildConsole()
  const stage = await setStage(t)
  const { app, admin, tenant, connection } = stage.acme
  const { page } = await openPage(t, { viewport: WIDE })
  mkdirSync(folder, { recursive: true })
  mkdirSync(docs, { recursive: true })

  const take = async (name: string, fullPage = false) => {
    for (const colours of ['light', 'dark'] as const) {
      await useColours(page, colours)
      const picture = await page.screenshot({ fullPage })
      writeFileSync(join(folder, `${name}-${colours}.png`), picture)
      if (colours === 'light' && SHOWN.includes(name))
        writeFileSync(join(docs, `${name}.webp`), await webpOf(page, await page.screenshot()))
    }
  }

  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto(`${app.url}/console/`)
  await page.getByRole('heading', { name: 'Set up the first operator' }).waitFor()
  await take('first-operator')
  await becomeFirstOperator(page, app)
  for (const screen of await screensOf(stage)) {
    await goTo(page, app, screen)
    await take(screen.name)
  }

  const { url } = await admin.createSetupLink({ tenant: tenant.id, connection: connection.id })
  await page.goto(url)
  await page.getByLabel('People sign in with').waitFor()
  await page.getByLabel('People sign in with').selectOption('okta-wizard')
  await page.getByLabel('Domain', { exact: true }).fill('acme.example')
  await page.getByRole('button', { name: 'Add the domain' }).click()
  await page.getByRole('button', { name: 'Check the record' }).waitFor()
  await page.getByRole('button', { name: 'Make another token' }).click()
  await page.getByText('It is shown once').waitFor()
  await page.getByRole('button', { name: 'Prepare a test' }).click()
  await page.getByText('The test waits for you').waitFor()
  await page.getByRole('heading', { level: 1 }).scrollIntoViewIfNeeded()
  await take('setup')
  await take('setup-whole', true)
  await page.setViewportSize(NARROW)
  await take('setup-narrow', true)
  t.diagnostic(`in ${folder}; those of the documentation in ${docs}`)
})
