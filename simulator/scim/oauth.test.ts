import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createOrg } from '../org.ts'
import { createApp } from './index.ts'
import { listResponse, type Reply, scimError, startScriptedServer } from './scripted-server.ts'

const REDIRECT_URI = 'http://127.0.0.1:8090/admin/app/cpc/rollcall/oauth/callback'

/** An Authority and a SCIM server in one: takes only the latest access token that it gave. */
async function start(t: TestContext, { expiresIn = 3600, rotates = true } = {}) {
  let given = 0
  const state = { isRevoked: false, refusesRefresh: false, isInTrouble: false }
  const token = (): Reply => {
    given += 1
    const refresh_token = rotates || given === 1 ? { refresh_token: `refresh-${given}` } : {}
    const scope = { token_type: 'Bearer', expires_in: expiresIn, scope: 'openid scim' }
    return { status: 200, body: { access_token: `access-${given}`, ...scope, ...refresh_token } }
  }
  const server = await startScriptedServer(t, ({ path, body, headers }) => {
    const json = { 'Content-Type': 'application/json' }
    if (path === '/t/ten_1/.well-known/openid-configuration')
      return {
        status: 200,
        headers: json,
        body: {
          issuer: `${server.url}/t/ten_1`,
          authorization_endpoint: `${server.url}/t/ten_1/connect/authorize`,
          token_endpoint: `${server.url}/t/ten_1/connect/token`,
          jwks_uri: `${server.url}/t/ten_1/jwks`,
        },
      }
    if (path === '/t/ten_1/connect/token') {
      if (state.isInTrouble) {
        state.isInTrouble = false
        return { status: 503 }
      }
      const isRefresh = Object(body).grant_type === 'refresh_token'
      if (isRefresh && state.refusesRefresh)
        return { status: 400, headers: json, body: { error: 'invalid_grant' } }
      state.isRevoked = false
      return { ...Object(token()), headers: json }
    }
    if (state.isRevoked || headers.authorization !== `Bearer access-${given}`)
      return scimError(401, 'The access token is not valid.')
    return listResponse()
  })
  const app = createApp({
    name: 'rollcall',
    kind: 'oin',
    baseUrl: server.baseUrl,
    auth: { mode: 'oauth' },
    org: createOrg({ domain: 'acme.example' }),
    pace: 'full',
    concurrency: 4,
    oauthRedirectUri: REDIRECT_URI,
    sleep: () => Promise.resolve(),
  })
  t.after(app.close)
  const authorize = async () => {
    const { authorizeUrl } = await app.startOauth({
      authority: `${server.url}/t/ten_1`,
      clientId: 'client-1',
      clientSecret: 'a secret/with+marks',
      scope: 'openid profile scim offline_access',
    })
    return new URL(authorizeUrl)
  }
  const connect = async () => {
    const { searchParams } = await authorize()
    await app.finishOauth(`${REDIRECT_URI}?code=code-1&state=${searchParams.get('state')}`)
  }
  const grants = () =>
    server.received.filter(({ path }) => path.endsWith('/token')).map(({ body }) => body)
  return { server, app, state, authorize, connect, grants }
}

test('an administrator is sent to the Authority with what Okta sends', async (t) => {
  const { server, authorize } = await start(t)

  const { origin, pathname, searchParams } = await authorize()

  assert.equal(origin + pathname, `${server.url}/t/ten_1/connect/authorize`)
  const { state, ...rest } = Object.fromEntries(searchParams)
  assert.deepEqual(rest, {
    client_id: 'client-1',
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope: 'openid profile scim offline_access',
  })
  assert.ok((state ?? '').length >= 32)
})

