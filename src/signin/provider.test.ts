import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { test, type TestContext } from 'node:test'
import type { Pool } from 'pg'
import { createBrowser } from '../../simulator/index.ts'
import type { Overrides } from '../../test/support/app.ts'
import { createTestClock, MINUTE } from '../../test/support/clock.ts'
import { statementsIn } from '../../test/support/statements.ts'
import { rollcall } from '../../test/support/terminal.ts'
import { passOkta, startWorld, until, type World } from '../../test/support/world.ts'

interface Site {
  readonly authority: string
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUri: string
}

/** A site whose callback nobody serves: the code stays in the address, and the test uses it by hand. */
async function startSite(t: TestContext, overrides: Overrides = {}) {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer', overrides })
  const redirectUri = 'http://127.0.0.1:9/cb'
  const made = await world.admin.createSite({
    tenant: world.tenant.id,
    name: 'By hand',
    redirectUris: [redirectUri],
  })
  const site: Site = {
    authority: world.tenant.authority,
    clientId: made.id,
    clientSecret: made.clientSecret ?? '',
    redirectUri,
  }
  const jane = await world.hire('Jane', 'Roe')
  await world.settle()
  return { ...world, byHand: site, jane }
}

const verifier = randomBytes(32).toString('base64url')
const challenge = createHash('sha256').update(verifier).digest('base64url')

function authorizeUrl({ authority, clientId, redirectUri }: Site, change: Record<string, string>) {
  const url = new URL(`${authority}/connect/authorize`)
  const query = {
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid profile groups',
    state: 'st',
    nonce: 'no',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...change,
  }
  for (const [name, value] of Object.entries(query))
    if (value !== '') url.searchParams.set(name, value)
  return url.href
}

/** Where the Authority sends a browser without a session; undefined when it stays on a page. */
async function firstAnswer(site: Site, change: Record<string, string>, more = '') {
  const response = await fetch(authorizeUrl(site, change) + more, {
    redirect: 'manual',
    headers: { accept: 'text/html' },
  })
  const location = response.headers.get('location')
  return {
    status: response.status,
    to: location === null ? undefined : new URL(location, site.authority),
    text: await response.text(),
  }
}

/** Signs in at Okta and stops at the site's address with the code. */
async function codeFor(
  { byHand, jane, okta }: World & { byHand: Site; jane: World['itAdmin'] },
  change: Record<string, string> = {},
) {
  const browser = createBrowser()
  await browser.open(authorizeUrl(byHand, change))
  assert.ok(browser.page.url.startsWith(okta.url))
  const heard = await heardAfter(passOkta(browser, jane))
  const code = heard.get('code')
  assert.ok(code !== null, heard.toString())
  return { code, browser }
}

/** What a site hears: nobody answers at its address, and the error says what that was. */
async function heardAfter(going: Promise<unknown>): Promise<URLSearchParams> {
  const message = await going.then(
    () => '',
    (error: unknown) => `${String(error)} ${error instanceof Error ? String(error.cause) : ''}`,
  )
  const [, query] = /:9\/cb\?([\w%&=+.()-]+)/.exec(message) ?? []
  assert.ok(query !== undefined, message)
  return new URLSearchParams(query)
}

/** A code as the site redeems it. */
const grantOf = ({ redirectUri }: Site, code: string) => ({
  grant_type: 'authorization_code',
  redirect_uri: redirectUri,
  code_verifier: verifier,
  code,
})

async function tokenCall(
  site: Site,
  body: Record<string, string> | [string, string][],
  basic = true,
) {
  const credentials = Buffer.from(`${site.clientId}:${site.clientSecret}`).toString('base64')
  const response = await fetch(`${site.authority}/connect/token`, {
    method: 'POST',
    headers: basic ? { authorization: `Basic ${credentials}` } : {},
    body: new URLSearchParams(body),
  })
  return {
    status: response.status,
    cached: response.headers.get('cache-control'),
    body: (await response.json()) as Record<string, unknown>,
  }
}

