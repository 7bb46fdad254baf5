/** Okta is let in by OAuth 2.0: the administrator whom the operator named consents, nobody else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { done, passOkta, startWorld, until, type World } from '../support/world.ts'

const OAUTH = { kind: 'oin', auth: 'oauth' } as const

test('the administrator consents, and Okta provisions with tokens that it renews by itself', async (t) => {
  const world = await startWorld(t, OAUTH) // SEC T-10
  const { provisioning, itAdmin, settle, identityOf, hire, signIn } = world
  const before = await provisioning.test()
  assert.equal(before.done, false, 'nobody has let Okta in')

  const page = await world.consent(itAdmin)

  assert.equal(new URL(page.url).origin, world.okta.url, page.text)
  assert.ok(provisioning.oauth.connected)
  await done(provisioning.test())
  const nadia = await hire('Nadia', 'Osei')
  await provisioning.refreshOauth()
  const tomasz = await hire('Tomasz', 'Bąk')
  await settle()
  for (const person of [nadia, tomasz]) assert.equal((await identityOf(person)).state, 'active')
  assert.equal(provisioning.oauth.refreshes, 1)
  assert.equal((await signIn(nadia)).outcome, 'signed-in')
})

test('before consenting the administrator reads who asks for what, and may say no', async (t) => {
  const world = await startWorld(t, OAUTH)
  const { okta, tenant, connection, itAdmin, provisioning } = world
  const browser = world.browserOf(itAdmin)
  const { authorizeUrl } = await provisioning.startOauth(world.handover.client)
  await browser.open(authorizeUrl)

  const asked = await passOkta(browser, itAdmin)
  const answered = await browser.submit({}, { button: 'Deny' })

  for (const words of [new URL(okta.url).host, tenant.name, connection.name])
    assert.ok(asked.text.includes(words), `${words} in: ${asked.text}`)
  assert.equal(new URL(answered.url).origin, okta.url)
  assert.match(answered.text, /did not allow/)
  assert.equal(provisioning.oauth.connected, false)
})

test('Okta sends no scope, or what its administrator wrote behind an address, and provisions all the same', async (t) => {
  const world = await startWorld(t, OAUTH)
  const { admin, tenant, connection, itAdmin, provisioning, handover } = world
  for (const scope of [undefined, 'scim', 'everything']) {
    const browser = world.browserOf(itAdmin)
    const { authorizeUrl } = await provisioning.startOauth({ ...handover.client, scope })
    assert.equal(new URL(authorizeUrl).searchParams.get('scope'), scope ?? null)
    await browser.open(authorizeUrl)
    await passOkta(browser, itAdmin)
    await browser.submit({}, { button: 'Allow' })

    assert.ok(provisioning.oauth.connected, browser.page.text)
    await done(provisioning.test())
    await provisioning.refreshOauth()
    await done(provisioning.test())
  }

  const at = { tenant: tenant.id, connection: connection.id }
  await admin.changeProvisioningClient({ ...at, clientCredentials: true })
  const { status, body } = await post(world, 'token', { grant_type: 'client_credentials' })
  assert.deepEqual([status, body['scope']], [200, 'scim'])
  const headers = { authorization: `Bearer ${String(body['access_token'])}` }
  assert.equal((await fetch(`${handover.scim.baseUrl}/Users?count=1`, { headers })).status, 200)
})

test('somebody else of the customer signs in and is told that they may not', async (t) => {
  const world = await startWorld(t, { ...OAUTH, auth: 'bearer' })
  const nadia = await world.hire('Nadia', 'Osei')
  await world.settle()

  const page = await world.consent(nadia)

  assert.equal(page.status, 403)
  const attempt = world.attemptOf(nadia)
  assert.deepEqual([attempt.outcome, attempt.code], ['refused', 'not_permitted'])
  assert.doesNotMatch(page.text, /Allow/)
  const entry = await world.readSignIn(attempt)
  assert.deepEqual([entry.code, entry.clientId], ['not_permitted', world.handover.client.clientId])
  assert.equal(world.provisioning.oauth.connected, false)
  assert.equal((await world.signIn(nadia)).outcome, 'signed-in', 'at the site, as everybody')
})

test('an access token is good at its own connection only, and until it is revoked', async (t) => {
  const world = await startWorld(t, OAUTH) // SEC T-6, T-10
  const other = await startWorld(t, { ...OAUTH, name: 'Birch', on: world.app })
  const { access_token, refresh_token } = await letIn(world)
  const list = async ({ baseUrl }: { baseUrl: string }) => {
    const headers = { authorization: `Bearer ${access_token}` }
    return (await fetch(`${baseUrl}/Users`, { headers })).status
  }
  assert.equal(await list(world.handover.scim), 200)
  assert.equal(await list(other.handover.scim), 401)

  const revoked = await post(world, 'revocation', { token: refresh_token })

  assert.equal(revoked.status, 200)
  await until('401', async () => (await list(world.handover.scim)) === 401, 5000)
  const { status, body } = await post(world, 'token', {
    grant_type: 'refresh_token',
    refresh_token,
  })
  assert.deepEqual([status, body['error']], [400, 'invalid_grant'])
})

test('the operator sees who let Okta in, and revokes that with all that was issued for it', async (t) => {
  const world = await startWorld(t, OAUTH) // SEC T-6, T-10
  const { admin, tenant, connection, itAdmin, handover } = world
  const at = { tenant: tenant.id, connection: connection.id }
  const listed = async () =>
    (await admin.listTokens(at)).items.filter(({ kind }) => kind === 'oauth')
  assert.deepEqual(await listed(), [])
  const { access_token, refresh_token } = await letIn(world)
  const other = await letIn(world)
  const statusOf = async (token: string) =>
    (
      await fetch(`${handover.scim.baseUrl}/Users`, {
        headers: { authorization: `Bearer ${token}` },
      })
    ).status
  assert.equal(await statusOf(access_token), 200)
  const renewal = { grant_type: 'refresh_token', refresh_token }

  const [second, first] = await listed()

  assert.ok(first && second)
  assert.deepEqual(
    [first.state, first.allowedBy, first.revokedAt, first.lastUsedFrom],
    ['live', itAdmin.login, null, '127.0.0.1'],
  )
  assert.equal(second.lastUsedAt, null)
  const days = (Date.parse(first.expiresAt) - Date.parse(first.createdAt)) / 86_400_000
  assert.equal(Math.round(days), 90)
  const revoked = await admin.revokeToken({ ...at, token: first.id })
  assert.equal(revoked.state, 'revoked')
  assert.equal(await statusOf(access_token), 401, 'at once')
  assert.deepEqual((await post(world, 'token', renewal)).body['error'], 'invalid_grant')
  assert.equal(await statusOf(other.access_token), 200, 'the other goes on')
  const { items } = await admin.listAudit({ tenant: tenant.id })
  const [last] = items
  assert.deepEqual([last?.act, last?.object], ['signin.provisioning.revoked', first.id])
  await admin.revokeToken({ ...at, token: first.id })
  const again = await admin.listAudit({ tenant: tenant.id })
  assert.equal(again.items.length, items.length, 'twice is once')
})

test('a grant that the identity provider gives back is listed as revoked', async (t) => {
  const world = await startWorld(t, OAUTH)
  const { admin, tenant, connection } = world
  const { refresh_token } = await letIn(world)

  await post(world, 'revocation', { token: refresh_token })

  const { items } = await admin.listTokens({ tenant: tenant.id, connection: connection.id })
  assert.deepEqual(
    items.map(({ kind, state }) => [kind, state]),
    [
      ['oauth', 'revoked'],
      ['token', 'live'],
    ],
  )
})

test('a new secret shuts out whoever has the old one', async (t) => {
  const world = await startWorld(t, OAUTH)
  const { admin, tenant, connection } = world
  const { refresh_token } = await letIn(world)
  const at = { tenant: tenant.id, connection: connection.id }

  const { clientSecret } = await admin.rotateProvisioningSecret(at)

  const renewal = { grant_type: 'refresh_token', refresh_token }
  const { status, body } = await post(world, 'token', renewal)
  assert.deepEqual([status, body['error']], [401, 'invalid_client'])
  assert.equal((await post(world, 'token', renewal, clientSecret)).status, 200)
})

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

/** The administrator lets in a client that keeps its tokens where a test can see them. */
async function letIn(world: World): Promise<Tokens> {
  const { admin, tenant, connection, site, itAdmin } = world
  const redirectUri = `${site.url}/let-in`
  await admin.changeConnection({
    tenant: tenant.id,
    connection: connection.id,
    provisioningRedirectUris: [redirectUri],
  })
  const browser = world.browserOf(itAdmin)
  const { authority, clientId, scope } = world.handover.client
  const asked = { client_id: clientId, redirect_uri: redirectUri, response_type: 'code', scope }
  await browser.open(`${authority}/connect/authorize?${new URLSearchParams(asked)}`)
  await passOkta(browser, itAdmin)
  const { url } = await browser.submit({}, { button: 'Allow' })
  const code = new URL(url).searchParams.get('code') ?? ''
  const grant = { grant_type: 'authorization_code', code, redirect_uri: redirectUri }
  return (await post(world, 'token', grant)).body as unknown as Tokens
}

async function post(
  { handover }: World,
  endpoint: 'token' | 'revocation',
  form: Record<string, string>,
  secret = handover.client.clientSecret,
) {
  const { authority, clientId } = handover.client
  const response = await fetch(`${authority}/connect/${endpoint}`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${secret}`)}` },
    body: new URLSearchParams(form),
  })
  const text = await response.text()
  const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  return { status: response.status, body }
}

test('who is no administrator any longer lets nobody in, though still signed in', async (t) => {
  const world = await startWorld(t, OAUTH) // SEC C-2
  const { admin, tenant, connection, itAdmin } = world
  await world.consent(itAdmin)

  await admin.removeAdmin({ tenant: tenant.id, connection: connection.id, name: itAdmin.login })

  await world.consent(itAdmin)
  const { outcome, code } = world.attemptOf(itAdmin)
  assert.deepEqual([outcome, code], ['refused', 'not_permitted'])
})
