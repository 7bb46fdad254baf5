/**
 * No secret or token reaches a log line, an error or a URL of ours, and logs name people by id
 * (invariant 8): through a story that uses every secret there is, and then by anything a client may
 * do with one, at every door (SEC G-1, T-4).
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { seeded } from '../support/seed.ts'
import { done, startWorld, type World } from '../support/world.ts'

let world: World
const ends: (() => Promise<void>)[] = []

before(async () => {
  world = await startWorld(
    { after: (end) => void ends.push(end) },
    { kind: 'oin', auth: 'bearer', name: 'Acme' },
  )
})
after(async () => {
  for (const end of ends.toReversed()) await end()
})

function secrets(): string[] {
  const { app, handover } = world
  return [app.operatorToken, handover.scim.token, handover.client.clientSecret]
}

/** In whole or in a part that would still be enough to look it up. */
function assertNowhere(said: string, where: string): void {
  for (const secret of secrets())
    assert.ok(!said.includes(secret.slice(0, 40)), `${where} has ${secret.slice(0, 8)}…`)
}

test('from hiring to leaving, no secret is logged and nobody is named but by id', async () => {
  const { app, provisioning, settle, hire, signIn, okta } = world
  const person = await hire('Nadezhda', 'Canary-Osei')
  await done(provisioning.pushGroup(okta.createGroup('Canary Crew', [person])))
  await settle()
  assert.equal((await signIn(person)).outcome, 'signed-in')
  await okta.rename(person, { familyName: 'Canary-Bąk' })
  await done(provisioning.unassign(person))
  await settle()
  await signIn(person)

  const said = app.log.join('')

  assert.ok(app.log.length > 20)
  assertNowhere(said, 'the log')
  assert.doesNotMatch(said, /canary|nadezhda/i)
  for (const told of [person.password, person.login]) assert.ok(!said.includes(told))
})

test('wherever a client puts a secret, it comes back in no log line and no refusal', async (t) => {
  const { app, handover, tenant } = world
  const { pathname: authority } = new URL(handover.client.authority)
  const { pathname: scim } = new URL(handover.scim.baseUrl)
  const door = fc.constantFrom(
    `${scim}/Users`,
    `${scim}/Groups`,
    `${scim}/Nothing`,
    '/admin/v1/tenants',
    `/admin/v1/tenants/${tenant.id}/sync`,
    `${authority}/connect/authorize`,
    `${authority}/connect/token`,
    `${authority}/connect/userinfo`,
    `${authority}/connect/revocation`,
    `${authority}/callback/con_none`,
    '/healthz',
    '/',
  )
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE')
  const place = fc.constantFrom(
    'query',
    'header',
    'basic',
    'cookie',
    'json',
    'form',
    'type',
    'host',
  )

  await fc.assert(
    fc.asyncProperty(door, method, place, fc.nat(2), async (path, verb, where, index) => {
      const secret = `${secrets()[index]}x`
      const logged = app.log.length

      const answer = await send(`${app.url}${path}`, verb, where, secret)

      const { status } = answer
      const said = `${JSON.stringify([...answer.headers])}${await answer.text()}`
      assertNowhere(said, `${verb} ${path} ${where} -> ${status}`)
      assertNowhere(app.log.slice(logged).join(''), 'the log')
      assert.notEqual(status, 500, `${verb} ${path} ${where}`)
    }),
    { ...seeded(t), numRuns: 300 },
  )
})

test('no page of another origin reads an answer: nothing says that it may', async () => {
  const { app, handover, tenant, connection } = world // SEC W-6
  const origin = 'https://evil.example'
  const bearer = `Bearer ${handover.scim.token}`
  const { authority, clientId, clientSecret } = handover.client
  const doors: readonly (readonly [string, string])[] = [
    [`${handover.scim.baseUrl}/Users`, bearer],
    [`${app.url}/admin/v1/tenants/${tenant.id}`, `Bearer ${app.operatorToken}`],
    [`${app.url}/admin/v1/session`, ''],
    [`${app.url}/setup/v1/connection`, ''],
    [`${app.url}/setup`, ''],
    [`${app.url}/console/`, ''],
    [`${app.url}/healthz`, ''],
    [`${authority}/connect/authorize`, ''],
    [`${authority}/connect/token`, `Basic ${btoa(`${clientId}:${clientSecret}`)}`],
    [`${authority}/connect/userinfo`, 'Bearer x'],
    [`${authority}/callback/${connection.id}`, ''],
  ]

  for (const [url, authorization] of doors)
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const response = await fetch(url, {
        method,
        redirect: 'manual',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization',
          ...(authorization === '' ? {} : { authorization }),
        },
      })
      const allowed = [...response.headers].filter(([name]) =>
        name.startsWith('access-control-allow-'),
      )
      assert.deepEqual(allowed, [], `${method} ${url}`)
    }
})

