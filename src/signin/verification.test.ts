import assert from 'node:assert/strict'
import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { createBrowser } from '../../simulator/index.ts'
import { createTestClock, MINUTE } from '../../test/support/clock.ts'
import { type HostileIdp, startHostileIdp } from '../../test/support/hostile-idp.ts'
import { startHostileWorld } from '../../test/support/hostile-world.ts'
import { attemptAt } from '../../test/support/world.ts'

function unsigned(claims: Record<string, unknown>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none' })}.${part(claims)}.`
}

// SEC R-5
test('an ID token that is wrong in one respect signs nobody in, and the log names the check', async (t) => {
  const { idp, attempt, jane, readSignIn } = await startHostileWorld(t)
  const sub = jane.id
  const now = Math.floor(Date.now() / 1000)
  const secret = new TextEncoder().encode(idp.clientSecret)
  const wrong: Record<string, (nonce: string) => Promise<string> | string> = {
    'no signature': (nonce) =>
      unsigned({ iss: idp.issuer, aud: idp.clientId, sub, nonce, iat: now, exp: now + 60 }),
    'signed with our secret': (nonce) =>
      idp.idToken(nonce, { claims: { sub }, header: { alg: 'HS256' }, key: secret }),
    'signed with the published key as a secret': (nonce) =>
      idp.idToken(nonce, {
        claims: { sub },
        header: { alg: 'HS256' },
        key: Buffer.from(createPublicKey(idp.key).export({ type: 'spki', format: 'pem' })),
      }),
    'a key that comes with the token': (nonce) =>
      idp.idToken(nonce, {
        claims: { sub },
        header: { jwk: createPublicKey(idp.strangerKey).export({ format: 'jwk' }) },
        key: idp.strangerKey,
      }),
    'a key at an address that comes with the token': (nonce) =>
      idp.idToken(nonce, {
        claims: { sub },
        header: { kid: undefined, jku: `${idp.issuer}/keys` },
        key: idp.strangerKey,
      }),
    'another kind of token': (nonce) =>
      idp.idToken(nonce, { claims: { sub }, header: { typ: 'logout+jwt' } }),
    'the hash of another access token': (nonce) =>
      idp.idToken(nonce, { claims: { sub, at_hash: 'x'.repeat(22) } }),
    "a stranger's key": (nonce) => idp.idToken(nonce, { claims: { sub }, key: idp.strangerKey }),
    'an unknown key id': (nonce) =>
      idp.idToken(nonce, { claims: { sub }, header: { kid: 'k2' }, key: idp.strangerKey }),
    'an unknown critical header': (nonce) =>
      idp.idToken(nonce, { claims: { sub }, header: { crit: ['x-unknown'], 'x-unknown': 1 } }),
    'another issuer': (nonce) =>
      idp.idToken(nonce, { claims: { sub, iss: 'https://else.example' } }),
    'another audience': (nonce) => idp.idToken(nonce, { claims: { sub, aud: 'else' } }),
    'two audiences and no azp': (nonce) =>
      idp.idToken(nonce, { claims: { sub, aud: [idp.clientId, 'else'] } }),
    'two audiences, and ours is azp': (nonce) =>
      idp.idToken(nonce, { claims: { sub, aud: [idp.clientId, 'else'], azp: idp.clientId } }),
    'no nonce': (nonce) => idp.idToken(nonce, { claims: { sub, nonce: undefined } }),
    'another nonce': () => idp.idToken('n'.repeat(43), { claims: { sub } }),
    expired: (nonce) => idp.idToken(nonce, { claims: { sub, iat: now - 300, exp: now - 120 } }),
    'made long ago': (nonce) => idp.idToken(nonce, { claims: { sub, iat: now - 700 } }),
    'made in the future': (nonce) => idp.idToken(nonce, { claims: { sub, iat: now + 300 } }),
    'not valid yet': (nonce) => idp.idToken(nonce, { claims: { sub, nbf: now + 300 } }),
    'times as text': (nonce) => idp.idToken(nonce, { claims: { sub, exp: String(now + 60) } }),
    'no subject': (nonce) => idp.idToken(nonce, { claims: { sub: undefined } }),
    'an empty subject': (nonce) => idp.idToken(nonce, { claims: { sub: '' } }),
    'a subject beyond 255': (nonce) => idp.idToken(nonce, { claims: { sub: 'x'.repeat(256) } }),
    'a subject with a line break': (nonce) => idp.idToken(nonce, { claims: { sub: 'a\nb' } }),
    'no token at all': () => 'nonsense',
  }

  for (const [what, token] of Object.entries(wrong)) {
    idp.behave({ token })
    const refused = await attempt()

    assert.deepEqual([what, refused.outcome, refused.code], [what, 'refused', 'token_refused'])
    const { outcome, steps } = await readSignIn(refused)
    assert.equal(outcome, 'refused', what)
    assert.ok(steps.at(-1)?.['check'] !== undefined, what)
  }

  // SHA-256 of `opaque`, the access token here.
  const at_hash = createHash('sha256').update('opaque').digest().subarray(0, 16)
  const genuine = { sub, at_hash: at_hash.toString('base64url') }
  idp.behave({ token: (nonce) => idp.idToken(nonce, { claims: genuine, header: { typ: 'JWT' } }) })
  assert.equal((await attempt()).outcome, 'signed-in')
})

