import assert from 'node:assert/strict'
import { createPublicKey, randomUUID } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { createBrowser } from '../../../simulator/index.ts'
import { startHostileIdp } from '../../../test/support/hostile-idp.ts'
import { attemptAt, startWorld, until } from '../../../test/support/world.ts'

const REVOKED = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked'

/** Jane has come by the hostile identity provider, which may say what a test tells it to. */
async function startWithJane(t: TestContext) {
  const idp = await startHostileIdp(t)
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const { admin, tenant, connection, site } = world
  const { issuer, clientId, clientSecret } = idp
  const oidcApplication = { issuer, clientId, clientSecret }
  const shown = await admin.changeConnection({
    ...{ tenant: tenant.id, connection: connection.id },
    oidcApplication,
  })
  await admin.createClaimTypeMapping({ tenant: tenant.id, issuer })
  const jane = await world.hire('Jane', 'Roe')
  await world.settle()
  idp.behave({ token: (nonce) => idp.idToken(nonce, { claims: { sub: jane.id } }) })
  const browser = createBrowser()
  const signIn = async () => {
    const page = await browser.open(`${site.url}/login`)
    assert.equal(attemptAt(site, world.app.url, page).outcome, 'signed-in')
  }
  const isIn = async () => JSON.parse((await browser.open(`${site.url}/session`)).text).signedIn
  const receipts = async () => (await admin.listSignals({ tenant: tenant.id })).items
  await signIn()
  const now = Math.floor(Date.now() / 1000)
  return { ...world, ...{ idp, shown, jane, signIn, isIn, receipts, now } }
}

type Change = Readonly<{
  claims?: Record<string, unknown>
  header?: Record<string, unknown>
  key?: Parameters<Awaited<ReturnType<typeof startHostileIdp>>['sign']>[2]
  body?: unknown
}>

