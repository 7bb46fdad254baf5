/** The console in a real browser, against the real server: what an operator does there, by role and label. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { before, test } from 'node:test'
import { buildConsole } from '../../tools/build-console.ts'
import { barriersIn } from '../support/accessible.ts'
import { startApp } from '../support/app.ts'
import { inChromium, openPage } from '../support/browser.ts'
import {
  becomeFirstOperator,
  enrol,
  moveTo,
  OPERATOR,
  screensOf,
  useColours,
} from '../support/console.ts'
import { HOSTILE, setStage } from '../support/console-stage.ts'
import { PNG } from '../support/pictures.ts'
import { USER } from '../support/scim.ts'
import { call } from '../support/scim-client.ts'
import { done, settle, until } from '../support/world.ts'
import { PASSWORD } from '../support/visitor.ts'

before(buildConsole)

/** Between them they have every part that there is. */
const IN_THE_DARK = new Set(['overview', 'person', 'why', 'request', 'sign-in', 'mappings'])

/** That nobody is signed in yet, or somebody was quicker, a browser calls an error. */
const isUnexpected = (complaint: string) =>
  !/\/v1\/session .*401|\/(?:rules\/versions|verifications|brake|sites\/\w+) .*409|\/branding .*400/.test(
    complaint,
  )

test(
  "an operator's first day: in by the code of the first start, a tenant onboarded, out and in again, its viewer invited and reset",
  inChromium,
  async (t) => {
    const app = await startApp(t)
    const { page, complaints } = await openPage(t)

    const [recoveryCode = ''] = await becomeFirstOperator(page, app)
    await page.getByText('No tenant yet').waitFor()
    await page.getByRole('link', { name: 'Onboard a tenant' }).click()
    await page.getByLabel(/^Name/).fill('Acme')
    await page.getByRole('button', { name: 'Onboard' }).click()
    await page.getByRole('heading', { name: 'Acme is onboarded' }).waitFor()
    await page.getByText('The secrets are shown once').waitFor()
    const values = await page
      .getByRole('region', { name: 'The three values' })
      .locator('code')
      .allTextContents()
    const [acme] = (await app.admin.listTenants({})).items
    assert.deepEqual([values[0], /^rcs_\w+/.test(values[2] ?? '')], [acme?.authority, true])
    await page.getByRole('link', { name: 'Go to the tenant' }).click()
    await page.getByText('is not set up').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('E-mail address').fill(OPERATOR.email)
    await page.getByLabel(/^Password/).fill(PASSWORD)
    await page.getByLabel('Code of your authenticator app').fill(recoveryCode)
    await page.getByRole('button', { name: 'Sign in' }).click()

    await page.getByRole('heading', { name: 'Acme', exact: true }).waitFor()
    assert.deepEqual(complaints.filter(isUnexpected), [])

    await page.getByRole('link', { name: 'Administrators' }).last().click()
    await page.getByLabel(/^Name/).fill('Lee')
    await page.getByLabel('E-mail address').fill('lee@acme.example')
    await page.getByRole('button', { name: 'Invite' }).click()
    await page.getByText('It is shown once').waitFor()
    const linkIn = (name: string) =>
      page.getByRole('note').filter({ hasText: name }).locator('code')
    const invited = await openPage(t)
    await invited.page.goto((await linkIn('Link for lee@acme.example').textContent()) ?? '')
    await invited.page.getByLabel(/^Password/).fill(PASSWORD)
    await invited.page.getByRole('button', { name: 'Continue' }).click()
    await enrol(invited.page)

    await invited.page.getByRole('heading', { name: 'Acme', exact: true }).waitFor()
    assert.equal(await invited.page.getByRole('button', { name: 'Suspend …' }).count(), 0)
    assert.equal(await invited.page.getByRole('link', { name: 'Overview' }).count(), 0)
    await invited.page.getByRole('link', { name: 'Okta', exact: true }).click()
    await invited.page.getByText('Your role only lets you look.').first().waitFor()
    assert.equal(await invited.page.getByRole('button', { name: /Save|Disable|Begin/ }).count(), 0)

    await page.reload()
    await page.getByRole('button', { name: 'Act on Lee' }).click()
    await page.getByRole('menuitem', { name: 'Reset their sign-in …' }).click()
    await page.getByRole('button', { name: 'Reset their sign-in' }).click()
    const again = (await linkIn('Link to begin again').textContent()) ?? ''
    await invited.page.reload()
    await invited.page.getByLabel('E-mail address').waitFor()
    await invited.page.goto(again)
    await invited.page.getByLabel(/^Password/).fill(PASSWORD)
    await invited.page.getByRole('button', { name: 'Continue' }).click()
    await enrol(invited.page)
    await invited.page.getByRole('heading', { name: 'Acme', exact: true }).waitFor()
  },
)