// SEC
test('an answer of the identity provider that is too large or leads elsewhere lets nobody in, and the log says so', async (t) => {
  const { idp, attempt, readSignIn, right } = await startHostileWorld(t)
  const inner = 'http://[fd12:3456:789a::1]:9/token'
  const token = right(idp.idToken)

  idp.behave({ token: async (nonce) => (await token(nonce)) + 'x'.repeat(2 ** 20) })
  const large = await attempt()
  idp.behave({ token, tokenStatus: 302, tokenHeaders: { location: inner } })
  const led = await attempt()

  assert.deepEqual([large.code, led.code], ['idp_unreachable', 'token_refused'])
  const said = async (refused: typeof large) =>
    String((await readSignIn(refused)).steps.at(-1)?.['message'])
  assert.match(await said(large), /larger than 1 MiB/)
})

// SEC R-6
test('a key that the identity provider has changed to is fetched, and an unknown one asked for once a minute', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const { idp, attempt, jane } = await startHostileWorld(t)
  const signedBy = (kid: string) => (nonce: string) =>
    idp.idToken(nonce, { claims: { sub: jane.id }, header: { kid }, key: idp.strangerKey })
  const next = createPublicKey(idp.strangerKey).export({ format: 'jwk' })
  const keys = [{ ...next, kid: 'k2', use: 'sig', alg: 'RS256' }]
  const attempted = async (kid: string) => {
    idp.behave({ keys, token: signedBy(kid) })
    return [(await attempt()).outcome, idp.asked.get('/keys')]
  }
  // The key of before is known from here on.
  await attempt()

  const atOnce = await attempted('k2')
  t.mock.timers.tick(61_000)
  const later = await attempted('k2')
  const unknown = await attempted('k3')

  assert.deepEqual(
    [atOnce, later, unknown],
    [
      ['refused', 1],
      ['signed-in', 2],
      ['refused', 2],
    ],
  )
})

// SEC
test('published keys that are too short, for something else or too many are good for nothing', async (t) => {
  const { idp, attempt, jane, right, admin, tenant, connection } = await startHostileWorld(t)
  // A connection that was changed has no keys yet.
  const forget = (name: string) =>
    admin.changeConnection({ tenant: tenant.id, connection: connection.id, name })
  const published = createPublicKey(idp.key).export({ format: 'jwk' })
  const own = { ...published, kid: 'k1', use: 'sig', alg: 'RS256' }
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const byShort = async (nonce: string) => {
    const genuine = await idp.idToken(nonce, { claims: { sub: jane.id } })
    const [signed] = /^[^.]+\.[^.]+/.exec(genuine) ?? ['']
    const signature = sign('sha256', Buffer.from(signed), short.privateKey)
    return `${signed}.${signature.toString('base64url')}`
  }
  const token = right(idp.idToken)
  const wrong = {
    'of 1024 bits': [{ ...own, ...short.publicKey.export({ format: 'jwk' }) }, byShort],
    'for encryption': [{ ...own, use: 'enc' }, token],
    'for another algorithm': [{ ...own, alg: 'PS256' }, token],
    'with an answer beyond 256 KiB': [{ ...own, padding: 'x'.repeat(2 ** 18) }, token],
  } as const

  for (const [what, [key, by]] of Object.entries(wrong)) {
    await forget(what)
    idp.behave({ keys: [key], token: by })
    const { outcome, code } = await attempt()
    const expected = what.includes('beyond') ? 'idp_unreachable' : 'token_refused'
    assert.deepEqual([what, outcome, code], [what, 'refused', expected])
  }
  await forget('right')
  idp.behave({ token })
  assert.equal((await attempt()).outcome, 'signed-in')
})

