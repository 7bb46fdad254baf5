/** Sites as OpenID clients, played by a certified library as it is shipped. */
import assert from 'node:assert/strict'
import { generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { SignJWT } from 'jose'
import * as openid from 'openid-client'
import { createBrowser, type Person } from '../../simulator/index.ts'
import { HOUR, MINUTE } from '../../test/support/clock.ts'
import { done, passOkta, startWorld, type World } from '../../test/support/world.ts'

const REDIRECT_URI = 'http://127.0.0.1:9/cb'
const SCOPE = 'openid profile groups'

let world: World
let nadia: Person
const ends: (() => Promise<void>)[] = []
/** The library reads the time itself, so ours goes with it, ahead by what the test has turned. */
let aheadMs = 0
const clock = () => new Date(Date.now() + aheadMs)

before(async () => {
  world = await startWorld(
    { after: (end) => void ends.push(end) },
    { kind: 'oin', auth: 'bearer', overrides: { clock } },
  )
  nadia = await world.hire('Nadia', 'Osei')
  for (const name of ['Crew', 'Field Ops', 'Night'])
    await done(world.provisioning.pushGroup(world.okta.createGroup(name, [nadia])))
  await world.settle()
})
after(async () => {
  for (const end of ends.toReversed()) await end()
})

type Settings = Partial<Parameters<World['admin']['createSite']>[0]>

function addSite(settings: Settings = {}) {
  return world.admin.createSite({
    tenant: world.tenant.id,
    name: 'By library',
    redirectUris: [REDIRECT_URI],
    ...settings,
  })
}

function trust(clientId: string, authentication: openid.ClientAuth): Promise<openid.Configuration> {
  const authority = new URL(world.tenant.authority)
  const execute = [openid.allowInsecureRequests]
  return openid.discovery(authority, clientId, undefined, authentication, { execute })
}

interface Round {
  readonly returned: URL
  readonly checks: openid.AuthorizationCodeGrantChecks
}

/** Goes to the Authority and through Okta, and stops at the site's address with the code. */
async function goRound(configuration: openid.Configuration, pushed = false): Promise<Round> {
  const pkceCodeVerifier = openid.randomPKCECodeVerifier()
  const expectedState = openid.randomState()
  const parameters = {
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    state: expectedState,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  }
  const url = pushed
    ? await openid.buildAuthorizationUrlWithPAR(configuration, parameters)
    : openid.buildAuthorizationUrl(configuration, parameters)
  const browser = createBrowser()
  await browser.open(url.href)
  const stopped = await passOkta(browser, nadia).then(
    () => browser.page.text,
    (error: unknown) => String(error),
  )
  const [, query] = /127\.0\.0\.1:9\/cb(\?[^\s"']+)/.exec(stopped) ?? []
  assert.ok(query !== undefined, stopped)
  const checks = { pkceCodeVerifier, expectedState, idTokenExpected: true }
  return { returned: new URL(REDIRECT_URI + query), checks }
}

async function signIn(configuration: openid.Configuration, pushed = false) {
  const { returned, checks } = await goRound(configuration, pushed)
  return openid.authorizationCodeGrant(configuration, returned, checks)
}

function keyPair(kid: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk: JsonWebKey & { kid: string } = { ...publicKey.export({ format: 'jwk' }), kid }
  return { privateKey, jwk, kid }
}

// SEC O-7
test('a site with keys signs that it is itself, pushes its requests, and has no secret', async () => {
  const { privateKey, jwk, kid } = keyPair('one')
  const site = await addSite({ jwks: { keys: [jwk] } })
  const key = await crypto.subtle.importKey(
    'jwk',
    privateKey.export({ format: 'jwk' }) as never,
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['sign'],
  )
  const configuration = await trust(site.id, openid.PrivateKeyJwt({ key, kid }))

  const tokens = await signIn(configuration, true)

  assert.equal(site.clientSecret, null)
  assert.match(tokens.claims()?.sub ?? '', /^idn_/)
  const metadata = configuration.serverMetadata()
  assert.equal(
    metadata.pushed_authorization_request_endpoint,
    `${world.tenant.authority}/connect/par`,
  )
  assert.deepEqual(metadata.token_endpoint_auth_methods_supported, [
    'client_secret_basic',
    'client_secret_post',
    'private_key_jwt',
  ])
  await assert.rejects(
    world.admin.rotateSiteSecret({ tenant: world.tenant.id, site: site.id }),
    /without a secret/,
  )
})

/** Pushes a request with that assertion, which needs no browser. */
async function push(clientId: string, assertion: string): Promise<number> {
  const answer = await fetch(`${world.tenant.authority}/connect/par`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: clientId,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
      response_type: 'code',
      redirect_uri: REDIRECT_URI,
      scope: 'openid',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    }),
  })
  return answer.status
}