// SEC, T-8, F-13
test('a global token revocation ends the sessions of whom it names, and only if all of it is right', async (t) => {
  const { idp, shown, jane, signIn, isIn, receipts, now, site, app } = await startWithJane(t)
  const { issuer } = idp
  const url = shown.globalTokenRevocationUrl
  const named = { format: 'iss_sub', iss: issuer, sub: jane.id }
  const bearer = ({ claims = {}, header = {}, key }: Change = {}) =>
    idp.sign(
      {
        ...{ iss: issuer, sub: idp.clientId, aud: url, jti: randomUUID() },
        ...{ iat: now, nbf: now - 300, exp: now + 300 },
        ...claims,
      },
      { typ: 'global-token-revocation+jwt', ...header },
      key,
    )
  const send = (token: string, body: unknown = { sub_id: named }, at = url) =>
    fetch(at, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const secret = new TextEncoder().encode(idp.clientSecret)
  const wrong: Readonly<Record<string, readonly [reason: string, status: number, Change]>> = {
    "a stranger's key": ['signature', 401, { key: idp.strangerKey }],
    'an unknown key id': ['signature', 401, { header: { kid: 'k2' }, key: idp.strangerKey }],
    'a key of its own making': ['signature', 401, { header: { jwk: {} }, key: idp.strangerKey }],
    'our secret as key': ['algorithm', 401, { header: { alg: 'HS256' }, key: secret }],
    'an unknown critical header': [
      'malformed',
      401,
      { header: { crit: ['x-unknown'], 'x-unknown': 1 } },
    ],
    'the type of an ID token': ['type', 401, { header: { typ: 'JWT' } }],
    'no type': ['type', 401, { header: { typ: undefined } }],
    'another issuer': ['issuer', 401, { claims: { iss: 'https://else.example' } }],
    'no issuer': ['issuer', 401, { claims: { iss: undefined } }],
    'another audience': ['audience', 401, { claims: { aud: 'https://else.example' } }],
    'the audience of an ID token': ['audience', 401, { claims: { aud: idp.clientId } }],
    'two audiences': ['audience', 401, { claims: { aud: [url, 'https://else.example'] } }],
    'no audience': ['audience', 401, { claims: { aud: undefined } }],
    'an end that has passed': ['time', 401, { claims: { iat: now - 300, exp: now - 120 } }],
    'no end': ['time', 401, { claims: { exp: undefined } }],
    'an end a day from now': ['time', 401, { claims: { exp: now + 86_400 } }],
    'made long ago': ['time', 401, { claims: { iat: now - 900 } }],
    'made in the future': ['time', 401, { claims: { iat: now + 900, exp: now + 950 } }],
    'not valid yet': ['time', 401, { claims: { nbf: now + 300 } }],
    'no time of making': ['time', 401, { claims: { iat: undefined } }],
    'no jti': ['malformed', 401, { claims: { jti: undefined } }],
    'a jti that is no text': ['malformed', 401, { claims: { jti: 7 } }],
    'nobody named': ['subject', 400, { body: {} }],
    'an unknown way to name': ['subject', 400, { body: { sub_id: { format: 'phone_number' } } }],
    'a name that is no text': [
      'subject',
      400,
      { body: { sub_id: { ...named, sub: { $ne: '' } } } },
    ],
    "another issuer's person": [
      'issuer',
      401,
      { body: { sub_id: { ...named, iss: 'https://else.example' } } },
    ],
    'nobody of ours': ['nobody', 404, { body: { sub_id: { ...named, sub: '00u-of-nobody' } } }],
  }

  const asked = idp.asked.get('/.well-known/openid-configuration')
  assert.equal((await send('nonsense')).status, 401)
  assert.equal(idp.asked.get('/.well-known/openid-configuration'), asked, 'nobody is asked for it')
  for (const [what, [reason, status, change]] of Object.entries(wrong)) {
    const response = await send(await bearer(change), change.body)
    const { error } = (await response.json()) as { error: string }
    assert.deepEqual([what, error, response.status], [what, reason, status])
  }
  assert.equal((await fetch(url)).status, 405)
  const nobodys = url.replace(/con_\w+/, `con_${'0'.repeat(26)}`)
  assert.equal((await send(await bearer(), undefined, nobodys)).status, 404)
  assert.ok(await isIn(), 'none of these ended anything')

  const right = await bearer()
  const sent = Date.now()
  assert.equal((await send(right)).status, 204)
  await until('the site was told', async () => !(await isIn()), 5000)
  assert.equal(site.logoutsReceived.length, 1)
  const [receipt, ofNobody] = await receipts()
  assert.deepEqual(
    [receipt?.kind, receipt?.identityIds.length, receipt?.sessionsEnded],
    ['universal-logout', 1, 1],
  )
  assert.ok(Date.parse(receipt?.receivedAt ?? '') >= sent - 1000)
  assert.deepEqual([ofNobody?.identityIds, ofNobody?.sessionsEnded], [[], 0])

  await signIn()
  const node = await app.startNode()
  const again = await send(right, undefined, url.replace(/^http:\/\/[^/]+/, node.url))
  assert.deepEqual(
    [again.status, ((await again.json()) as { error: string }).error],
    [401, 'replayed'],
  )
  assert.ok(await isIn(), 'what was obeyed is not obeyed again, on any node')
  const during = async (nonce: string) => {
    assert.equal((await send(await bearer())).status, 204)
    return idp.idToken(nonce, { claims: { sub: jane.id } })
  }
  idp.behave({ token: during })
  const page = await createBrowser().open(`${site.url}/login`)
  assert.equal(attemptAt(site, app.url, page).code, 'flow_expired', 'under way when it came')
  idp.behave({ token: (nonce) => idp.idToken(nonce, { claims: { sub: jane.id } }) })
  await signIn()
  const byName = { sub_id: { format: 'email', email: jane.login.toUpperCase() } }
  assert.equal((await send(await bearer(), byName)).status, 204)
  await until('the site was told', async () => !(await isIn()), 5000)
})

// SEC R-6
test('a signal is refused while more keys than a hundred are published', async (t) => {
  const { idp, shown, jane, now } = await startWithJane(t)
  const url = shown.globalTokenRevocationUrl
  const own = createPublicKey(idp.key).export({ format: 'jwk' })
  const keys = Array.from({ length: 101 }, (_, each) => ({ ...own, kid: `k${each}`, use: 'sig' }))
  const send = async () => {
    const times = { iat: now, exp: now + 300 }
    const claims = { iss: idp.issuer, sub: idp.clientId, aud: url, jti: randomUUID(), ...times }
    const token = await idp.sign(claims, { typ: 'global-token-revocation+jwt' })
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const named = { format: 'iss_sub', iss: idp.issuer, sub: jane.id }
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify({ sub_id: named }),
    })
    return [response.status, await response.text()]
  }

  idp.behave({ keys })
  const [status, said] = await send()
  idp.behave({ keys: keys.slice(0, 100) })
  const [afterwards] = await send()

  assert.deepEqual([status, afterwards], [401, 204])
  assert.match(String(said), /"error":"signature".*publishes 101 keys/)
})