// SEC R-6
test('more keys than a hundred are good for nothing, the right one among them neither, and the log says how many there are', async (t) => {
  const { idp, attempt, right, readSignIn } = await startHostileWorld(t)
  const own = createPublicKey(idp.key).export({ format: 'jwk' })
  const keys = Array.from({ length: 101 }, (_, each) => ({ ...own, kid: `k${each}`, use: 'sig' }))
  idp.behave({ keys, token: right(idp.idToken) })

  const refused = await attempt()
  idp.behave({ keys: keys.slice(0, 100), token: right(idp.idToken) })
  const afterwards = await attempt()

  assert.equal(refused.code, 'token_refused')
  const { check, problem } = (await readSignIn(refused)).steps.at(-1) ?? {}
  assert.deepEqual(
    [check, problem],
    ['keys', 'It publishes 101 keys, and no more than 100 are read.'],
  )
  assert.equal(afterwards.outcome, 'signed-in')
})

// SEC R-3
test('a callback that names another issuer, or none where one was announced, is refused', async (t) => {
  const { idp, attempt } = await startHostileWorld(t)
  const back = (more: Record<string, string>) => (asked: URLSearchParams) => ({
    code: 'any',
    state: asked.get('state') ?? '',
    ...more,
  })

  idp.behave({
    metadata: { authorization_response_iss_parameter_supported: true },
    callback: back({ iss: 'https://else.example' }),
  })
  const another = await attempt()
  idp.behave({ callback: back({}) })
  const none = await attempt()

  assert.deepEqual([another.code, none.code], ['token_refused', 'token_refused'])
})

// SEC R-4
test('metadata that names another issuer than the one configured is refused', async (t) => {
  const { idp, attempt } = await startHostileWorld(t)
  idp.behave({ metadata: { issuer: 'https://else.example' } })

  assert.equal((await attempt()).code, 'token_refused')
})

test('what the identity provider itself refuses is told as such, and shown to nobody', async (t) => {
  const { idp, attempt, readSignIn } = await startHostileWorld(t)
  idp.behave({
    callback: (asked) => ({
      error: 'access_denied',
      error_description: '<script>alert(1)</script> not assigned',
      state: asked.get('state') ?? '',
    }),
  })

  const refused = await attempt()

  assert.equal(refused.code, 'idp_error')
  assert.doesNotMatch(refused.page.html, /alert\(1\)|<script|&lt;script/) // SEC R-11
  const step = (await readSignIn(refused)).steps.at(-1)
  assert.deepEqual(
    [step?.['error'], step?.['description']],
    ['access_denied', '<script>alert(1)</script> not assigned'],
  )
})

test('an identity provider that refuses the code, or is not there, has a page for each', async (t) => {
  const { idp, attempt, admin, tenant, connection } = await startHostileWorld(t)

  idp.behave({ tokenStatus: 400, tokenError: { error: 'invalid_grant' } })
  assert.equal((await attempt()).code, 'idp_error')
  await admin.changeConnection({
    tenant: tenant.id,
    connection: connection.id,
    oidcApplication: {
      issuer: 'http://127.0.0.1:9',
      clientId: idp.clientId,
      clientSecret: idp.clientSecret,
    },
  })
  const away = await attempt()

  assert.deepEqual([away.code, away.page.status], ['idp_unreachable', 502])
  const ofConnection = { tenant: tenant.id, connection: connection.id, code: 'idp_unreachable' }
  const { items } = await admin.listSignIns(ofConnection)
  assert.deepEqual(
    items.map(({ id }) => id),
    [away.reference],
    'the log knows which connection is away',
  )
})