// SEC G-5, O-3
test('discovery tells the truth, whatever Host the request names', async (t) => {
  const { tenant, app } = await startSite(t)
  const { hostname, port } = new URL(app.url)

  const response = await fetch(`${tenant.authority}/.well-known/openid-configuration`, {
    headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
  })
  const said = (await response.json()) as Record<string, unknown>

  assert.deepEqual(
    [said['issuer'], said['authorization_endpoint'], said['token_endpoint'], said['jwks_uri']],
    [
      tenant.authority,
      `${tenant.authority}/connect/authorize`,
      `${tenant.authority}/connect/token`,
      `${tenant.authority}/jwks`,
    ],
  )
  assert.deepEqual(said['response_types_supported'], ['code'])
  assert.deepEqual(said['code_challenge_methods_supported'], ['S256'])
  assert.doesNotMatch(JSON.stringify(said), /evil|HS256|"none"|implicit|device|dpop/)
  assert.equal(`${hostname}:${port}`, new URL(tenant.authority).host)
})

// SEC O-8
test('published keys hold no private part', async (t) => {
  const { tenant } = await startSite(t)

  const { keys } = (await (await fetch(`${tenant.authority}/jwks`)).json()) as {
    keys: Record<string, string>[]
  }

  assert.equal(keys.length, 1)
  assert.deepEqual(Object.keys(keys[0] ?? {}).toSorted(), ['alg', 'e', 'kid', 'kty', 'n', 'use'])
})

// SEC O-2
test('an unknown site or an address that is not registered gets a page and no redirect', async (t) => {
  const { byHand } = await startSite(t)

  for (const change of [
    { client_id: `sit_${'0'.repeat(26)}` },
    { redirect_uri: 'http://127.0.0.1:9/cb/' },
    { redirect_uri: 'http://127.0.0.1:9/cb?x=1' },
    { redirect_uri: 'https://evil.example/cb' },
    { client_id: 'sit\0' },
    { redirect_uri: '\0' },
  ]) {
    const { status, to, text } = await firstAnswer(byHand, change)

    assert.deepEqual([status, to], [400, undefined], JSON.stringify(change))
    assert.match(text, /<code>request_refused<\/code>/)
  }
})

// SEC W-4, O-10
test('an answer that leads on is no page, wherever it leads', async (t) => {
  const { byHand } = await startSite(t)

  for (const change of [{}, { prompt: 'none' }, { response_type: 'token' }, { claims: '{' }]) {
    const answer = await fetch(authorizeUrl(byHand, change), {
      redirect: 'manual',
      headers: { accept: 'text/html' },
    })
    const said = [answer.status, answer.headers.get('content-type'), await answer.text()]

    assert.deepEqual(said, [303, null, ''], JSON.stringify(change))
  }
})

// SEC O-3
test('without PKCE, or with plain, the site is told so', async (t) => {
  const { byHand } = await startSite(t)

  for (const change of [
    { code_challenge: '', code_challenge_method: '' },
    { code_challenge_method: 'plain' },
    { code_challenge: '' },
    { response_type: '' },
    { response_type: 'token' },
    { response_type: 'code id_token' },
  ]) {
    const { status, to } = await firstAnswer(byHand, change)

    assert.equal(status, 303, JSON.stringify(change))
    assert.ok(to?.href.startsWith(byHand.redirectUri), to?.href)
    assert.match(to?.href ?? '', /error=(invalid_request|unsupported_response_type)/)
    assert.equal(new URL(to?.href ?? '').hash === '' || /error=/.test(to?.hash ?? ''), true)
  }
})

test('a request that comes as a form may be as long as an address; beyond that the page tells the developer', async (t) => {
  const { byHand } = await startSite(t)
  const posted = (state: string) => {
    const { origin, pathname, searchParams } = new URL(authorizeUrl(byHand, { state }))
    return fetch(origin + pathname, {
      method: 'POST',
      body: searchParams,
      headers: { accept: 'text/html' },
      redirect: 'manual',
    })
  }

  const long = await posted('s'.repeat(7000))
  const [tooLong, farTooLong] = [await posted('s'.repeat(8000)), await posted('s'.repeat(9000))]

  const to = new URL(long.headers.get('location') ?? '')
  assert.equal((await fetch(to, { redirect: 'manual' })).status, 303)
  for (const refused of [tooLong, farTooLong]) {
    assert.equal(refused.status, 400)
    assert.match(await refused.text(), /<dt>Detail<\/dt>\s*<dd>[^<]*longer than 8 KiB/)
  }
})