test(
  'what is wrong is found, understood and set right, and every screen can be read by everybody',
  inChromium,
  async (t) => {
    const stage = await setStage(t, 12)
    const { acme, missing, globex } = stage
    const { app } = acme
    const { page, complaints } = await openPage(t, {
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
    })
    const [recoveryCode = ''] = await becomeFirstOperator(page, app)

    const marked = new Map<string, string[]>()
    const menu = page.getByRole('navigation', { name: 'Console' })
    await t.test('axe finds nothing on any screen, light or dark', async () => {
      const barriers: string[] = []
      const look = async (at: string, rules?: readonly string[]) => {
        const found = await barriersIn(page, { ...(rules && { rules }), decidedOnly: true })
        barriers.push(...found.map((barrier) => `${at}: ${barrier}`))
      }
      for (const screen of await screensOf(stage)) {
        await moveTo(page, screen)
        await look(screen.name)
        if (screen.path.startsWith('/tenants/'))
          marked.set(screen.name, await menu.locator('[aria-current=page]').allTextContents())
        if (!IN_THE_DARK.has(screen.name)) continue
        await useColours(page, 'dark')
        await look(`${screen.name}, dark`, ['color-contrast'])
        await useColours(page, 'light')
      }

      assert.deepEqual(barriers, [])
    })

    await t.test('on every screen of a tenant one entry of the menu is the current one', () => {
      const names = [...marked].map(([name, entries]) => [name, entries.map((text) => text.trim())])
      assert.deepEqual(
        names.filter(([, entries]) => entries?.length !== 1),
        [],
      )
      assert.deepEqual(
        ['tenant', 'connection', 'holds', 'request'].map((name) => marked.get(name)?.[0]?.trim()),
        ['Tenant', 'Tenant', 'Sync', 'Provisioning log'],
      )
    })

    await t.test('what the last days were like is a chart, a sentence and a table', async () => {
      await app.app.tallies.flush()
      await page.goto(`${app.url}/console/`)
      await page.getByText(/^Of \d+ requests in 14 days/).waitFor()
      await page.locator('canvas').waitFor()
      await page.getByRole('button', { name: 'As a table' }).click()
      const days = page.getByRole('table', { name: 'Requests by outcome' }).getByRole('row')

      assert.equal(await days.count(), 15)
      await page.getByRole('img', { name: 'In 14 days nothing went wrong.' }).first().waitFor()
      await page.getByRole('link', { name: 'Service health' }).first().click()
      await page.getByRole('listitem').filter({ hasText: 'Migrations' }).getByText('Well').waitFor()
      await page.getByRole('table', { name: 'Nodes' }).getByText('this one').waitFor()
    })

    await t.test('somebody who was refused is found by the reference, and why', async () => {
      await page.goto(`${app.url}/console/`)
      const [refusal] = (
        await app.admin.listSignIns({ tenant: acme.tenant.id, outcome: 'refused' })
      ).items
      await page.getByRole('link', { name: 'Overview' }).waitFor()
      await page.keyboard.press('/')
      await page.getByLabel(/the reference of a sign-in/).fill(refusal?.id ?? '')
      await page.getByLabel(/the reference of a sign-in/).press('Enter')
      await page.getByText('Token verified').waitFor()
      await page.getByRole('link', { name: 'Explain it' }).click()
      await page.getByText('That sign-in was refused').waitFor()
      await page.getByRole('alert').getByText('user_not_found').waitFor()
      await page.getByRole('heading', { name: 'That sign-in, step by step' }).waitFor()
      await page.getByText('Token verified').waitFor()
      await done(acme.provisioning.assign(missing))
      await acme.settle()
      await page.reload()

      await page.getByText(/Nothing any more: .* Let them sign in again/).waitFor()
    })

    await t.test('a mass deactivation is looked at and let through', async () => {
      await page.goto(`${app.url}/console/`)
      await page
        .getByRole('table', { name: 'Tenants' })
        .getByRole('link', { name: 'Globex' })
        .click()
      await page.getByRole('link', { name: 'Decide' }).click()
      await page.getByText('Why this is held').waitFor()
      await page.getByRole('button', { name: 'Release …' }).click()
      const dialog = page.getByRole('dialog', { name: 'Release what is held?' })
      await dialog.getByText(/^What the identity provider said of 7 people happens/).waitFor()
      await dialog.getByRole('button', { name: 'Release' }).click()
      await page.getByText('Nothing is held').waitFor()
      await globex.settle()

      const { items } = await app.admin.listIdentities({
        tenant: globex.tenant.id,
        state: 'inactive',
      })
      assert.equal(items.length, 9)
    })

    await t.test(
      'what cannot be loaded is skipped and tried again, drift is read, a run undone, and who is kept released',
      async () => {
        const { id } = stage.umbrella
        await page.goto(`${app.url}/console/tenants/${id}/quarantine`)
        await page.getByRole('button', { name: /^Skip/ }).click()
        const skip = page.getByRole('dialog', { name: 'Skip it?' })
        assert.ok(await skip.getByRole('button', { name: 'Skip' }).isDisabled())
        await skip.getByLabel('Why').fill('Of the trial.')
        await skip.getByRole('button', { name: 'Skip' }).click()
        const skipped = page.getByRole('table', { name: 'Skipped' })
        await skipped.getByText('Of the trial.').waitFor()
        await page.goto(`${app.url}/console/tenants/${id}/sync`)
        await page.getByRole('button', { name: 'Start a full run …' }).click()
        await page.getByLabel('With what was skipped: 1 record').check()
        await page.getByRole('button', { name: 'Start', exact: true }).click()
        await until(
          'skipped no longer',
          async () => (await app.admin.readSync({ tenant: id })).skipped === 0,
        )
        // Runs that come in move the list on, and a click may come between.
        await page.getByRole('link', { name: 'full' }).nth(1).waitFor()
        await page.getByRole('link', { name: 'full' }).first().press('Enter')
        await page.getByRole('heading', { name: 'Full run' }).waitFor()

        const tenant = globex.tenant.id
        await page.goto(`${app.url}/console/tenants/${tenant}/sync`)
        await page.getByRole('link', { name: 'full' }).click()
        await page.getByText('locale: en-US → en-GB').first().waitFor()
        const inactive = async () =>
          (await app.admin.listIdentities({ tenant, state: 'inactive' })).items.length
        const gone = await inactive()
        const [last] = (await app.admin.listRuns({ tenant })).items.filter(
          ({ kind, identitiesChanged }) => kind !== 'full' && identitiesChanged > 0,
        )
        await page.goto(`${app.url}/console/tenants/${tenant}/sync/runs/${last?.id}`)
        await page.getByText('deactivated', { exact: true }).first().waitFor()
        await page.getByRole('button', { name: 'Undo …' }).click()
        await page.getByRole('button', { name: 'Undo', exact: true }).click()
        await page.getByText('It is undone').waitFor()
        const still = await inactive()
        await page.goto(`${app.url}/console/tenants/${tenant}/holds?show=kept`)
        await page
          .getByRole('button', { name: /^Release/ })
          .first()
          .click()
        await page.getByRole('button', { name: 'Release', exact: true }).click()

        await until('one is gone again', async () => (await inactive()) === still + 1)
        assert.ok(still < gone, `${still} are inactive, ${gone} were`)
      },
    )

    await t.test('people of two connections are joined by a rule, and parted', async () => {
      const { tenant, handover } = await app.onboard('Birch')
      const at = { tenant: tenant.id }
      const other = await app.admin.addConnection({ ...at, name: 'Cedar', label: 'Cedar' })
      for (const { scim } of [handover, other.handover])
        await call(scim, 'POST', '/Users', { schemas: [USER], userName: 'jane', active: true })
      await settle(app.admin, tenant.id)
      await page.goto(`${app.url}/console/tenants/${tenant.id}/settings/joining`)
      await page.getByLabel('What is compared').fill('userName')
      await page.getByRole('combobox', { name: 'The connection that leads' }).click()
      await page.getByRole('option', { name: 'Cedar' }).click()
      await page.getByRole('button', { name: 'Preview' }).click()
      await page.getByText('1 would be joined, of 2 looked at').waitFor()
      await page.getByRole('button', { name: 'Apply …' }).click()
      await page.getByRole('button', { name: 'Apply', exact: true }).click()
      await page.getByText('Cedar, then Birch').first().waitFor()
      const joined = async () =>
        (await app.admin.listIdentities({ ...at, state: 'joined' })).items[0]
      const jane = await until('she is one', joined)
      await page.goto(`${app.url}/console/tenants/${tenant.id}/people/${jane.id}`)
      await page.getByText('Cedar:jane, who leads').waitFor()
      await page.goto(`${app.url}/console/tenants/${tenant.id}/settings/joining`)
      await page.getByRole('button', { name: 'Take it back …' }).click()
      await page.getByRole('button', { name: 'Take it back', exact: true }).click()

      await until('she is two', async () => (await joined()) === undefined)
    })

    await t.test('a site is registered, found, given another secret and removed', async () => {
      const { tenant } = acme
      await page.goto(`${app.url}/console/tenants/${tenant.id}/sites`)
      await page.getByRole('link', { name: 'Register a site' }).click()
      await page.getByLabel(/^Name/).fill('Travel')
      await page.getByLabel(/^Redirect URIs/).fill('https://travel.acme.example/callback')
      await page.getByRole('button', { name: 'Register' }).click()
      await page.getByText('It is shown once').waitFor()
      await page.keyboard.press('/')
      await page.getByLabel(/the reference of a sign-in/).fill('travel')
      await page.getByRole('link', { name: 'Travel site' }).click()
      await page.getByLabel('Give it refresh tokens').check()
      await page.getByLabel('Take pushed requests only (PAR)').check()
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Saved.').waitFor()
      const [travel] = (await app.admin.listSites({ tenant: tenant.id, q: 'travel' })).items
      const at = { tenant: tenant.id, site: travel?.id ?? 'sit_' }
      await page.getByLabel(/^Name/).fill('Travel desk')
      await page.getByRole('button', { name: 'Save' }).click()
      await until(
        'changed once more by the same',
        async () => (await app.admin.readSite(at)).name === 'Travel desk',
      )
      await app.admin.changeSite({ ...at, name: 'Travel agency' })
      await page.getByLabel(/^Name/).fill('Travels')
      await page.getByRole('button', { name: 'Save' }).click()
      await page
        .getByRole('alert')
        .getByText(/^Somebody else has changed the site/)
        .waitFor()
      await page.getByRole('button', { name: 'Show what is there now' }).click()
      await page.getByRole('heading', { name: 'Travel agency' }).waitFor()
      await page.getByRole('button', { name: 'Make a new secret …' }).click()
      await page.getByRole('button', { name: 'Make a new secret', exact: true }).click()
      await page.getByText(/Two are good/).waitFor()
      const [made] = (await app.admin.listSites({ tenant: tenant.id, q: 'travel' })).items
      await page.getByRole('button', { name: 'Remove …' }).click()
      await page.getByRole('button', { name: 'Remove', exact: true }).click()
      await page.getByRole('link', { name: 'Acme Field Notes' }).waitFor()

      assert.deepEqual(
        [made?.refreshTokens, made?.parRequired, made?.redirectUris],
        [true, true, ['https://travel.acme.example/callback']],
      )
      assert.equal(await page.getByRole('link', { name: 'Travel' }).count(), 0)
    })

    await t.test(
      'a connection is tested as oneself, and lets in by a token of its own',
      async () => {
        const nadia = await acme.hire('Nadia', 'Tester')
        await acme.settle()
        const connectionNow = () =>
          app.admin.readConnection({ tenant: acme.tenant.id, connection: acme.connection.id })
        await page.goto(`${app.url}/console/tenants/${acme.tenant.id}`)
        await page.getByRole('link', { name: 'Okta', exact: true }).click()
        await page.getByRole('button', { name: 'Begin a test' }).click()
        await page.getByText('Waiting for you to sign in').waitFor()
        const [tab] = await Promise.all([
          page.waitForEvent('popup'),
          page.getByRole('link', { name: 'Open it in another tab' }).click(),
        ])
        await tab.getByLabel('Username').fill(nadia.login)
        await page.getByRole('link', { name: 'What to compare' }).waitFor()
        await tab.getByLabel('Password').fill(nadia.password)
        await tab.getByRole('button', { name: 'Sign in' }).click()
        await page.getByText('It works: you would be signed in').waitFor()
        await tab.close()
        // What one has changed oneself is no conflict with the other forms of the screen.
        for (const [label, text] of [
          ['Hosts that may be reached', '10.20.0.0/16'],
          ['Name', 'Okta'],
          ['Hosts that may be reached', ''],
        ] as const) {
          const last = (await connectionNow()).changedAt
          const form = page.locator('form', { has: page.getByLabel(new RegExp(`^${label}`)) })
          await form.getByRole('textbox').fill(text)
          await form.getByRole('button', { name: 'Save' }).click()
          await until('saved', async () => (await connectionNow()).changedAt !== last)
        }
        assert.deepEqual((await connectionNow()).internalHosts, [])
        await page.getByRole('link', { name: 'Provisioning', exact: true }).click()
        await page.getByRole('button', { name: 'Make a token …' }).click()
        await page.getByRole('button', { name: 'Make a token', exact: true }).click()
        await page.getByText('It is shown once').waitFor()
        const at = { tenant: acme.tenant.id, connection: acme.connection.id }
        const [made] = (await app.admin.listTokens(at)).items
        await page.getByRole('button', { name: `Revoke ${made?.id}` }).click()
        await page.getByRole('button', { name: 'Revoke', exact: true }).click()
        await page.getByText('revoked', { exact: true }).waitFor()

        const states = (await app.admin.listTokens(at)).items.map(({ state }) => state)
        assert.deepEqual(states, ['revoked', 'live'])
      },
    )

    await t.test('a domain is claimed, and a brand is seen before it is saved', async () => {
      const { tenant } = acme
      await page.goto(`${app.url}/console/tenants/${tenant.id}`)
      await page.getByRole('link', { name: 'Settings' }).click()
      await page.getByRole('textbox', { name: /^Domain/ }).fill('field.acme.example')
      await page.getByRole('button', { name: 'Add' }).click()
      const [claimed] = await until('claimed', async () => {
        const { items } = await app.admin.listDomains({ tenant: tenant.id })
        return items.length > 0 && items
      })
      await page.getByText(claimed?.record.value ?? 'none', { exact: true }).waitFor()
      await page.getByRole('button', { name: 'Verify' }).click()
      await page.getByRole('alert').waitFor()
      await page.getByRole('link', { name: 'Branding' }).click()
      await page.getByLabel('Accent', { exact: true }).fill('#ffee00')
      await page.getByText('#ffee00 cannot be read on a light screen').waitFor()
      await page.getByRole('button', { name: 'Save' }).click()
      await page
        .getByRole('alert')
        .getByText(/cannot be read/)
        .waitFor()
      await page.getByLabel('Accent', { exact: true }).fill('#0f766e')
      await page.getByLabel('Logo').setInputFiles({
        ...{ name: 'logo.png', mimeType: 'image/png', buffer: PNG },
      })
      await page.getByRole('img', { name: 'Acme' }).first().waitFor()
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Saved.').waitFor()

      const { accent, logo } = await app.admin.readBranding({ tenant: tenant.id })
      assert.deepEqual([accent, logo?.width], ['#0f766e', 8])
    })

    // SEC C-3
    await t.test('people are a file at a click, for whoever signed in lately', async () => {
      await page.goto(`${app.url}/console/tenants/${acme.tenant.id}/people?state=active`)
      const take = async (format: string, ask: () => Promise<void>) => {
        const [file] = await Promise.all([
          page.waitForEvent('download'),
          page
            .getByRole('link', { name: `Download as ${format}` })
            .click()
            .then(ask),
        ])
        const text = await readFile(await file.path(), 'utf8')
        return [file.suggestedFilename(), text.trimEnd().split('\n').length] as const
      }
      const csv = await take('CSV', async () => {})
      await app.database.ownerPool.query(
        "update admin_session set created_at = created_at - interval '11 minutes'",
      )
      const ndjson = await take('NDJSON', async () => {
        await page.getByLabel('E-mail address').fill(OPERATOR.email)
        await page.getByLabel(/^Password/).fill(PASSWORD)
        await page.getByLabel('Code of your authenticator app').fill(recoveryCode)
        await page.getByRole('button', { name: 'Sign in' }).click()
      })

      const { items } = await app.admin.listIdentities({
        ...{ tenant: acme.tenant.id, kind: 'person', state: 'active', limit: 500 },
      })
      assert.deepEqual(
        [csv, ndjson],
        [
          ['people.csv', items.length + 1],
          ['people.ndjson', items.length],
        ],
      )
    })

    await t.test(
      'a test is sent to whoever is warned, keys are withdrawn and a connection is removed, each asked first',
      async () => {
        const { tenant, connection, handover } = await app.onboard('Initrode')
        await page.goto(`${app.url}/console/tenants/${tenant.id}/settings/warnings`)
        await page.getByLabel('E-mail addresses').fill('it@initrode.example')
        await page.getByRole('button', { name: 'Save' }).click()
        await page.getByText('Saved.').waitFor()
        await page.getByRole('button', { name: 'Send a test' }).click()
        await page.getByRole('table').getByText('it@initrode.example').waitFor()

        const keys = async () => {
          const { items } = await app.admin.listSigningKeys({ tenant: tenant.id })
          return items.map(({ id }) => id)
        }
        await app.admin.rotateSigningKey({ tenant: tenant.id, atOnce: false })
        const known = await keys()
        await page.getByRole('link', { name: 'Signing keys' }).click()
        await page.getByRole('button', { name: 'Rotate at once …' }).click()
        const withdraw = page.getByRole('dialog', { name: 'Withdraw every key?' })
        await withdraw.getByRole('button', { name: 'Rotate at once' }).click()
        await withdraw.waitFor({ state: 'hidden' })
        const left = await keys()
        assert.deepEqual([left.length, left.filter((id) => known.includes(id))], [1, []])

        const name = `${connection.name} North`
        const userName = 'jane@initrode.example'
        await call(handover.scim, 'POST', '/Users', { schemas: [USER], userName })
        await page.goto(`${app.url}/console/tenants/${tenant.id}/why?person=${userName}`)
        await page.getByRole('link', { name: 'The connection' }).click()
        const renaming = page.getByRole('region', { name: 'Name' })
        await renaming.getByRole('textbox').fill(name)
        await renaming.getByRole('button', { name: 'Save' }).click()
        await page.getByRole('heading', { name }).waitFor()
        await page.getByRole('button', { name: 'Disable …' }).click()
        const disable = page.getByRole('dialog', { name: `Disable ${name}?` })
        await disable.getByRole('button', { name: 'Disable' }).click()
        await page.getByText('This connection is disabled').waitFor()
        await page.getByRole('button', { name: 'Remove …' }).click()
        const remove = page.getByRole('dialog', { name: `Remove ${name}?` })
        await remove.getByText('It cannot be taken back').waitFor()
        await remove.getByRole('button', { name: 'Remove' }).click()
        await page.getByRole('heading', { name: 'Initrode', exact: true }).waitFor()

        assert.deepEqual((await app.admin.readTenant({ tenant: tenant.id })).connections, [])
      },
    )

    await t.test(
      'before a mapping goes live one sees whom it would refuse, of all and of the values to come',
      async () => {
        const { items } = await app.admin.listIdentities({
          ...{ tenant: acme.tenant.id, kind: 'person', state: 'active' },
        })
        const [known] = items.flatMap(({ externalId }) => externalId ?? [])
        await page.goto(`${app.url}/console/tenants/${acme.tenant.id}/settings/mappings`)
        await page
          .getByLabel(/^Values that "sub" will have/)
          .fill(`${known}\n\n00uNobody\n00uNobody`)
        await page.getByRole('button', { name: 'Compare' }).click()
        await page.getByText('1 of 2 values would be refused').waitFor()
        await page.getByRole('button', { name: 'Look at everybody' }).click()
        const refused = page.getByRole('table', { name: 'Of all active people' })
        await refused.getByText('user_not_found').first().waitFor()
        assert.equal(await page.getByText(/Do tokens have the claim|Everybody would be/).count(), 0)
        await page.getByRole('button', { name: 'Look again' }).click()
        await refused.getByText('user_not_found').first().waitFor()

        assert.deepEqual(await barriersIn(page, { decidedOnly: true }), [])
        assert.equal(await refused.getByRole('row').count(), 1 + Object.keys(HOSTILE).length)
        await page.getByLabel('Claim', { exact: true }).fill('email')
        await page.getByLabel(/^Issuer/).fill('https://other.acme.example')
        await page.getByRole('button', { name: 'Add', exact: true }).click()
        await page.getByText('A claim that may change').waitFor()
        await page.getByRole('button', { name: /other\.acme\.example/ }).click()
        const dialog = page.getByRole('dialog', { name: 'Remove the mapping?' })
        await dialog.getByRole('button', { name: 'Remove' }).click()
        await page.getByText('A claim that may change').waitFor({ state: 'detached' })
        await page.getByLabel('Claim', { exact: true }).fill('emial')
        await page.getByLabel(/^Issuer/).fill('https://other.acme.example')
        await page.getByRole('button', { name: 'Add', exact: true }).click()
        await page.getByRole('combobox', { name: 'Mapping' }).click()
        await page.getByRole('option', { name: 'https://other.acme.example' }).click()
        await page.getByRole('button', { name: 'Look at everybody' }).click()
        await page.getByText('Do tokens have the claim "emial"?').waitFor()
        await page.getByRole('button', { name: /other\.acme\.example/ }).click()
        await dialog.getByRole('button', { name: 'Remove' }).click()
        await page.getByText('Do tokens have the claim "emial"?').waitFor({ state: 'detached' })
      },
    )

    // SEC W-5
    await t.test('names that would do harm are shown as the text that they are', async () => {
      const beyond = async (width: number, height: number) => {
        await page.setViewportSize({ width, height })
        const drawn = await page.locator('html').evaluate((html) => html.scrollWidth)
        return drawn > width ? [`${await page.title()}: ${drawn} of ${width}`] : []
      }
      const tooWide: string[] = []
      for (const name of Object.values(HOSTILE)) {
        const q = encodeURIComponent(name.slice(0, 60))
        await page.goto(`${app.url}/console/tenants/${acme.tenant.id}/people?q=${q}`)
        const begins = name.length > 120 ? `${name.slice(0, 119)}…` : name
        await page.getByRole('link', { name: begins, exact: true }).click()
        await page.getByRole('heading', { level: 1, name: begins, exact: true }).waitFor()
        tooWide.push(...(await beyond(320, 800)), ...(await beyond(1280, 800)))
      }
      await page.getByText('all 65,536 characters').click()
      await page.getByText(HOSTILE.long, { exact: true }).waitFor()

      assert.deepEqual([...tooWide, ...(await beyond(1280, 800))], [])
      assert.match(await page.title(), /Rollcall$/)
    })

    await t.test('the pipeline is live: what arrives is shown without asking', async () => {
      await page.goto(`${app.url}/console/tenants/${acme.tenant.id}/sync`)
      const known = page.getByText('Known to sites').locator('..').locator('strong')
      await known.waitFor()
      const already = Number(await known.textContent())
      await acme.hire('Late', 'Comer')

      await known.getByText(String(already + 1), { exact: true }).waitFor()
    })

    // SEC C-7
    await t.test(
      'of two who edit the same rules the second is told, and nothing is lost',
      async () => {
        const at = { tenant: acme.tenant.id, connection: acme.connection.id }
        await page.goto(`${app.url}/console/tenants/${at.tenant}/rules`)
        await page.getByLabel('Display name').fill('upper(name.familyName)')
        await page.getByRole('button', { name: 'Preview' }).click()
        await page.getByText(/looked at would change/).waitFor()
        const locale = { locale: 'first(locale, "en")' }
        await app.admin.applyRules({ ...at, rules: locale, replaces: 0 })
        await page.getByRole('button', { name: 'Apply …' }).click()
        const dialog = page.getByRole('dialog', { name: 'Apply these rules?' })
        await dialog.getByRole('button', { name: 'Apply' }).click()

        await dialog.getByRole('alert').waitFor()
        assert.deepEqual((await app.admin.readRules(at)).rules, locale)
      },
    )

    // SEC C-7
    await t.test('of two who change the brake the second is told', async () => {
      const { tenant } = globex
      await page.goto(`${app.url}/console/tenants/${tenant.id}/settings/brake`)
      await page.getByLabel('Smallest group that is held').fill('70')
      await app.admin.changeBrake({ tenant: tenant.id, groupSize: 60 })
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByRole('button', { name: 'Show what is there now' }).click()
      await page.locator('input[name=groupSize][value="60"]').waitFor()

      assert.equal((await app.admin.readBrake({ tenant: tenant.id })).groupSize, 60)
    })

    await t.test('one gets anywhere by keyboard', async () => {
      await page.goto(`${app.url}/console/`)
      await page
        .getByRole('table', { name: 'Tenants' })
        .getByRole('link', { name: 'Acme' })
        .waitFor()
      await page.keyboard.press('Tab')
      assert.equal(await page.locator(':focus').textContent(), 'Skip to the page')
      await page.keyboard.press('Enter')
      await page.getByRole('table', { name: 'Tenants' }).getByRole('link', { name: 'Acme' }).focus()
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Acme', exact: true }).waitFor()

      assert.equal(await page.locator(':focus').getAttribute('id'), 'main')
    })

    await t.test(
      'where the page has all the room, the menu is opened, and is gone with the page',
      async () => {
        await page.setViewportSize({ width: 400, height: 800 })
        const people = page.getByRole('link', { name: 'People' })
        assert.equal(await people.isVisible(), false)
        await page.getByRole('button', { name: 'Menu' }).press('Enter')
        await people.click()
        await page.getByRole('heading', { name: 'People', level: 1 }).waitFor()
        assert.equal(await people.isVisible(), false)
      },
    )

    assert.deepEqual(complaints.filter(isUnexpected), [])
  },
)