test('what fails at the return stands at an address that can be loaded again, and is tried again from there', async (t) => {
  const { idp, attempt, readSignIn, right, site, app } = await startHostileWorld(t)
  const failing = {
    idp_error: { tokenStatus: 400, tokenError: { error: 'invalid_grant' } },
    application_refused: { tokenStatus: 401 },
    idp_unreachable: { token: () => 'x'.repeat(2 ** 20) },
    token_refused: { token: () => 'nonsense' },
  }
  for (const [code, behaviour] of Object.entries(failing)) {
    const browser = createBrowser()
    idp.behave(behaviour)

    const refused = await attempt(browser)

    assert.equal(refused.code, code)
    assert.match(refused.page.url, /\/sign-in\/[^/]+\?refused$/)
    await browser.open(refused.page.url)
    const again = attemptAt(site, app.url, browser.page)
    assert.deepEqual([again.code, again.reference], [code, refused.reference])
    const { outcome, steps } = await readSignIn(refused)
    assert.deepEqual(
      [outcome, steps.filter(({ step }) => step === 'refused').length],
      ['refused', 1],
    )
    idp.behave({ token: right(idp.idToken) })
    await browser.follow('Try again')
    assert.equal(attemptAt(site, app.url, browser.page).outcome, 'signed-in')
  }
})

test('a client secret that is wrong or has ended is told as such, however the identity provider says it, and not as a person who is not assigned', async (t) => {
  const { idp, attempt, readSignIn } = await startHostileWorld(t)
  const description = 'The provided client secret keys are expired.'
  const tokenError = { error: 'invalid_client', error_description: description }
  const challenge = { 'www-authenticate': 'Basic realm="idp", error="invalid_client"' }
  const unauthorized = { error: 'unauthorized_client', error_description: description }
  const ways: Parameters<HostileIdp['behave']>[0][] = [
    { tokenStatus: 401, tokenError },
    { tokenStatus: 400, tokenError: unauthorized },
    { tokenStatus: 401, tokenError, tokenHeaders: challenge }, // RFC 6749 section 5.2
    { callback: (asked) => ({ ...unauthorized, state: asked.get('state') ?? '' }) },
  ]

  for (const way of ways) {
    idp.behave(way)
    const refused = await attempt()

    assert.deepEqual([refused.code, refused.page.status], ['application_refused', 502])
    assert.doesNotMatch(refused.page.text, /assigned|expired/) // SEC R-11
    const step = (await readSignIn(refused)).steps.at(-1)
    assert.match(String(step?.['error']), /^(invalid|unauthorized)_client$/)
    assert.equal(step?.['description'], description)
  }
})

test('a challenge with nothing to read in it is a secret that is not accepted, too', async (t) => {
  const { idp, attempt, readSignIn } = await startHostileWorld(t)
  idp.behave({
    ...{ tokenStatus: 401, tokenError: ['no object'] as never },
    tokenHeaders: { 'www-authenticate': 'Basic realm="idp"' },
  })

  const refused = await attempt()

  assert.equal(refused.code, 'application_refused')
  assert.equal((await readSignIn(refused)).steps.at(-1)?.['error'], undefined)
})

// SEC P-4
test('what no database keeps of an identity provider’s words does not keep its refusal out of the log', async (t) => {
  const { idp, attempt, readSignIn } = await startHostileWorld(t)
  const description = 'a\0b\ud83d'
  idp.behave({
    tokenStatus: 400,
    tokenError: { error: 'invalid_grant', error_description: description },
  })

  const refused = await attempt()

  assert.equal(refused.code, 'idp_error')
  assert.equal((await readSignIn(refused)).steps.at(-1)?.['description'], 'a\u{fffd}b\u{fffd}')
})

// SEC R-2, T-8
test('a return is good once', async (t) => {
  const { idp, right, site } = await startHostileWorld(t)
  const { returns, callback } = catchReturns()
  idp.behave({ token: right(idp.idToken), callback })
  const browser = createBrowser()
  await browser.open(`${site.url}/login`)

  const again = await browser.open(returns[0] ?? '')

  assert.deepEqual([again.status, codeOn(again.html)], [400, 'flow_expired'])
})