// SEC O-3
test('a parameter that comes twice is refused, whatever it says, and a code that came twice is good still', async (t) => {
  const world = await startSite(t)
  const { byHand } = world
  const asked = new URL(authorizeUrl(byHand, { prompt: 'login', max_age: '60' }))
  const told: [name: string, where: string, error: string | null][] = []

  for (const [name, value] of asked.searchParams) {
    const again = `&${name}=${encodeURIComponent(value)}`
    const { to, text } = await firstAnswer(byHand, { prompt: 'login', max_age: '60' }, again)
    const where = to === undefined ? 'a page' : `${to.origin}${to.pathname}`
    told.push([
      name,
      where,
      to?.searchParams.get('error') ?? /request_refused/.exec(text)?.[0] ?? '',
    ])
  }

  const names = [...asked.searchParams.keys()]
  assert.ok(names.includes('scope') && names.includes('code_challenge'), names.join())
  // Whoever asks is not known then. The site has one address, so that is known without being said.
  assert.deepEqual(
    told,
    names.map((name) =>
      name === 'client_id'
        ? [name, 'a page', 'request_refused']
        : [name, byHand.redirectUri, 'invalid_request'],
    ),
  )
  const { code } = await codeFor(world)
  const body: [string, string][] = [
    ['grant_type', 'authorization_code'],
    ['redirect_uri', byHand.redirectUri],
    ['code_verifier', verifier],
    ['code', code],
  ]
  for (const one of body) {
    const { status, body: said } = await tokenCall(byHand, [...body, one])
    assert.deepEqual([status, said['error']], [400, 'invalid_request'], one.join())
  }
  assert.equal((await tokenCall(byHand, body)).status, 200)
})

test('who needs no page goes from the site straight to the identity provider; where it is away, a page says so, once in the log', async (t) => {
  const { admin, byHand, connection, okta, tenant } = await startSite(t)

  const straight = await firstAnswer(byHand, {})
  assert.deepEqual([straight.status, straight.to?.origin], [303, okta.url])
  const [attempt] = (await admin.listSignIns({ tenant: tenant.id })).items
  assert.deepEqual(
    attempt?.steps.map(({ step }) => step),
    ['started', 'sent-to-idp'],
  )

  await admin.changeConnection({
    tenant: tenant.id,
    connection: connection.id,
    oidcApplication: { issuer: 'http://127.0.0.1:9', clientId: 'x', clientSecret: 'y' },
  })
  const away = await firstAnswer(byHand, {})
  assert.match(away.to?.pathname ?? '', /\/sign-in\/[\w-]+$/)
  assert.equal((await admin.listSignIns({ tenant: tenant.id })).items.length, 1)

  const page = await createBrowser().open(authorizeUrl(byHand, {}))
  assert.equal(page.status, 502)
  const [latest, ...before] = (await admin.listSignIns({ tenant: tenant.id })).items
  assert.deepEqual([latest?.code, before.length], ['idp_unreachable', 1])
})

test('who comes back from the identity provider is sent to the site by that answer, and whose session was there before loses it', async (t) => {
  const world = await startSite(t)
  const { byHand, app, okta, jane } = world
  const sessionsOf = async (person: World['itAdmin']) => {
    const { id } = await world.identityOf(person)
    return (await world.admin.listSessionsOf({ tenant: world.tenant.id, identity: id })).items
  }

  const { browser } = await codeFor(world)
  const endpoints = app.log.flatMap((line) => /"endpoint":"([^"]+)"/.exec(line)?.[1] ?? [])
  assert.deepEqual(endpoints, ['connect/authorize', 'callback'])
  assert.equal((await sessionsOf(jane)).length, 1)

  const theo = await world.hire('Theo', 'Osei')
  await world.settle()
  await browser.open(authorizeUrl(byHand, { prompt: 'login' }))
  assert.ok(browser.page.url.startsWith(okta.url))
  assert.ok((await heardAfter(passOkta(browser, theo))).has('code'))

  assert.deepEqual([(await sessionsOf(jane)).length, (await sessionsOf(theo)).length], [0, 1])
})

