import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBrowser } from '../../simulator/index.ts'
import { createTestClock, MINUTE } from '../../test/support/clock.ts'
import { startHostileIdp } from '../../test/support/hostile-idp.ts'
import { startHostileWorld } from '../../test/support/hostile-world.ts'
import { rollcall } from '../../test/support/terminal.ts'
import { passOkta, startWorld } from '../../test/support/world.ts'

const BEARER = { kind: 'oin', auth: 'bearer' } as const

test('whoever tests a connection signs in as themselves, sees each step, and has no session', async (t) => {
  const world = await startWorld(t, BEARER)
  const { admin, tenant, connection, okta, site } = world
  const nadia = await world.hire('Nadia', 'Osei')
  await world.settle()
  const at = { tenant: tenant.id, connection: connection.id }
  const { reference, url } = await admin.testConnection(at)
  const browser = createBrowser()

  await browser.open(url)
  const page = await passOkta(browser, nadia)

  assert.deepEqual([page.status, page.heading], [200, 'The test has passed'])
  for (const seen of [
    `${okta.issuer}/oauth2/v1/token`,
    'sub',
    nadia.id,
    'Acme:nadia.osei@acme.example',
  ])
    assert.ok(page.text.includes(seen), `${seen} in ${page.text}`)
  const { outcome, identityId, steps } = await admin.readSignIn({ reference })
  assert.deepEqual(
    [outcome, identityId, steps.map(({ step }) => step)],
    [
      'tested',
      (await world.identityOf(nadia)).id,
      ['started', 'prepared', 'discovered', 'sent-to-idp', 'token-verified', 'tested'],
    ],
  )
  const claims = steps.find(({ step }) => step === 'token-verified')?.['claims']
  const { sub, name, nonce } = claims as Record<string, unknown>
  assert.deepEqual(
    [sub, name, nonce],
    [nadia.id, 'N… (10)', undefined],
    'what tells of others is masked',
  )
  const cookies = browser.cookiesAt(world.handover.client.authority)
  assert.deepEqual(
    cookies.filter(({ name: cookie }) => cookie.includes('session')),
    [],
  )
  assert.equal(JSON.parse((await browser.open(`${site.url}/session`)).text).signedIn, false)
  const again = await createBrowser().open(url)
  assert.match(again.heading, /This sign-in has ended/, 'its address is good for one test')
})

test('a test that is refused says why at the step that refused, and changes nothing', async (t) => {
  const world = await startWorld(t, BEARER)
  const { admin, tenant, connection, app } = world
  const idp = await startHostileIdp(t)
  const { issuer, clientId, clientSecret } = idp
  const at = { tenant: tenant.id, connection: connection.id }
  const oidcApplication = { issuer, clientId, clientSecret }
  await admin.changeConnection({ ...at, oidcApplication })
  const tried = async () => {
    const { reference, url } = await admin.testConnection(at)
    const { status, heading, text } = await createBrowser().open(url)
    const { code, steps } = await admin.readSignIn({ reference })
    return { shown: [status, heading, code], last: steps.at(-2)?.step, text }
  }
  const failed = (code: string) => [200, 'The test has failed', code]

  const unmapped = await tried()
  assert.deepEqual(unmapped.shown, failed('claim_type_mapping_not_found'))
  assert.equal(unmapped.last, 'token-verified')
  await admin.createClaimTypeMapping({ tenant: tenant.id, issuer })
  assert.deepEqual((await tried()).shown, failed('user_not_found'))
  idp.behave({ token: (nonce) => idp.idToken(nonce, { key: idp.strangerKey }) })
  const forged = await tried()
  assert.deepEqual([forged.shown, forged.last], [failed('token_refused'), 'sent-to-idp'])
  idp.behave({ tokenStatus: 401 })
  const unaccepted = await tried()
  assert.deepEqual(unaccepted.shown, failed('application_refused'))
  assert.match(unaccepted.text, /invalid_client/)
  assert.doesNotMatch(unaccepted.text, /assigned/)
  idp.behave({ metadata: { issuer: 'https://else.example' } })
  await admin.changeConnection({ ...at, oidcApplication })
  const undiscovered = await tried()
  assert.deepEqual([undiscovered.shown, undiscovered.last], [failed('token_refused'), 'prepared'])

  const told = await rollcall(app, ['connection', 'test', 'Acme'])
  assert.match(told.out, /Open in a browser +http.*\nGood until/)
  const waited = await rollcall(app, ['connection', 'test', 'Acme', '--wait'], {
    onWait: async (words) => {
      await createBrowser().open(/http:\S+/.exec(words)?.[0] ?? '')
    },
  })
  assert.equal(waited.code, 1)
  assert.match(waited.out, /^refused +\d+ ms +.*token_refused/m)
  assert.match(waited.err, /The test was refused: token_refused/)
})

// SEC X-4
test('a test asks an identity provider that is given up, and one that answers it lets everybody in again', async (t) => {
  const { idp, attempt, right, admin, tenant, connection, readSignIn } = await startHostileWorld(t)
  const { url, reference } = await admin.testConnection({
    tenant: tenant.id,
    connection: connection.id,
  })
  idp.behave({ token: () => 'x'.repeat(2 ** 20) })
  for (let each = 0; each < 5; each += 1) await attempt()
  idp.behave({ token: right(idp.idToken) })

  const refused = await attempt()
  const tested = await createBrowser().open(url)
  const afterwards = await attempt()

  assert.match(String((await readSignIn(refused)).steps.at(-1)?.['message']), /of late/)
  assert.equal(
    tested.heading,
    'The test has passed',
    `${(await admin.readSignIn({ reference })).code}`,
  )
  assert.equal(afterwards.outcome, 'signed-in')
})

// SEC T-8, I-8
test('the address of a test is good in its tenant, unchanged, for an hour, while the connection is enabled', async (t) => {
  const clock = createTestClock()
  const world = await startWorld(t, { ...BEARER, overrides: { clock } })
  const { admin, tenant, connection, app, okta } = world
  const other = await app.onboard('Birch')
  const at = { tenant: tenant.id, connection: connection.id }
  const { url } = await admin.testConnection(at)
  const landing = async (address: string) => {
    const response = await fetch(address, { redirect: 'manual', headers: { accept: 'text/html' } })
    const [, code] = /<code>([a-z_]+)<\/code>/.exec(await response.text()) ?? []
    return code ?? new URL(response.headers.get('location') ?? '').origin
  }

  assert.equal(await landing(url), new URL(okta.issuer).origin)
  assert.equal(await landing(`${url.slice(0, -1)}${url.endsWith('A') ? 'B' : 'A'}`), 'flow_expired')
  assert.equal(await landing(url.replace(/\.[^.]*$/, '')), 'flow_expired')
  assert.equal(await landing(url.replace(tenant.id, other.tenant.id)), 'flow_expired')
  assert.equal((await fetch(url, { method: 'POST' })).status, 400)
  clock.turn(61 * MINUTE)
  assert.equal(await landing(url), 'flow_expired')
  const later = await admin.testConnection(at)
  await admin.changeConnection({ ...at, disabled: true })
  assert.equal(await landing(later.url), 'connection_not_ready')
})