// SEC R-2
test('a return in another browser is refused, told nothing but the reference, and spent for the browser that left too', async (t) => {
  const { idp, right, site, admin } = await startHostileWorld(t)
  const { returns, callback } = catchReturns()
  idp.behave({
    token: right(idp.idToken),
    callback: (asked) => ({ ...callback(asked), state: 'elsewhere' }),
  })
  const browser = createBrowser()
  await browser.open(`${site.url}/login`)

  const stranger = await createBrowser().open(returns[0] ?? '')
  const owner = await browser.open(returns[0] ?? '')

  assert.deepEqual([stranger.status, codeOn(stranger.html)], [400, 'flow_expired'])
  assert.deepEqual([owner.status, codeOn(owner.html)], [400, 'flow_expired'])
  assert.match(stranger.text, /no cookie of it[^]*Allow cookies/)
  assert.doesNotMatch(stranger.html, new RegExp(`${site.name}|/sign-in/|<form|Acme`))
  const entry = await admin.readSignIn({ reference: referenceOn(stranger.html) })
  assert.deepEqual([entry.outcome, entry.code], ['refused', 'flow_expired'])
  assert.notEqual(entry.endedAt, null)
  const { step, lost, message } = entry.steps.at(-1) ?? {}
  assert.deepEqual([step, lost], ['refused', 'other-browser'])
  assert.match(String(message), /cookies are blocked/)
  assert.equal(owner.html.includes(entry.id), false, 'the flow that had it is gone')
})

// SEC
test('a return at the callback of another connection, or to one that has another issuer by then, is refused, and nobody is shown the code', async (t) => {
  const { idp, right, site, admin, tenant, connection } = await startHostileWorld(t)
  const other = await startHostileIdp(t)
  const { issuer, clientId, clientSecret } = other
  const change = { tenant: tenant.id, oidcApplication: { issuer, clientId, clientSecret } }
  const added = await admin.addConnection({ tenant: tenant.id, name: 'Other', label: 'Other' })
  await admin.changeConnection({ ...change, connection: added.connection.id })
  const { returns, callback } = catchReturns()
  idp.behave({
    token: right(idp.idToken),
    callback: (asked) => ({ ...callback(asked), state: 'elsewhere' }),
  })
  const browser = createBrowser()
  const leave = async () => {
    await browser.open(`${site.url}/login`)
    await browser.follow(connection.name)
    return returns.at(-1) ?? ''
  }
  const lostBy = async (returned: string) => {
    const page = await browser.open(returned)
    const entry = await admin.readSignIn({ reference: referenceOn(page.html) })
    return [page.status, codeOn(page.html), entry.steps.at(-1)?.['lost']]
  }

  const first = await leave()
  const mixedUp = await lostBy(first.replace(connection.id, added.connection.id))
  const second = await leave()
  await admin.changeConnection({ ...change, connection: connection.id })
  const changed = await lostBy(second)

  assert.deepEqual(mixedUp, [400, 'flow_expired', 'other-connection'])
  assert.deepEqual(changed, [400, 'flow_expired', 'connection-changed'])
  assert.deepEqual([idp.asked.get('/token'), other.asked.get('/token')], [undefined, undefined])
})

// SEC R-2
test('a return when the sign-in has succeeded changes nothing of it', async (t) => {
  const { idp, right, site, admin, tenant } = await startHostileWorld(t)
  const { returns, callback } = catchReturns()
  const token = right(idp.idToken)
  idp.behave({ callback, token: () => token(idp.last.authorize.get('nonce') ?? '') })
  const browser = createBrowser()
  await browser.open(`${site.url}/login`)

  const pages = [await createBrowser().open(returns[0] ?? ''), await browser.open(returns[0] ?? '')]

  for (const { html } of pages) assert.equal(codeOn(html), 'flow_expired')
  const [latest] = (await admin.listSignIns({ tenant: tenant.id })).items
  assert.deepEqual([latest?.outcome, latest?.steps.at(-1)?.['step']], ['signed-in', 'signed-in'])
})