test('a site that asks for one person hears where another came back, and whoever was in stays in', async (t) => {
  const world = await startSite(t)
  const { byHand, admin, tenant } = world
  const { code } = await codeFor(world)
  const exchanged = await tokenCall(byHand, grantOf(byHand, code))
  const hint = { id_token_hint: String(exchanged.body['id_token']) }
  const theo = await world.hire('Theo', 'Osei')
  await world.settle()
  const { browser } = await codeFor({ ...world, jane: theo })

  const another = await heardAfter(browser.open(authorizeUrl(byHand, hint)))

  const [attempt] = (await admin.listSignIns({ tenant: tenant.id })).items
  const { id } = await world.identityOf(theo)
  assert.deepEqual(
    [attempt?.outcome, attempt?.code, attempt?.identityId],
    ['refused', 'another_person', id],
  )
  assert.deepEqual(
    ['error', 'error_description', 'code'].map((name) => another.get(name)),
    ['login_required', `another_person (reference ${attempt?.id})`, null],
  )
  const silent = await heardAfter(browser.open(authorizeUrl(byHand, { prompt: 'none' })))
  assert.ok(silent.has('code'))
  await browser.open(authorizeUrl(byHand, { ...hint, prompt: 'login' }))
  const asked = await heardAfter(passOkta(browser, world.jane))
  assert.ok(asked.has('code'), 'the one that it asks for')
})

test('a sign-in makes seven trips to the database, userinfo one', async (t) => {
  // Its time stands still, so what is believed for two seconds is read once, however slow the machine is.
  const world = await startSite(t, { clock: createTestClock(Date.now()) })
  const { byHand, app } = world
  await codeFor(world)
  const trips = countTrips(app.database.appPool, world.tenant.id)

  const { code } = await codeFor(world)
  const exchanged = await tokenCall(byHand, grantOf(byHand, code))
  const signedIn = trips.sinceLast()
  const authorization = `Bearer ${String(exchanged.body['access_token'])}`
  const userinfo = `${byHand.authority}/connect/userinfo`
  assert.equal((await fetch(userinfo, { headers: { authorization } })).status, 200)

  assert.ok(signedIn <= 7 + 1, `${signedIn} trips, with one that clears away`)
  assert.equal(trips.sinceLast(), 1)
})

// SEC L-1
test('whoever shows tokens that are none is sent away after a hundred, and who has one is answered beside them', async (t) => {
  const clock = createTestClock(Date.now())
  const world = await startSite(t, { clock, config: { ROLLCALL_RATE_LIMITS: true } })
  const { byHand } = world
  const { code } = await codeFor(world)
  const { body } = await tokenCall(byHand, grantOf(byHand, code))
  const show = (token: unknown, path: string, method = 'GET') =>
    fetch(`${byHand.authority}/connect/${path}`, {
      method,
      headers: { authorization: `Bearer ${String(token)}` },
    })
  const doors = ['userinfo', 'groups'] as const

  const guessed: number[] = []
  for (let each = 0; each < 104; each += 1)
    guessed.push((await show(`guess-${each}`, doors[each % 2] ?? '')).status)
  const refused = await Promise.all(doors.map((door) => show('guess', door)))
  const right = await Promise.all([
    ...doors.map((door) => show(body['access_token'], door)),
    show(body['access_token'], 'userinfo', 'POST'),
  ])
  clock.turn(10_000)
  const later = await show('guess', 'userinfo')

  assert.deepEqual(guessed, [...Array(100).fill(401), ...Array(4).fill(429)])
  for (const response of refused) {
    assert.deepEqual([response.status, response.headers.get('retry-after')], [429, '5'])
    assert.equal(response.headers.get('www-authenticate'), null)
    assert.deepEqual(await response.json(), {
      error: 'temporarily_unavailable',
      error_description: 'too_many_requests',
    })
  }
  assert.deepEqual(
    right.map(({ status }) => status),
    [200, 200, 200],
  )
  assert.equal(later.status, 401)
})

