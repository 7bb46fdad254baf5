import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { type Browser, createBrowser } from '../../simulator/index.ts'
import { HOUR } from '../../test/support/clock.ts'
import { type HostileIdp, startHostileIdp } from '../../test/support/hostile-idp.ts'
import { startHostileWorld } from '../../test/support/hostile-world.ts'
import { done, type SiteSession, startWorld, until, type World } from '../../test/support/world.ts'

/** Jane at her identity provider, which says of her what a test tells it to, and how often it was asked. */
async function startAtIdp(t: TestContext) {
  const world = await startHostileWorld(t)
  const { idp, jane, site, admin, tenant } = world
  const { id } = await world.identityOf(jane)
  return {
    ...world,
    says: (claims: Readonly<Record<string, unknown>>, sub = jane.id) =>
      idp.behave({ token: (nonce) => idp.idToken(nonce, { claims: { sub, ...claims } }) }),
    timesAsked: () => idp.asked.get('/authorize') ?? 0,
    /** What the site was told at the end. */
    claimsIn: async (browser: Browser) =>
      (JSON.parse((await browser.open(`${site.url}/session`)).text) as SiteSession).claims,
    sessions: async () => (await admin.listSessionsOf({ tenant: tenant.id, identity: id })).items,
  }
}

// SEC W-2, O-5
test('whoever had signed in at the identity provider long before has a session of twelve hours all the same', async (t) => {
  const began = Math.floor(Date.now() / 1000) * 1000
  t.mock.timers.enable({ apis: ['Date'], now: began })
  const { attempt, says, claimsIn, sessions, timesAsked } = await startAtIdp(t)
  const browser = createBrowser()
  const authTime = (began - 30 * HOUR) / 1000
  says({ auth_time: authTime })

  assert.equal((await attempt(browser)).outcome, 'signed-in')

  assert.equal((await claimsIn(browser))?.['auth_time'], authTime)
  const [{ signedInAt, endsAt } = {}] = await sessions()
  const times = [signedInAt, endsAt].map((at = '') => Date.parse(at) - began)
  assert.deepEqual(times, [0, 2 * HOUR])
  for (let hours = 1; hours < 12; hours += 1) {
    t.mock.timers.tick(HOUR)
    assert.equal((await attempt(browser)).outcome, 'signed-in')
  }
  assert.equal(timesAsked(), 1)
  t.mock.timers.tick(HOUR)
  await attempt(browser)
  assert.equal(timesAsked(), 2)
})

// SEC R-9
test('who signed in where another person had a session is named with the connection, and is out with the session there', async (t) => {
  const world = await startAtIdp(t)
  const { admin, tenant, connection, attempt, says, claimsIn, site } = world
  const theo = await world.hire('Theo', 'Lund')
  await world.settle()
  const browser = createBrowser()
  const now = Math.floor(Date.now() / 1000)
  says({ sid: 'hers' })
  await attempt(browser)
  says({ sid: 'his', auth_time: now }, theo.id)
  await attempt(browser, '?prompt=login')
  assert.match(browser.page.heading, /Theo/)

  // The session gets another handle by it.
  await attempt(browser, '?prompt=consent')
  await attempt(browser)

  const [silent] = (await admin.listSignIns({ tenant: tenant.id })).items
  assert.deepEqual([silent?.steps[0]?.step, silent?.connectionId], ['session-found', connection.id])
  const told = site.logoutsReceived.length
  await endAtIdp(world, 'his')
  await until('the site was told', () => site.logoutsReceived.length > told, 5000)
  assert.equal(await claimsIn(browser), null)
})

/** The identity provider says that a session there has ended (OpenID Connect Back-Channel Logout). */
async function endAtIdp(
  {
    admin,
    tenant,
    connection,
    idp,
  }: Pick<World, 'admin' | 'tenant' | 'connection'> & { idp: HostileIdp },
  sid: string,
): Promise<void> {
  const at = { tenant: tenant.id, connection: connection.id }
  const { backchannelLogoutUrl } = await admin.readConnection(at)
  const iat = Math.floor(Date.now() / 1000)
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
  const claims = { iss: idp.issuer, aud: idp.clientId, sid, jti: randomUUID(), iat, exp: iat + 120 }
  const logout_token = await idp.sign({ ...claims, events }, { typ: 'logout+jwt' })
  const body = new URLSearchParams({ logout_token })
  assert.equal((await fetch(backchannelLogoutUrl, { method: 'POST', body })).status, 200)
}