// SEC R-2
test('a return after ten minutes is refused, and leads back to the site', async (t) => {
  const clock = createTestClock(Date.now())
  const { idp, right, attempt, readSignIn, site } = await startHostileWorld(t, { clock })
  const { callback } = catchReturns()
  idp.behave({
    token: right(idp.idToken),
    callback: (asked) => {
      clock.turn(10 * MINUTE + 1)
      return callback(asked)
    },
  })
  const browser = createBrowser()

  const late = await attempt(browser)

  assert.equal(late.code, 'flow_expired')
  assert.match(late.page.text, /more than ten minutes/)
  const { outcome, code, steps } = await readSignIn(late)
  assert.deepEqual([outcome, code], ['refused', 'flow_expired'])
  assert.equal(steps.at(-1)?.['lost'], 'too-late')
  assert.ok(late.page.links.some(({ text }) => text === 'Try again'))
  const back = await browser.submit({}, { button: `Back to ${site.name}` })
  assert.ok(back.text.includes(`flow_expired (reference ${late.reference})`), back.text)
})

test('whoever comes to the page of a sign-in without its cookie hears of cookies', async (t) => {
  const { idp, attempt } = await startHostileWorld(t)
  idp.behave({ metadata: { issuer: 'https://else.example' } })
  const { page } = await attempt()

  const stranger = await createBrowser().open(page.forms[0]?.action ?? '')

  assert.deepEqual([stranger.status, codeOn(stranger.html)], [400, 'flow_expired'])
  assert.match(stranger.text, /Allow cookies/)
})

function catchReturns() {
  const returns: string[] = []
  return {
    returns,
    callback: (asked: URLSearchParams) => {
      const query = { code: 'c', state: asked.get('state') ?? '' }
      returns.push(`${asked.get('redirect_uri')}?${new URLSearchParams(query)}`)
      return query
    },
  }
}

function referenceOn(html: string): `sgn_${string}` {
  const [reference] = /sgn_[0-9a-z]+/.exec(html) ?? []
  return (reference ?? 'sgn_') as `sgn_${string}`
}

function codeOn(html: string): string | undefined {
  return /<code>([a-z_]+)<\/code>/.exec(html)?.[1]
}

// SEC T-2, K-1
test('a copy of the database holds no session, code, token, state or interaction', async (t) => {
  const { idp, right, site, app, attempt } = await startHostileWorld(t)
  idp.behave({ token: right(idp.idToken) })
  const browser = createBrowser()
  assert.equal((await attempt(browser)).outcome, 'signed-in')

  const cookies = browser.cookiesAt(app.url).map(({ value }) => value)
  const tables = ['oidc_payload', 'flow', 'sign_in', 'signing_key', 'site', 'connection']
  const dumps = await Promise.all(
    tables.map((table) => app.database.ownerPool.query(`select * from ${table}`)),
  )
  const text = JSON.stringify(dumps.map(({ rows }) => rows))

  assert.ok(cookies.length > 0 && site.url !== '')
  for (const value of [...cookies, idp.clientSecret]) assert.ok(!text.includes(value))
  assert.doesNotMatch(text, /"d":"|accountId|"code"\s*:\s*"[A-Za-z0-9_-]{40}/)
})

// SEC R-5
test('what a site asks of the authentication is passed on, and held to what comes back', async (t) => {
  const { idp, attempt, jane, readSignIn, admin, tenant, connection } = await startHostileWorld(t)
  const now = Math.floor(Date.now() / 1000)
  const saying = (claims: Record<string, unknown>, metadata = {}) =>
    idp.behave({
      token: (nonce) => idp.idToken(nonce, { claims: { sub: jane.id, ...claims } }),
      metadata,
    })
  const wrong: readonly (readonly [wishes: string, check: string, claims: object])[] = [
    ['?max_age=600', 'auth_time', {}],
    ['?max_age=600', 'auth_time', { auth_time: now - 900 }],
    ['?prompt=login', 'auth_time', { auth_time: now - 300 }],
    ['', 'auth_time', { auth_time: now + 900 }],
    ['', 'acr', { acr: ['urn:x'] }],
    ['', 'amr', { amr: 'pwd' }],
    ['', 'amr', { amr: ['pwd', 7] }],
  ]

  for (const [wishes, check, claims] of wrong) {
    saying({ ...claims })
    const refused = await attempt(createBrowser(), wishes)
    assert.deepEqual([wishes, refused.code], [wishes, 'token_refused'])
    assert.equal((await readSignIn(refused)).steps.at(-1)?.['check'], check)
  }

  saying({ auth_time: now - 300, acr: 'urn:two', amr: ['pwd', 'otp'] })
  const wishes = '?max_age=600&acr_values=urn:two%20urn:one&login_hint=jane'
  assert.equal((await attempt(createBrowser(), wishes)).outcome, 'signed-in')
  const { authorize } = idp.last
  assert.deepEqual(
    ['max_age', 'acr_values', 'login_hint', 'prompt'].map((name) => authorize.get(name)),
    ['600', 'urn:two urn:one', 'jane', null],
  )
  saying({ auth_time: now })
  assert.equal((await attempt(createBrowser(), '?prompt=login')).outcome, 'signed-in')
  assert.deepEqual(
    [idp.last.authorize.get('prompt'), idp.last.authorize.get('max_age')],
    ['login', '0'],
  )
  // Where it does not say that it can, each can ask for another account by asking who it is (OpenID Connect Core §3.1.2.1).
  const asked = []
  for (const metadata of [{}, { prompt_values_supported: ['login', 'select_account'] }]) {
    saying({}, metadata)
    const { issuer, clientId, clientSecret } = idp
    const at = { tenant: tenant.id, connection: connection.id }
    await admin.changeConnection({ ...at, oidcApplication: { issuer, clientId, clientSecret } })
    assert.equal((await attempt(createBrowser(), '?prompt=select_account')).outcome, 'signed-in')
    asked.push([idp.last.authorize.get('prompt'), idp.last.authorize.get('max_age')])
  }
  assert.deepEqual(asked, [
    ['login', null],
    ['select_account', null],
  ])
})