test('the code is exchanged with the client’s secret, and the token authorises SCIM', async (t) => {
  const { server, app, connect, grants } = await start(t)
  assert.equal(app.oauth.connected, false)

  await connect()
  const outcome = await app.test()

  assert.deepEqual(outcome, { done: true })
  assert.deepEqual(grants(), [
    { grant_type: 'authorization_code', code: 'code-1', redirect_uri: REDIRECT_URI },
  ])
  const exchange = server.received.find(({ path }) => path.endsWith('/token'))
  const [scheme, encoded] = (exchange?.headers.authorization ?? '').split(' ')
  assert.equal(scheme, 'Basic')
  assert.equal(
    Buffer.from(encoded ?? '', 'base64').toString(),
    'client%2D1:a+secret%2Fwith%2Bmarks',
  )
  assert.equal(server.received.at(-1)?.headers.authorization, 'Bearer access-1')
  assert.equal(app.oauth.connected, true)
  assert.ok(Number(app.oauth.expiresAt) > Date.now() + 3_500_000)
})

test('a return with another state, or without a start, is refused', async (t) => {
  const { app, authorize, grants } = await start(t)

  await assert.rejects(app.finishOauth(`${REDIRECT_URI}?code=code-1&state=x`), /Nobody has started/)
  await authorize()
  await assert.rejects(app.finishOauth(`${REDIRECT_URI}?code=code-1&state=x`), /state/)

  assert.deepEqual(grants(), [])
  assert.equal(app.oauth.connected, false)
})

test('a return that says no is refused in the Authority’s words', async (t) => {
  const { app, authorize } = await start(t)
  const state = (await authorize()).searchParams.get('state')

  await assert.rejects(
    app.finishOauth(`${REDIRECT_URI}?error=access_denied&state=${state}`),
    /did not let Okta in: access_denied/,
  )
})

test('a token that the server refuses is renewed once and the request repeated', async (t) => {
  const { server, app, state, connect, grants } = await start(t)
  await connect()
  state.isRevoked = true
  server.received.length = 0

  const outcome = await app.test()

  assert.deepEqual(outcome, { done: true })
  assert.deepEqual(grants(), [{ grant_type: 'refresh_token', refresh_token: 'refresh-1' }])
  assert.equal(app.oauth.refreshes, 1)
})

test('many requests that find the token refused renew it once', async (t) => {
  const { app, state, connect, grants } = await start(t)
  await connect()
  state.isRevoked = true

  await Promise.all([app.test(), app.test(), app.test(), app.test()])

  assert.equal(grants().length, 2)
  assert.deepEqual(app.tasks, [])
})

test('a token that has expired is renewed before it is sent; the next renewal uses what came last', async (t) => {
  const { app, connect, grants } = await start(t, { expiresIn: 1 })
  await connect()

  await app.test()

  assert.deepEqual(grants().slice(1), [
    { grant_type: 'refresh_token', refresh_token: 'refresh-1' },
    { grant_type: 'refresh_token', refresh_token: 'refresh-2' },
  ])
  assert.ok(app.exchanges.every(({ status }) => status === 200))
})

test('an Authority in trouble is asked again', async (t) => {
  const { app, state, connect } = await start(t)
  await connect()
  Object.assign(state, { isRevoked: true, isInTrouble: true })

  const users = await app.importUsers()

  assert.deepEqual(users, [])
  assert.equal(app.oauth.refreshes, 1)
})

test('a refresh token that is not rotated stays good', async (t) => {
  const { app, connect, grants } = await start(t, { rotates: false })
  await connect()

  await app.refreshOauth()
  await app.refreshOauth()

  assert.deepEqual(
    grants()
      .slice(1)
      .map((body) => Object(body).refresh_token),
    ['refresh-1', 'refresh-1'],
  )
})

test('without a token, or when it can not be renewed, the job is a task that says so', async (t) => {
  const { app, state, connect } = await start(t)

  await app.test()
  await connect()
  Object.assign(state, { isRevoked: true, refusesRefresh: true })
  await app.test()

  assert.deepEqual(
    app.tasks.map(({ sentence }) => sentence),
    [
      'Error authenticating: nobody has authenticated with the application',
      'Error authenticating: the refresh token was refused: invalid_grant',
    ],
  )
})
