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