// SEC R-7, P-8
test('what a token says of groups, roles and e-mail reaches no site: that is what provisioning says', async (t) => {
  const { idp, attempt, jane, site } = await startHostileWorld(t)
  const claims = {
    ...{ sub: jane.id, groups: ['Domain Admins'], roles: ['operator'], fqn: 'Okta:ceo' },
    ...{ email: 'ceo@acme.example', email_verified: true, name: 'The Boss' },
  }
  idp.behave({ token: (nonce) => idp.idToken(nonce, { claims }) })
  const browser = createBrowser()

  assert.equal((await attempt(browser)).outcome, 'signed-in')

  const { text } = await browser.open(`${site.url}/session`)
  assert.match(text, /Jane/)
  assert.doesNotMatch(text, /Domain Admins|operator|ceo|Boss/)
})

// SEC O-7
test('an identity provider that takes no secret is shown a JWT that its published keys verify', async (t) => {
  const { idp, attempt, right, admin, tenant, connection } = await startHostileWorld(t)
  const { issuer, clientId } = idp
  const { jwksUrl } = await admin.changeConnection({
    tenant: tenant.id,
    connection: connection.id,
    oidcApplication: { issuer, clientId, authentication: 'private_key_jwt' },
  })
  idp.behave({ token: right(idp.idToken) })

  const { outcome } = await attempt()

  assert.equal(outcome, 'signed-in')
  const { token } = idp.last
  assert.equal(token.get('client_secret'), null)
  const { keys } = (await (await fetch(jwksUrl)).json()) as JSONWebKeySet
  assert.deepEqual(
    keys.map(({ kty, use, d }) => [kty, use, d]),
    [['RSA', 'sig', undefined]],
  )
  const assertion = token.get('client_assertion') ?? ''
  const { payload } = await jwtVerify(assertion, createLocalJWKSet({ keys }), { audience: issuer })
  assert.deepEqual([payload.iss, payload.sub], [clientId, clientId])
  const first = payload.jti
  await attempt()
  const again = await jwtVerify(
    idp.last.token.get('client_assertion') ?? '',
    createLocalJWKSet({ keys }),
  )
  assert.notEqual(again.payload.jti, first)
  const at = { tenant: tenant.id, connection: connection.id }
  const { items } = await admin.rotateConnectionKey({ ...at, atOnce: true })
  assert.equal((await attempt()).outcome, 'signed-in')
  const { kid } = decodeProtectedHeader(idp.last.token.get('client_assertion') ?? '')
  assert.deepEqual([kid], [items[0]?.id], 'signed by the new key alone')
  await admin.changeConnection({
    tenant: tenant.id,
    connection: connection.id,
    oidcApplication: { issuer, clientId, authentication: 'client_secret' },
  })
  await attempt()
  assert.equal(idp.last.token.get('client_assertion'), null, 'the secret was kept')
})