// SEC R-5, T-8, F-13
test('a pushed session-revoked ends the sessions of whom it names, and only if all of it is right', async (t) => {
  const { idp, shown, jane, signIn, isIn, receipts, now, tenant, admin, handover } =
    await startWithJane(t)
  const { issuer } = idp
  const url = shown.securityEventsUrl
  const named = { format: 'iss_sub', iss: issuer, sub: jane.id }
  const event = ({ claims = {}, header = {}, key }: Change = {}) =>
    idp.sign(
      {
        ...{ iss: issuer, aud: url, jti: randomUUID(), iat: now, sub_id: named },
        events: { [REVOKED]: { event_timestamp: now, initiating_entity: 'admin' } },
        ...claims,
      },
      { typ: 'secevent+jwt', ...header },
      key,
    )
  const send = (body: string) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/secevent+jwt', accept: 'application/json' },
      body,
    })
  const wrong: Readonly<Record<string, readonly [err: string, Change]>> = {
    "a stranger's key": ['invalid_key', { key: idp.strangerKey }],
    'our secret as key': [
      'invalid_key',
      { header: { alg: 'HS256' }, key: new TextEncoder().encode(idp.clientSecret) },
    ],
    'the type of an ID token': ['invalid_request', { header: { typ: 'JWT' } }],
    'the type of a logout token': ['invalid_request', { header: { typ: 'logout+jwt' } }],
    'another issuer': ['invalid_issuer', { claims: { iss: 'https://else.example' } }],
    'another audience': ['invalid_audience', { claims: { aud: 'https://else.example' } }],
    'two audiences': ['invalid_audience', { claims: { aud: [url, 'https://else.example'] } }],
    'made days ago': ['invalid_request', { claims: { iat: now - 3 * 86_400 } }],
    'made in the future': ['invalid_request', { claims: { iat: now + 900 } }],
    'past its end': ['invalid_request', { claims: { iat: now - 600, exp: now - 300 } }],
    'no jti': ['invalid_request', { claims: { jti: undefined } }],
    'no events': ['invalid_request', { claims: { events: undefined } }],
    'nobody named': ['invalid_request', { claims: { sub_id: undefined } }],
    "another issuer's person": [
      'invalid_issuer',
      { claims: { sub_id: { ...named, iss: 'https://else.example' } } },
    ],
  }

  for (const [what, [err, change]] of Object.entries(wrong)) {
    const response = await send(await event(change))
    const said = (await response.json()) as { err: string }
    assert.deepEqual([what, response.status, said.err], [what, 400, err])
  }
  assert.equal((await send('nonsense')).status, 400)
  assert.equal((await send('x'.repeat(70_000))).status, 400)
  const other = { 'https://schemas.openid.net/secevent/ssf/event-type/verification': {} }
  assert.equal((await send(await event({ claims: { events: other } }))).status, 202)
  const nobody = { ...named, sub: '00u-of-nobody' }
  assert.equal((await send(await event({ claims: { sub_id: nobody } }))).status, 202)
  assert.ok(await isIn(), 'none of these ended anything')

  const right = await event({ claims: { aud: handover.client.authority } })
  assert.equal((await send(right)).status, 202)
  await until('the site was told', async () => !(await isIn()), 5000)
  const [receipt] = await receipts()
  assert.deepEqual([receipt?.kind, receipt?.sessionsEnded], ['session-revoked', 1])
  await signIn()
  assert.equal((await send(right)).status, 202, 'received again')
  assert.ok(await isIn(), 'and not obeyed again')
  const older = { subject: { user: named, tenant: { format: 'opaque', id: 'any' } } }
  const claims = { sub_id: undefined, events: { [REVOKED]: older } }
  assert.equal((await send(await event({ claims }))).status, 202)
  await until('the site was told', async () => !(await isIn()), 5000)
  await signIn()
  await admin.changeConnection({ tenant: tenant.id, connection: shown.id, disabled: true })
  assert.equal((await send(await event())).status, 404)
})