const OF_SIGN_INS = /^(?:oidc-|identity-(?:read|by|groups)|staged-is|sign-in-|flow-)/

/** Transactions that ask for what a sign-in asks for: not the loader's, nor what is logged and counted beside. */
function countTrips(pool: Pool, tenantId: string) {
  let count = 0
  const heard = new WeakSet<object>()
  pool.on('acquire', (client) => {
    if (heard.has(client)) return
    heard.add(client)
    let isNew = false
    const query = client.query.bind(client) as (...asked: unknown[]) => unknown
    client.query = ((...asked: unknown[]) => {
      for (const { name, text, values } of statementsIn(asked)) {
        if (text.includes(tenantId) || (name === 'tenant' && values[0] === tenantId)) isNew = true
        if (!isNew || !OF_SIGN_INS.test(name)) continue
        count += 1
        isNew = false
      }
      return query(...asked)
    }) as typeof client.query
  })
  return {
    sinceLast(): number {
      const since = count
      count = 0
      return since
    },
  }
}

// SEC O-1, R-8
test('userinfo that is answered at once is what the library answers, to the header, whoever asks', async (t) => {
  const clock = createTestClock(Date.now())
  const world = await startSite(t, { clock })
  const { byHand } = world
  const url = `${byHand.authority}/connect/userinfo`
  const tokenFor = async (scope: string) => {
    const { code } = await codeFor(world, { scope })
    return String((await tokenCall(byHand, grantOf(byHand, code))).body['access_token'])
  }
  /** Whatever stands in the query is the library's to look at. */
  const ask = async (authorization: string, query = '') => {
    const { status, headers, body } = await askRaw(`${url}${query}`, { authorization })
    const said = Object.entries(headers).filter(([name]) => !OF_ITS_OWN.has(name))
    return { status, headers: Object.fromEntries(said), body }
  }
  const statuses = async (tokens: readonly string[]) => {
    const answers = await Promise.all(tokens.map(async (token) => ask(`Bearer ${token}`)))
    for (const [index, token] of tokens.entries())
      assert.deepEqual(answers[index], await ask(`bearer ${token}`, '?by=library'), token)
    return answers.map(({ status }) => status)
  }
  const tokens = [
    await tokenFor('openid'),
    await tokenFor('openid profile email'),
    await tokenFor('openid groups roles'),
  ]
  const [first = '', ...others] = tokens
  const strangers = ['x'.repeat(43), `${first} x`, '']

  assert.deepEqual(await statuses([...tokens, ...strangers]), [200, 200, 200, 401, 400, 400])
  const basic = Buffer.from(`${byHand.clientId}:${byHand.clientSecret}`).toString('base64')
  await fetch(`${byHand.authority}/connect/revocation`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ token: first }),
  })
  assert.deepEqual(await statuses([first, ...others]), [401, 200, 200])
  clock.turn(11 * MINUTE)
  assert.deepEqual(await statuses(others), [401, 401])
})

/** What differs between any two answers. */
const OF_ITS_OWN = new Set(['x-request-id', 'date'])

async function askRaw(url: string, headers: Record<string, string>) {
  const [response] = (await once(get(url, { headers, agent: false }), 'response')) as [
    IncomingMessage,
  ]
  return {
    status: response.statusCode,
    headers: response.headers,
    body: (await response.setEncoding('utf8').toArray()).join(''),
  }
}