test('whoever has a back-up has digests and sealed values, which name the key that they need', async () => {
  // SEC K-1, K-2, K-4, T-2
  const { app, admin, tenant, connection, okta } = world
  const at = { tenant: tenant.id, connection: connection.id }
  const application = okta.registerOidcApp({ redirectUris: [connection.callbackUrl] })
  await admin.changeConnection({ ...at, oidcApplication: application })
  const { url } = await admin.createSetupLink(at)
  const minted = await admin.mintToken(at)
  const site = await admin.createSite({
    ...{ tenant: tenant.id, name: 'Kept', redirectUris: ['https://kept.example/cb'] },
  })
  const warned = await admin.changeWarningSettings({
    tenant: tenant.id,
    webhookUrl: 'https://hooks.example/x',
  })
  const shown = [
    ...secrets(),
    ...[application.clientSecret, url.split('#')[1], minted.token],
    ...[site.clientSecret, warned.webhookSecret],
  ]

  const kept = await everyRow(app.database.ownerPool)

  for (const secret of shown) {
    assert.ok(secret)
    // Of a token, what stands behind its look-up id; of a webhook's, what stands behind its prefix.
    const value = /^rc[a-z]_[0-9a-z]{20}_(.{43})/.exec(secret)?.[1] ?? secret.replace('whsec_', '')
    for (const form of [value, Buffer.from(value).toString('hex')])
      assert.ok(!kept.includes(form), `${secret.slice(0, 8)}… is in the database`)
  }
  assert.doesNotMatch(kept, /"d" ?: ?"|BEGIN [A-Z ]*PRIVATE KEY/, 'a private key')
  const keys = new Set([...kept.matchAll(/v1\.([0-9a-f]{8})\.[\w-]{20,}/g)].map(([, id]) => id))
  assert.equal(keys.size, 1, `all are sealed by one key: ${[...keys].join(' ')}`)
})

/** What a dump of the database holds, as text. */
async function everyRow(owner: World['app']['database']['ownerPool']): Promise<string> {
  const { rows: tables } = await owner.query<{ name: string }>(
    `select quote_ident(relname) as name from pg_class
      where relkind = 'r' and relnamespace = 'public'::regnamespace`,
  )
  const texts: string[] = []
  for (const { name } of tables) {
    const { rows } = await owner.query<{ row: string }>(`select t::text as row from ${name} t`)
    texts.push(...rows.map(({ row }) => row.replaceAll('""', '"')))
  }
  assert.ok(tables.length > 30)
  return texts.join('\n')
}

function send(url: string, method: string, where: string, secret: string): Promise<Response> {
  const hasBody = method !== 'GET' && (where === 'json' || where === 'form')
  const headers: Record<string, string> = {
    ...(where === 'header' ? { authorization: `Bearer ${secret}` } : {}),
    ...(where === 'basic'
      ? { authorization: `Basic ${Buffer.from(`client:${secret}`).toString('base64')}` }
      : {}),
    ...(where === 'cookie' ? { cookie: `__Host-session=${secret}` } : {}),
    ...(where === 'type' ? { 'content-type': secret } : {}),
    ...(where === 'host' ? { 'x-forwarded-host': secret, 'x-request-id': secret } : {}),
    ...(where === 'json' ? { 'content-type': 'application/scim+json' } : {}),
    ...(where === 'form' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
  }
  const form = new URLSearchParams({ client_secret: secret, code: secret, token: secret })
  const body = where === 'json' ? JSON.stringify({ token: secret }) : form.toString()
  return fetch(where === 'query' ? `${url}?access_token=${secret}&code=${secret}` : url, {
    method,
    headers,
    redirect: 'manual',
    ...(hasBody ? { body } : {}),
  })
}
