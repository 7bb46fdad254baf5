import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import fastify from 'fastify'
import { exportJWK, SignJWT } from 'jose'
import { createBrowser } from '../browser.ts'
import { createSite } from './site.ts'

const EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} }

/** A site and an Authority of which only the keys and the description are there. */
async function startWorld(t: TestContext) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const authority = fastify()
  let issuer = ''
  authority.get('/t/ten_1/.well-known/openid-configuration', () => ({
    issuer,
    authorization_endpoint: `${issuer}/connect/authorize`,
    token_endpoint: `${issuer}/connect/token`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
    scopes_supported: ['openid', 'profile', 'scim'],
  }))
  authority.get('/t/ten_1/jwks', async () => ({
    keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }],
  }))
  issuer = `${await authority.listen({ host: '127.0.0.1', port: 0 })}/t/ten_1`

  const site = await createSite({ name: 'Field Notes' })
  t.after(() => Promise.all([authority.close(), site.close()]))
  site.configure({ authority: issuer, clientId: 'field-notes', clientSecret: 'secret' })

  const logOut = async (claims: Record<string, unknown>, signWith = privateKey) => {
    const token = await new SignJWT({ iss: issuer, aud: 'field-notes', events: EVENTS, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'k', typ: 'logout+jwt' })
      .setIssuedAt()
      .setExpirationTime('2m')
      .sign(signWith)
    const body = new URLSearchParams({ logout_token: token })
    const answer = await fetch(site.backchannelLogoutUri, { method: 'POST', body })
    return `${answer.status} ${await answer.text()}`
  }
  return { site, issuer, logOut, browser: createBrowser() }
}

test('a logout token is taken once, and only if it is the Authority’s, for us, and one (Back-Channel Logout §2.6)', async (t) => {
  const { site, logOut } = await startWorld(t)
  const forger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

  assert.match(await logOut({ jti: '1', sub: 'idn_1' }), /^200/)
  assert.match(await logOut({ jti: '1', sub: 'idn_1' }), /^400 .*used before/)
  assert.match(await logOut({ jti: '2', sub: 'idn_1' }, forger), /^400 .*signature/)
  assert.match(await logOut({ jti: '3', sub: 'idn_1', aud: 'other' }), /^400 .*aud/)
  assert.match(await logOut({ jti: '4', sub: 'idn_1', iss: 'http://127.0.0.1/x' }), /^400 .*iss/)
  assert.match(await logOut({ jti: '5', sub: 'idn_1', nonce: 'n' }), /^400 .*nonce/)
  assert.match(await logOut({ jti: '6', sub: 'idn_1', events: {} }), /^400 .*events/)
  assert.match(await logOut({ jti: '7' }), /^400 .*neither sub nor sid/)
  assert.match(await logOut({ sub: 'idn_1' }), /^400 .*jti/)
  assert.deepEqual(
    site.logoutsReceived.map(({ sub, ended }) => ({ sub, ended })),
    [{ sub: 'idn_1', ended: 0 }],
  )
})

test('a sign-in asks for what the Authority offers, with PKCE, state and nonce of its own each time', async (t) => {
  const { site, issuer } = await startWorld(t)
  const start = async () => {
    const answer = await fetch(`${site.url}/login?login_hint=jane`, { redirect: 'manual' })
    return new URL(answer.headers.get('location') ?? '')
  }

  const [first, second] = [await start(), await start()]

  assert.equal(first.origin + first.pathname, `${issuer}/connect/authorize`)
  const sent = Object.fromEntries(first.searchParams)
  const { scope, code_challenge_method: method, redirect_uri: back, login_hint: hint } = sent
  assert.deepEqual(
    { scope, method, back, hint },
    { scope: 'openid profile', method: 'S256', back: site.redirectUri, hint: 'jane' },
  )
  for (const name of ['state', 'nonce', 'code_challenge'])
    assert.notEqual(first.searchParams.get(name), second.searchParams.get(name))
})

test('a refusal by the Authority is shown in its words, with its code, and harmless', async (t) => {
  const { site, issuer, browser } = await startWorld(t)
  const started = await fetch(`${site.url}/login`, { redirect: 'manual' })
  const flow = started.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const state = new URL(started.headers.get('location') ?? '').searchParams.get('state') ?? ''
  const query = new URLSearchParams({
    state,
    iss: issuer,
    error: 'access_denied',
    error_description: 'Jane <b>left</b>',
  })

  const refused = await fetch(`${site.url}/callback?${query}`, { headers: { cookie: flow } })
  const text = await refused.text()
  const stranger = await browser.open(`${site.url}/callback?${query}`)

  assert.equal(refused.status, 400)
  assert.match(text, /You could not be signed in/)
  assert.match(text, /Jane &lt;b&gt;left&lt;\/b&gt;/)
  assert.match(text, /<code>access_denied<\/code>/)
  assert.match(stranger.text, /not started in this browser/)
})

test('a site whose Authority does not answer says so, and works once it does', async (t) => {
  const { site, issuer, browser } = await startWorld(t)
  site.configure({ authority: 'http://127.0.0.1:1/t/x', clientId: 'a', clientSecret: 'b' })

  const page = await browser.open(`${site.url}/login`)
  site.configure({ authority: issuer, clientId: 'field-notes', clientSecret: 'secret' })
  const login = await fetch(`${site.url}/login`, { redirect: 'manual' })

  assert.match(page.text, /http:\/\/127.0.0.1:1\/t\/x did not say who it is/)
  assert.equal(login.status, 303)
})