// SEC O-7, T-8
test('an assertion is good once, for this Authority alone, and signed by a key of the site', async () => {
  const [own, other] = [keyPair('one'), keyPair('one')]
  const { id } = await addSite({ jwks: { keys: [own.jwk] } })
  const { authority } = world.tenant
  const assertion = (claims: object = {}, key = own.privateKey) =>
    new SignJWT({ iss: id, sub: id, aud: authority, jti: crypto.randomUUID(), ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setIssuedAt(clock())
      .setExpirationTime(new Date(clock().getTime() + 60_000))
      .sign(key)
  const byDigest = new SignJWT({ iss: id, sub: id, aud: authority, jti: '1' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(new Date(clock().getTime() + 60_000))
    .sign(Buffer.from(JSON.stringify(own.jwk)))

  assert.equal(await push(id, await assertion()), 201)
  for (const bad of [
    await assertion({}, other.privateKey),
    await assertion({ aud: `${authority}/connect/token` }),
    await assertion({ aud: [authority] }),
    await assertion({ iss: 'sit_other' }),
    await assertion({ jti: undefined }),
    await byDigest,
  ])
    assert.equal(await push(id, bad), 401)
  const once = await assertion()
  const statuses = await Promise.all(Array.from({ length: 20 }, () => push(id, once)))
  assert.equal(statuses.filter((status) => status === 201).length, 1)
  assert.equal(statuses.filter((status) => status === 401).length, 19)
})

/** Asks the Authority as a program, and returns what it was told and the line that the log has of it. */
async function askAs(
  client: { readonly id: string; readonly clientSecret: string | null },
  body: Readonly<Record<string, string>>,
  endpoint = 'token',
) {
  const basic = Buffer.from(`${client.id}:${client.clientSecret ?? ''}`).toString('base64')
  const answer = await fetch(`${world.tenant.authority}/connect/${endpoint}`, {
    method: 'POST',
    headers: client.clientSecret === null ? {} : { authorization: `Basic ${basic}` },
    body: new URLSearchParams(body),
  })
  const { error_description: told } = (await answer.json()) as { error_description: string }
  const requestId = answer.headers.get('x-request-id') ?? 'none'
  const [line = '{}', ...more] = world.app.log.filter(
    (each) => each.includes('"event":"signin.client.refused"') && each.includes(requestId),
  )
  assert.equal(more.length, 0)
  assert.ok(told.endsWith(` (reference ${requestId})`), told)
  const challenge = answer.headers.get('www-authenticate')
  assert.ok(challenge?.includes(`error_description="${told}"`) ?? true, String(challenge))
  for (const secret of [client.clientSecret, ...Object.values(body)])
    if (secret !== null && secret.length > 20 && secret !== client.id)
      assert.ok(!line.includes(secret), secret)
  return { status: answer.status, told, line: JSON.parse(line) as Record<string, unknown> }
}

// SEC G-1
test('whoever is refused a token is told what of it, and the log says of whom and why in full', async () => {
  const [site, other] = [await addSite(), await addSite()]
  const secret = openid.ClientSecretBasic(site.clientSecret ?? '')
  const { returned, checks } = await goRound(await trust(site.id, secret))
  const code = returned.searchParams.get('code') ?? ''
  const right = {
    ...{ grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI },
    code_verifier: checks.pkceCodeVerifier ?? '',
  }
  const stranger = { id: `sit_${'0'.repeat(26)}`, clientSecret: 'x'.repeat(43) }
  const wrong = { ...site, clientSecret: 'y'.repeat(43) }
  const notKnown = /: client_id and client_secret are not of one client of this issuer \(/
  const notTheirs = /: there is no such code or token of this client \(/
  const cases = [
    [await askAs(wrong, right), 401, notKnown, wrong.id, /invalid secret provided/],
    [await askAs(stranger, right), 401, notKnown, stranger.id, /client not found/],
    [
      await askAs({ id: 'not-ours', clientSecret: null }, { ...right, client_id: 'not-ours' }),
      401,
      notKnown,
      undefined,
      /client not found/,
    ],
    [await askAs(wrong, {}, 'par'), 401, notKnown, wrong.id, /invalid secret/],
    [await askAs(wrong, { token: 'x'.repeat(43) }, 'revocation'), 401, notKnown, wrong.id, /./],
    [
      await askAs(site, { ...right, code_verifier: 'v'.repeat(43) }),
      400,
      /: code_verifier does not fit code_challenge \(/,
      site.id,
      /code_verifier does not match code_challenge/,
    ],
    [
      await askAs(site, { ...right, redirect_uri: `${REDIRECT_URI}/` }),
      400,
      /: redirect_uri is not the one/,
      site.id,
      /redirect_uri mismatch/,
    ],
    [await askAs(other, right), 400, notTheirs, other.id, /client mismatch/],
    [await askAs(site, { ...right, code: 'z'.repeat(43) }), 400, notTheirs, site.id, /not found/],
  ] as const

  for (const [{ status, told, line }, expected, words, clientId, reason] of cases) {
    assert.equal(status, expected, told)
    assert.match(told, words)
    assert.deepEqual([line['tenantId'], line['clientId']], [world.tenant.id, clientId], told)
    assert.match(String(line['reason']), reason)
  }
})

test('a key that is registered for another algorithm than it signs with is named as the reason', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'EdDSA' }
  const { id } = await addSite({ jwks: { keys: [jwk] } })
  const assertion = await new SignJWT({ iss: id, sub: id, aud: world.tenant.authority, jti: '1' })
    .setProtectedHeader({ alg: 'Ed25519', kid: 'one' })
    .setExpirationTime(new Date(clock().getTime() + 60_000))
    .sign(privateKey)

  const { status, told, line } = await askAs(
    { id, clientSecret: null },
    {
      ...{ grant_type: 'client_credentials', client_assertion: assertion },
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    },
  )

  assert.equal(status, 401)
  assert.match(told, /: no key of the client has the kid and alg that the assertion names \(/)
  assert.deepEqual(
    [line['clientId'], line['endpoint'], line['grantType'], line['error']],
    [id, 'token', 'client_credentials', 'invalid_client'],
  )
})

test('whoever is refused learns nothing that they did not send, however they ask', async () => {
  // SEC X-1
  const site = await addSite({ jwksUri: 'http://127.0.0.1:9/keys' })
  const assertion = await new SignJWT({ iss: site.id, sub: site.id, aud: world.tenant.authority })
    .setProtectedHeader({ alg: 'ES256' })
    .setJti('1')
    .setExpirationTime(new Date(clock().getTime() + 60_000))
    .sign(keyPair('one').privateKey)
  const asked = {
    ...{ grant_type: 'a secret in the wrong field', client_assertion: assertion },
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  }

  const { told, line } = await askAs({ id: site.id, clientSecret: null }, asked)

  assert.match(told, /^client authentication failed \(reference/)
  assert.match(String(line['reason']), /Nobody answered there in time/)
  const page = await fetch(`${world.tenant.authority}/connect/token`, {
    ...{ method: 'POST', headers: { accept: 'text/html' } },
    body: new URLSearchParams(asked),
  })
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/)
  assert.match(await page.text(), /request_refused/)
})

// SEC O-6
test('a refresh token is good once; the second use ends all that came of it', async () => {
  const site = await addSite({ refreshTokens: true })
  const configuration = await trust(site.id, openid.ClientSecretBasic(site.clientSecret ?? ''))
  const { refresh_token: first = '' } = await signIn(configuration)

  const next = await openid.refreshTokenGrant(configuration, first)

  const { sub } = next.claims() ?? { sub: '' }
  assert.match(sub, /^idn_/)
  assert.notEqual(next.refresh_token, first)
  await openid.fetchUserInfo(configuration, next.access_token, sub)
  await assert.rejects(openid.refreshTokenGrant(configuration, first), { error: 'invalid_grant' })
  await assert.rejects(openid.refreshTokenGrant(configuration, next.refresh_token ?? ''), {
    error: 'invalid_grant',
  })
  await assert.rejects(openid.fetchUserInfo(configuration, next.access_token, sub))
  const alarms = world.app.log.filter(
    (line) => line.includes('"event":"signin.grant.reused"') && line.includes(site.id),
  )
  assert.match(alarms.join(), /"grantType":"refresh_token"/)
  assert.equal(alarms.length, 1)
})

// SEC O-6, T-8
test('of many uses of one refresh token at the same time one wins', async () => {
  const site = await addSite({ refreshTokens: true })
  const configuration = await trust(site.id, openid.ClientSecretBasic(site.clientSecret ?? ''))
  const { refresh_token: token = '' } = await signIn(configuration)

  const settled = await Promise.allSettled(
    Array.from({ length: 20 }, () => openid.refreshTokenGrant(configuration, token)),
  )

  assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('how and when somebody signed in is passed on', async () => {
  const site = await addSite()
  const configuration = await trust(site.id, openid.ClientSecretBasic(site.clientSecret ?? ''))

  const claims = (await signIn(configuration)).claims()

  assert.deepEqual(claims?.['amr'], ['pwd'])
  assert.equal(typeof claims.auth_time, 'number')
})

test('a site that asks for consent is told that it has it', async () => {
  const site = await addSite({ refreshTokens: true })
  const configuration = await trust(site.id, openid.ClientSecretBasic(site.clientSecret ?? ''))
  const browser = createBrowser()
  const url = openid.buildAuthorizationUrl(configuration, {
    redirect_uri: REDIRECT_URI,
    scope: `${SCOPE} offline_access`,
    prompt: 'consent',
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
  })
  await browser.open(url.href)

  await assert.rejects(passOkta(browser, nadia), /127\.0\.0\.1:9\/cb\?code=/)
})

test('groups are paged through with the access token, and only with the scope for it', async () => {
  const site = await addSite()
  const configuration = await trust(site.id, openid.ClientSecretBasic(site.clientSecret ?? ''))
  const { access_token: token } = await signIn(configuration)
  const read = async (query: string, bearer = token) => {
    const answer = await fetch(`${world.tenant.authority}/connect/groups${query}`, {
      headers: { authorization: `Bearer ${bearer}` },
    })
    return {
      status: answer.status,
      ...((await answer.json()) as { items: { name: string }[]; next: string | null }),
    }
  }

  const first = await read('?limit=2')
  const rest = await read(`?limit=2&after=${first.next}`)

  assert.deepEqual(
    [...first.items, ...rest.items].map(({ name }) => name),
    ['Crew', 'Field Ops', 'Night'],
  )
  assert.equal(rest.next, null)
  assert.equal((await read('', 'nonsense')).status, 401)
  await openid.tokenRevocation(configuration, token)
  assert.equal((await read('')).status, 401)
})

// SEC R-10
test('the tile of a dashboard starts a sign-in at the site, at no other address than its own', async () => {
  const { authority } = world.tenant
  const site = await addSite({ initiateLoginUri: 'https://travel.acme.example/login?from=tile' })
  const plain = await addSite()
  const wiki = await world.admin.createSite({
    tenant: world.tenant.id,
    name: 'Wiki',
    gatewayOrigin: 'https://wiki.acme.example',
  })
  const start = (url: string | null) => fetch(String(url), { redirect: 'manual' })

  const asked = 'iss=https://evil.example&target_link_uri=https://evil.example/&login_hint=nadia'
  const to = new URL((await start(`${site.startUrl}?${asked}`)).headers.get('location') ?? '')

  assert.equal(to.origin + to.pathname, 'https://travel.acme.example/login')
  assert.deepEqual(Object.fromEntries(to.searchParams), {
    from: 'tile',
    iss: authority,
    login_hint: 'nadia',
  })
  assert.match(
    (await start(wiki.startUrl)).headers.get('location') ?? '',
    /^https:\/\/wiki\.acme\.example\/\?iss=/,
  )
  assert.equal(plain.startUrl, null)
  assert.equal((await start(`${authority}/start/${plain.id}`)).status, 404)
})

test('a person who presses the tile in the dashboard is signed in at the site', async () => {
  const { admin, tenant, site } = world
  const [own] = (await admin.listSites({ tenant: tenant.id })).items
  const changed = await admin.changeSite({
    tenant: tenant.id,
    site: own?.id ?? 'sit_',
    initiateLoginUri: `${site.url}/login`,
  })
  const browser = createBrowser()

  await browser.open(`${changed.startUrl}?iss=${encodeURIComponent(world.okta.url)}`)
  await passOkta(browser, nadia)

  assert.equal(browser.page.heading, 'Hello, Nadia Osei')
})

// From here on our clock is ahead, and what an identity provider says now is too old.

/** Asks the directory of a tenant, or any other address, with a token. */
async function ask(path: string, token: string, authority = world.tenant.authority) {
  const answer = await fetch(`${authority}/${path}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const text = await answer.text()
  return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : {} }
}

async function tokenOf(
  configuration: openid.Configuration,
  parameters: Record<string, string> = { scope: 'directory.read' },
) {
  return (await openid.clientCredentialsGrant(configuration, parameters)).access_token
}

// SEC I-1, I-8, O-6
test('a site that may reads people and groups of its tenant, with a token for that alone (RFC 8707)', async () => {
  const { tenant, admin } = world
  const site = await addSite({ directoryAccess: true })
  const configuration = await trust(site.id, openid.ClientSecretBasic(site.clientSecret ?? ''))
  const resource = `${tenant.authority}/directory`
  const asked = { resource, scope: 'directory.read' }
  const granted = await openid.clientCredentialsGrant(configuration, asked)
  assert.equal(granted.expires_in, 600)
  const token = granted.access_token
  const { id, fqn } = await world.identityOf(nadia)

  const found = await ask(`directory/identities?kind=person&q=${nadia.login}`, token)
  const one = await ask(`directory/identities/${id}`, token)
  const named = await ask(`directory/identities/by-fqn/${encodeURIComponent(fqn)}`, token)
  const first = await ask(`directory/identities/${id}/groups?limit=2`, token)
  const second = await ask(`directory/identities/${id}/groups?after=${first.body.next}`, token)
  const members = await ask(`directory/identities/${second.body.items[0].id}/members`, token)

  assert.deepEqual(
    found.body.items.map((row: { fqn: string }) => row.fqn),
    [fqn],
  )
  assert.deepEqual([one.body.id, named.body.id, named.body.isOld], [id, id, false])
  assert.deepEqual([first.body.items.length, second.body.items.length], [2, 1])
  assert.deepEqual(
    members.body.items.map((row: { id: string }) => row.id),
    [id],
  )
  assert.equal((await ask('directory/identities', await tokenOf(configuration))).status, 200)
  const nobody = await ask(`directory/identities/idn_${'0'.repeat(26)}`, token)
  assert.deepEqual([nobody.status, nobody.body.error.code], [404, 'not_found'])

  const birch = await world.app.onboard(`Birch ${site.id.slice(-4)}`)
  const elsewhere = await ask('directory/identities', token, birch.tenant.authority)
  const nowhere = await ask('directory/identities', token, world.app.url + '/t/ten_none')
  assert.deepEqual([elsewhere.status, nowhere.status], [401, 401])
  assert.equal((await ask('connect/userinfo', token)).status, 401)
  assert.equal((await ask('connect/groups', token)).status, 401)
  const scim = await fetch(`${world.handover.scim.baseUrl}/Users`, {
    headers: { authorization: `Bearer ${token}` },
  })
  assert.equal(scim.status, 401)
  const own = await signIn(configuration)
  assert.equal((await ask('directory/identities', own.access_token)).status, 401, "a person's")
  assert.equal((await ask('directory/identities', 'nonsense')).status, 401)

  await assert.rejects(
    tokenOf(configuration, { resource: `${birch.tenant.authority}/directory` }),
    { error: 'invalid_target' },
  )
  await assert.rejects(tokenOf(configuration, { scope: 'openid scim' }), { error: 'invalid_scope' })
  const other = await addSite()
  const others = await trust(other.id, openid.ClientSecretBasic(other.clientSecret ?? ''))
  await assert.rejects(tokenOf(others), { error: 'invalid_request' })
  await admin.changeSite({ tenant: tenant.id, site: site.id, directoryAccess: false })
  assert.equal((await ask('directory/identities', token)).status, 401, 'it may no more')
})

// SEC T-10, O-7
test('provisioning gets tokens by its own credentials where it may, by secret or by signed JWT', async () => {
  const { tenant, connection, admin, handover } = world
  const at = { tenant: tenant.id, connection: connection.id }
  const { clientId, clientSecret } = handover.client
  const bySecret = await trust(clientId, openid.ClientSecretBasic(clientSecret))
  const scope = 'scim'
  const users = async (token: string) =>
    (
      await fetch(`${handover.scim.baseUrl}/Users?count=1`, {
        headers: { authorization: `Bearer ${token}` },
      })
    ).status

  await assert.rejects(tokenOf(bySecret, { scope }), { error: 'invalid_request' })
  await admin.changeProvisioningClient({ ...at, clientCredentials: true })
  const token = await tokenOf(bySecret, { scope })
  assert.equal(await users(token), 200)
  assert.equal(await users(await tokenOf(bySecret, { scope: 'openid' })), 401)
  assert.equal((await ask('directory/identities', token)).status, 401)
  const { provisioningClient } = await admin.readConnection(at)
  assert.notEqual(provisioningClient.lastUsedAt, null)

  const { privateKey, jwk, kid } = keyPair('prov')
  await admin.changeProvisioningClient({ ...at, jwks: { keys: [jwk] } })
  await assert.rejects(tokenOf(bySecret, { scope }), { status: 401 })
  const key = await crypto.subtle.importKey(
    'jwk',
    privateKey.export({ format: 'jwk' }) as never,
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['sign'],
  )
  const byKey = await trust(clientId, openid.PrivateKeyJwt({ key, kid }))
  const signed = await tokenOf(byKey, { scope })
  assert.equal(await users(signed), 200)
  await admin.changeProvisioningClient({ ...at, clientCredentials: false, jwks: null })
  assert.deepEqual([await users(token), await users(signed)], [401, 401])
})

// SEC O-7, X-1, X-4
test('the keys that a site publishes are fetched, and fetched anew when another signs', async (t) => {
  const [one, two] = [keyPair('one'), keyPair('two')]
  let answer: { status: number; body: string } = {
    status: 200,
    body: JSON.stringify({ keys: [one.jwk] }),
  }
  let fetched = 0
  const server = createServer((_, response) => {
    fetched += 1
    response.writeHead(answer.status, { 'content-type': 'application/json' })
    response.end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const { id, clientSecret } = await addSite({ jwksUri: `http://127.0.0.1:${port}/keys` })
  const { authority } = world.tenant
  const pushBy = async ({ privateKey, kid }: ReturnType<typeof keyPair>) => {
    const claims = { iss: id, sub: id, aud: authority, jti: crypto.randomUUID() }
    const assertion = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid })
      .setIssuedAt(clock())
      .setExpirationTime(new Date(clock().getTime() + 60_000))
      .sign(privateKey)
    return push(id, assertion)
  }

  assert.equal(clientSecret, null)
  assert.deepEqual([await pushBy(one), await pushBy(one), fetched], [201, 201, 1])
  assert.equal(await pushBy(two), 401)
  answer = { status: 200, body: JSON.stringify({ keys: [two.jwk] }) }
  // The library that keeps them reads the time itself.
  const turn = () => {
    t.mock.timers.reset()
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 2 * MINUTE })
  }
  turn()
  assert.deepEqual([await pushBy(two), await pushBy(one)], [201, 401])
  answer = { status: 200, body: JSON.stringify({ keys: [two.jwk], more: 'x'.repeat(300_000) }) }
  turn()
  assert.notEqual(await pushBy(keyPair('three')), 201, 'larger than 256 KiB')
  await assert.rejects(
    addSite({ jwksUri: 'https://keys.example/', jwks: { keys: [one.jwk] } }),
    /or where it publishes them/,
  )
  await assert.rejects(addSite({ jwksUri: 'http://keys.example/' }), /https/)
})

test('a site that must push its requests is refused in the address, in the language it asked for', async () => {
  const { id } = await addSite({ parRequired: true })
  const query = new URLSearchParams({
    client_id: id,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: 'openid',
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
    ui_locales: 'nl de',
  })
  const answer = await fetch(`${world.tenant.authority}/connect/authorize?${query}`, {
    redirect: 'manual',
    headers: { 'accept-language': 'en' },
  })
  const refused = answer.headers.get('location') ?? (await answer.text())

  assert.match(refused, /Pushed\+?.?Authorization|lang="de"/i)
  const open = await addSite()
  const asked = new URLSearchParams({ ...Object.fromEntries(query), client_id: open.id })
  asked.set('redirect_uri', 'https://not-registered.example/')
  const page = await fetch(`${world.tenant.authority}/connect/authorize?${asked}`, {
    headers: { 'accept-language': 'en' },
  })
  assert.match(await page.text(), /<html lang="de"/)
})

// SEC O-6, W-2
test('refresh tokens end twelve hours after the first, and with the session', async () => {
  const site = await addSite({ refreshTokens: true })
  const configuration = await trust(site.id, openid.ClientSecretBasic(site.clientSecret ?? ''))
  const endsAt = async () => {
    const { rows } = await world.app.database.ownerPool.query(
      `select max(expires_at) as at from oidc_payload
        where model = 'RefreshToken' and client_id = $1 and consumed_at is null`,
      [site.id],
    )
    return (rows[0].at as Date).getTime()
  }
  const { refresh_token: token = '' } = await signIn(configuration)
  const first = await endsAt()
  assert.ok(Math.abs(first - clock().getTime() - 12 * HOUR) < 5 * MINUTE)

  aheadMs += 90 * MINUTE
  const { refresh_token: later = '' } = await openid.refreshTokenGrant(configuration, token)

  assert.ok(Math.abs((await endsAt()) - first) < 5 * MINUTE)
  aheadMs += HOUR
  await assert.rejects(openid.refreshTokenGrant(configuration, later), { error: 'invalid_grant' })
})

// SEC O-7
test('a secret that is replaced holds beside the new one for as long as was said', async () => {
  const site = await addSite()
  const at = { tenant: world.tenant.id, site: site.id }
  const old = site.clientSecret ?? ''
  const isTaken = async (secret: string) => {
    const configuration = await trust(site.id, openid.ClientSecretPost(secret))
    return openid
      .buildAuthorizationUrlWithPAR(configuration, {
        redirect_uri: REDIRECT_URI,
        scope: 'openid',
        code_challenge: 'x'.repeat(43),
        code_challenge_method: 'S256',
      })
      .then(
        () => true,
        () => false,
      )
  }

  const { clientSecret, previousSecretEndsAt } = await world.admin.rotateSiteSecret({
    ...at,
    overlapHours: 1,
  })

  assert.ok(Date.parse(previousSecretEndsAt ?? '') > clock().getTime())
  assert.deepEqual(
    [await isTaken(old), await isTaken(clientSecret), await isTaken(`${old} `)],
    [true, true, false],
  )
  aheadMs += HOUR
  assert.deepEqual([await isTaken(old), await isTaken(clientSecret)], [false, true])
  const again = await world.admin.rotateSiteSecret({ ...at, overlapHours: 0 })
  assert.deepEqual([await isTaken(clientSecret), await isTaken(again.clientSecret)], [false, true])
})