// SEC O-4, O-10
test('a code is good once, for its verifier and its site, and a second use takes back the first', async (t) => {
  const world = await startSite(t)
  const { byHand } = world
  const exchange = (code: string, change: Record<string, string> = {}) =>
    tokenCall(byHand, { ...grantOf(byHand, code), ...change })

  const spoiled = await codeFor(world)
  const wrong = await exchange(spoiled.code, { code_verifier: 'x'.repeat(43) })
  assert.deepEqual([wrong.status, wrong.body['error']], [400, 'invalid_grant'])

  const { code } = await codeFor(world)
  const first = await exchange(code)
  assert.deepEqual([first.status, first.cached], [200, 'no-store'])
  assert.equal(first.body['refresh_token'], undefined)
  const userinfo = () =>
    fetch(`${byHand.authority}/connect/userinfo`, {
      headers: { authorization: `Bearer ${String(first.body['access_token'])}` },
    })
  const told = await userinfo()
  assert.deepEqual([told.status, told.headers.get('cache-control')], [200, 'no-store'])
  const out = await fetch(`${byHand.authority}/connect/endsession`)
  assert.deepEqual([out.status, out.headers.get('cache-control')], [200, 'no-store'])

  const second = await exchange(code)

  assert.deepEqual([second.status, second.body['error']], [400, 'invalid_grant'])
  assert.equal((await userinfo()).status, 401)
})

// SEC T-8
test('of many exchanges of one code at the same time one wins', async (t) => {
  const world = await startSite(t)
  const { byHand } = world
  const { code } = await codeFor(world)

  const answers = await Promise.all(
    Array.from({ length: 50 }, () => tokenCall(byHand, grantOf(byHand, code))),
  )

  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  assert.equal(answers.filter(({ status }) => status === 400).length, 49)
})

// SEC O-7
test('a site may put its secret into the head or the body, and a wrong one is refused', async (t) => {
  const world = await startSite(t)
  const { byHand } = world
  const { code } = await codeFor(world)
  const grant = grantOf(byHand, code)

  const wrong = await tokenCall({ ...byHand, clientSecret: 'wrong' }, grant)
  const none = await tokenCall(byHand, { ...grant, client_id: byHand.clientId }, false)
  const digest = await tokenCall(
    byHand,
    {
      ...grant,
      client_id: byHand.clientId,
      client_secret: createHash('sha256').update(byHand.clientSecret).digest('base64url'),
    },
    false,
  )
  const inBody = await tokenCall(
    byHand,
    { ...grant, client_id: byHand.clientId, client_secret: byHand.clientSecret },
    false,
  )

  assert.deepEqual([wrong.status, none.status, digest.status, inBody.status], [401, 401, 401, 200])
})

// SEC I-8
test("a site of one tenant is nobody at another tenant's Authority", async (t) => {
  const { byHand, app } = await startSite(t)
  const { tenant } = await app.onboard('Globex')

  const { status, to } = await firstAnswer({ ...byHand, authority: tenant.authority }, {})

  assert.deepEqual([status, to], [400, undefined])
})

test('a second site of the tenant is entered without a question, and the log has it', async (t) => {
  const world = await startSite(t)
  const { jane, byHand, admin, tenant } = world
  assert.equal((await world.signIn(jane)).outcome, 'signed-in')
  const browser = world.browserOf(jane)

  await assert.rejects(browser.open(authorizeUrl(byHand, {})))

  const { items } = await admin.listSignIns({ tenant: tenant.id, limit: 10 })
  const silent = items.find(({ clientId }) => clientId === byHand.clientId)
  assert.deepEqual(
    [silent?.outcome, silent?.steps.map(({ step }) => step)],
    ['signed-in', ['session-found']],
  )
  const asked = items.find(({ clientId }) => clientId !== byHand.clientId)
  assert.ok(asked?.connectionId)
  assert.equal(silent?.connectionId, asked.connectionId)
})