// SEC T-10, R-9
test('the session of an administrator ends with the one at the identity provider, and provisioning goes on', async (t) => {
  const idp = await startHostileIdp(t)
  const world = await startWorld(t, { kind: 'oin', auth: 'oauth' })
  const { admin, tenant, connection, itAdmin, provisioning, app } = world
  const { issuer, clientId, clientSecret } = idp
  const at = { tenant: tenant.id, connection: connection.id }
  await admin.changeConnection({ ...at, oidcApplication: { issuer, clientId, clientSecret } })
  const claims = { sub: itAdmin.id, preferred_username: itAdmin.login, sid: 'hers' }
  idp.behave({ token: (nonce) => idp.idToken(nonce, { claims }) })
  await world.consent(itAdmin)
  assert.ok(provisioning.oauth.connected)

  await endAtIdp({ ...world, idp }, 'hers')

  const sessions = await app.database.ownerPool.query(
    "select from oidc_payload where model = 'Session'",
  )
  assert.equal(sessions.rowCount, 0)
  await done(provisioning.test())
  await provisioning.refreshOauth()
  await done(provisioning.test())
})

// SEC O-5
test('when nobody knows when somebody signed in, no site is told, and one that asks has them sign in anew', async (t) => {
  const { attempt, says, claimsIn, readSignIn, idp } = await startAtIdp(t)
  const browser = createBrowser()
  const now = Math.floor(Date.now() / 1000)
  says({})
  assert.equal((await attempt(browser)).outcome, 'signed-in')
  assert.ok(!('auth_time' in ((await claimsIn(browser)) ?? {})))

  const silent = await attempt(browser, '?max_age=600&prompt=none')
  const unknown = await attempt(browser, '?max_age=2000000000')
  says({ auth_time: now - 60 })
  const known = await attempt(browser, '?max_age=600')

  assert.match(silent.page.text, /login_required/)
  const { steps } = await readSignIn(unknown)
  assert.deepEqual([unknown.code, steps.at(-1)?.['check']], ['token_refused', 'auth_time'])
  assert.deepEqual(steps[0]?.['reasons'], ['max_age'])
  assert.equal(known.outcome, 'signed-in')
  assert.equal(idp.last.authorize.get('max_age'), '600')
  assert.equal((await claimsIn(browser))?.['auth_time'], now - 60)
  const asked = idp.asked.get('/authorize')
  await attempt(browser, '?max_age=600')
  assert.equal(idp.asked.get('/authorize'), asked, 'what is known is held to')
})

test('a session that is not as strong as a site wishes is asked about anew, but not of a site that wants no page', async (t) => {
  const { attempt, says, claimsIn, timesAsked, idp } = await startAtIdp(t)
  const browser = createBrowser()
  const wish = async (wishes: string) => {
    const { outcome } = await attempt(browser, wishes)
    return [outcome, (await claimsIn(browser))?.['acr'], timesAsked()]
  }
  says({ acr: 'urn:one' })
  await attempt(browser)

  const met = await wish('?acr_values=urn:two%20urn:one')
  const silent = await wish('?acr_values=urn:two&prompt=none')
  const unmet = await wish('?acr_values=urn:two')
  says({ acr: 'urn:two' })
  const stronger = await wish('?acr_values=urn:two')

  assert.deepEqual(
    [met, silent, unmet, stronger],
    [
      ['signed-in', 'urn:one', 1],
      ['signed-in', 'urn:one', 1],
      ['signed-in', 'urn:one', 2],
      ['signed-in', 'urn:two', 3],
    ],
  )
  assert.equal(idp.last.authorize.get('acr_values'), 'urn:two')
})

test('a site that asks for a new sign-in and for consent at once has both after one sign-in', async (t) => {
  const { attempt, says, timesAsked } = await startAtIdp(t)
  says({ auth_time: Math.floor(Date.now() / 1000) })
  const browser = createBrowser()

  const { outcome } = await attempt(browser, '?prompt=login%20consent')

  assert.deepEqual([outcome, timesAsked()], ['signed-in', 1])
})