// SEC R-9, T-8, F-13
test('a logout token ends the sessions of whom it names, and only if all of it is right (OpenID Connect Back-Channel Logout §2.6)', async (t) => {
  const { idp, shown, jane, signIn, isIn, receipts, now } = await startWithJane(t)
  const { issuer, clientId } = idp
  const url = shown.backchannelLogoutUrl
  const logout = { 'http://schemas.openid.net/event/backchannel-logout': {} }
  const token = ({ claims = {}, header = {}, key }: Change = {}) =>
    idp.sign(
      {
        ...{ iss: issuer, aud: clientId, sub: jane.id, jti: randomUUID() },
        ...{ iat: now, exp: now + 120, events: logout, ...claims },
      },
      { typ: 'logout+jwt', ...header },
      key,
    )
  const send = (body: string) => {
    const form = new URLSearchParams({ logout_token: body })
    return fetch(url, { method: 'POST', body: form })
  }
  const wrong: Readonly<Record<string, Change>> = {
    "a stranger's key": { key: idp.strangerKey },
    'our secret as key': {
      header: { alg: 'HS256' },
      key: new TextEncoder().encode(idp.clientSecret),
    },
    'the type of an ID token': { header: { typ: 'JWT' } },
    'another issuer': { claims: { iss: 'https://else.example' } },
    'another audience': { claims: { aud: url } },
    'two audiences': { claims: { aud: [clientId, 'https://else.example'] } },
    'made minutes ago': { claims: { iat: now - 300, exp: now - 180 } },
    'good for an hour': { claims: { exp: now + 3600 } },
    'no end': { claims: { exp: undefined } },
    'no jti': { claims: { jti: undefined } },
    'a nonce': { claims: { nonce: 'n' } },
    'no events': { claims: { events: undefined }, header: { typ: undefined } },
    'another event': { claims: { events: { [REVOKED]: {} } } },
    'nobody and no session': { claims: { sub: undefined } },
    'a session without a name': { claims: { sub: undefined, sid: '' } },
  }

  for (const [what, change] of Object.entries(wrong)) {
    const response = await send(await token(change))
    const { error } = (await response.json()) as { error: string }
    const kept = response.headers.get('cache-control')
    assert.deepEqual(
      [what, response.status, error, kept],
      [what, 400, 'invalid_request', 'no-store'],
    )
  }
  assert.equal((await fetch(`${url}?logout_token=${await token()}`)).status, 405)
  assert.equal((await send(await token({ claims: { sub: '00u-of-nobody' } }))).status, 200)
  assert.ok(await isIn(), 'none of these ended anything')

  const right = await token({ header: { typ: undefined } })
  const answer = await send(right)
  assert.deepEqual([answer.status, answer.headers.get('cache-control')], [200, 'no-store'])
  await until('the site was told', async () => !(await isIn()), 5000)
  const [receipt] = await receipts()
  assert.deepEqual([receipt?.kind, receipt?.sessionsEnded], ['back-channel-logout', 1])
  await signIn()
  assert.equal((await send(right)).status, 400, 'good once')
  assert.ok(await isIn())
})

// SEC R-9, F-13
test('a logout token that names a session alone ends what came of that one, and the sites are told', async (t) => {
  const world = await startWithJane(t)
  const { idp, shown, jane, receipts, now, site, app } = world
  const token = (sid: string) =>
    idp.sign(
      {
        ...{ iss: idp.issuer, aud: idp.clientId, sid, jti: randomUUID(), iat: now, exp: now + 120 },
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      },
      { typ: 'logout+jwt' },
    )
  const send = async (sid: string) => {
    const body = new URLSearchParams({ logout_token: await token(sid) })
    return (await fetch(shown.backchannelLogoutUrl, { method: 'POST', body })).status
  }
  const signInAs = async (sid: string) => {
    idp.behave({ token: (nonce) => idp.idToken(nonce, { claims: { sub: jane.id, sid } }) })
    const browser = createBrowser()
    const page = await browser.open(`${site.url}/login`)
    assert.equal(attemptAt(site, app.url, page).outcome, 'signed-in')
    return async () => JSON.parse((await browser.open(`${site.url}/session`)).text).signedIn
  }
  const [isInAtWork, isInAtHome] = [await signInAs('work'), await signInAs('home')]

  assert.equal(await send('elsewhere'), 200)
  assert.deepEqual([await isInAtWork(), await isInAtHome()], [true, true])
  assert.equal(await send('work'), 200)

  await until('the site was told', async () => !(await isInAtWork()), 5000)
  assert.deepEqual([await isInAtHome(), await world.isIn()], [true, true])
  const [receipt] = await receipts()
  assert.deepEqual([receipt?.sessionsEnded, receipt?.identityIds.length], [1, 1])
  assert.equal(await send('work'), 200)
  assert.equal((await receipts())[0]?.sessionsEnded, 0, 'there is nothing left of it')
})