test('signing out at a site asks once, ends the session here and returns there', async (t) => {
  const world = await startSite(t)
  const { jane, site } = world
  assert.equal((await world.signIn(jane)).outcome, 'signed-in')
  const browser = world.browserOf(jane)

  await browser.open(site.url)
  await browser.submit({}, { button: 'Sign out' })
  assert.equal(browser.page.heading, 'Sign out?')
  await browser.submit({}, { button: 'Sign out' })

  assert.equal(browser.page.heading, 'You are signed out')
  assert.ok(browser.page.url.startsWith(site.url))
  const { rows } = await world.app.database.ownerPool.query(
    `select count(*)::int as sessions from oidc_payload where model = 'Session' and identity_id is not null`,
  )
  assert.equal(rows[0].sessions, 0)
})

// SEC W-2, F-13
test('an administrator sees the sessions of somebody and ends them, and nobody else is out', async (t) => {
  const world = await startSite(t)
  const { admin, tenant, jane, hire, settle, signIn, sessionOf, identityOf, site } = world
  const omar = await hire('Omar', 'Haddad')
  await settle()
  for (const person of [jane, omar]) assert.equal((await signIn(person)).outcome, 'signed-in')
  const at = { tenant: tenant.id, identity: (await identityOf(jane)).id }
  const { items } = await admin.listSessionsOf(at)
  const [session] = items
  assert.deepEqual([items.length, session?.amr, session?.siteIds.length], [1, ['pwd'], 1])

  const { sessionsEnded } = await admin.endSessionsOfPerson(at)

  assert.equal(sessionsEnded, 1)
  assert.deepEqual((await admin.listSessionsOf(at)).items, [])
  await until('the site was told', () => site.logoutsReceived.length > 0)
  assert.equal((await sessionOf(jane)).signedIn, false)
  assert.equal((await sessionOf(omar)).signedIn, true)
  assert.equal((await signIn(jane)).outcome, 'signed-in', 'they may sign in again')
  const printed = await rollcall(world.app, ['person', 'sessions', tenant.id, at.identity])
  assert.match(printed.out, /^SIGNED IN .*\n20\S+ +20\S+ +pwd +sit_/)
  const unasked = await rollcall(world.app, ['person', 'sign-out', tenant.id, at.identity])
  assert.equal(unasked.code, 2)
  const signedOut = await rollcall(world.app, [
    'person',
    'sign-out',
    tenant.id,
    at.identity,
    '--yes',
  ])
  assert.equal(signedOut.out, '1 session has ended.\n')
  const acts = (await admin.listAudit({ tenant: tenant.id, limit: 9 })).items
  assert.equal(acts.filter(({ act }) => act === 'signin.sessions.ended').length, 2)
})

// SEC O-9
test('signing out leads nowhere that the site has not registered, and ends nothing unasked', async (t) => {
  const world = await startSite(t)
  const { byHand, jane, admin, tenant } = world
  const back = `${byHand.redirectUri}/out`
  await admin.changeSite({
    tenant: tenant.id,
    site: byHand.clientId as `sit_${string}`,
    postLogoutRedirectUris: [back],
  })
  assert.equal((await world.signIn(jane)).outcome, 'signed-in')
  const browser = world.browserOf(jane)
  const leave = (query: Record<string, string>) =>
    browser.open(`${byHand.authority}/connect/endsession?${new URLSearchParams(query)}`)

  for (const bad of [
    { client_id: byHand.clientId, post_logout_redirect_uri: 'https://evil.example/' },
    { client_id: byHand.clientId, post_logout_redirect_uri: `${back}?x=1` },
    { client_id: byHand.clientId, id_token_hint: 'e30.e30.e30', post_logout_redirect_uri: back },
  ])
    assert.equal((await leave(bad)).status, 400, JSON.stringify(bad))
  await leave({ client_id: byHand.clientId, post_logout_redirect_uri: back, state: 'st' })
  assert.equal(browser.page.heading, 'Sign out?')
  assert.equal((await world.sessionOf(jane)).signedIn, true)

  await leave({ client_id: byHand.clientId, post_logout_redirect_uri: back, state: 'st' })
  await assert.rejects(
    browser.submit({}, { button: 'Sign out' }),
    /127\.0\.0\.1:9\/cb\/out\?state=st/,
  )
})
