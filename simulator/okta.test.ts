import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBrowser } from './browser.ts'
import { createOkta } from './okta.ts'
import { listResponse, startScriptedServer } from './scim/scripted-server.ts'
import { createSite } from './site/site.ts'

test('the same seed gives the same people, another seed gives others', async (t) => {
  const [one, same, other] = await Promise.all(
    ['a', 'a', 'b'].map((seed) => createOkta({ seed, domain: 'acme.example' })),
  )
  assert.ok(one && same && other)
  t.after(() => Promise.all([one.close(), same.close(), other.close()]))
  const jane = { givenName: 'Jane', familyName: 'Møller' }

  const people = [one, same, other].map((okta) => okta.hire(jane))

  assert.deepEqual(people[0], people[1])
  assert.notEqual(people[0]?.id, people[2]?.id)
  assert.match(people[0]?.id ?? '', /^00u[0-9A-Za-z]{17}$/)
  assert.equal(people[0]?.login, 'jane.moller@acme.example')
  assert.equal(one.hire(jane).login, 'jane.moller2@acme.example')
  assert.throws(
    () => one.hire({ ...jane, login: 'JANE.MOLLER@acme.example' }),
    /belongs to Jane Møller/,
  )
})

test('a leaver cannot sign in any more, a rehired and renamed person can, under the new login', async (t) => {
  const okta = await createOkta({ seed: 'a', domain: 'acme.example' })
  const site = await createSite({ name: 'Field Notes' })
  t.after(() => Promise.all([okta.close(), site.close()]))
  const { issuer, ...credentials } = okta.registerOidcApp({ redirectUris: [site.redirectUri] })
  site.configure({ authority: issuer, ...credentials })
  const jane = okta.hire({ givenName: 'Jane', familyName: 'Roe' })
  const browser = createBrowser()
  const signIn = async () => {
    await browser.open(`${site.url}/login`)
    if (browser.page.heading !== 'Sign in') return browser.page.heading
    const filled = { identifier: jane.login, 'credentials.passcode': jane.password }
    return (await browser.submit(filled)).heading
  }

  assert.equal(await signIn(), 'Hello, Jane Roe')
  await okta.leave(jane)
  assert.equal(await signIn(), 'Sign in')
  await okta.rehire(jane)
  await okta.rename(jane, { login: 'jane.poe@acme.example', familyName: 'Poe' })
  assert.equal(await signIn(), 'Hello, Jane Poe')
  assert.equal(jane.email, 'jane.poe@acme.example')
  assert.equal(okta.org.personByLogin('jane.roe@acme.example'), undefined)
})

test('many are hired from the seed, each with an id and a login of their own, whoever is there', async (t) => {
  const okta = await createOkta({ seed: 'a', domain: 'acme.example' })
  const same = await createOkta({ seed: 'a', domain: 'acme.example' })
  t.after(() => Promise.all([okta.close(), same.close()]))
  const [second] = same.hireMany(2).slice(1)
  assert.ok(second)
  const { givenName, familyName, login } = second
  const before = okta.hire({ givenName, familyName, login })

  const people = [...okta.hireMany(20), ...okta.hireMany(30)]
  const after = okta.hire({ givenName, familyName })

  const all = [before, ...people, after]
  assert.equal(new Set(all.map(({ id }) => id)).size, 52)
  assert.equal(new Set(all.map((person) => person.login)).size, 52)
  assert.deepEqual(people[0], { ...second, login: people[0]?.login, email: people[0]?.login })
  assert.equal(people[0]?.login, login.replace('@', '2@'))
  assert.deepEqual([...okta.org.people.values()], all)
})

test('who has an application is deactivated there when they leave; one app a name', async (t) => {
  const server = await startScriptedServer(t, ({ method, path }) =>
    method === 'POST'
      ? { status: 201, body: { id: 'usr_1' } }
      : path.startsWith('/Users?')
        ? listResponse()
        : { status: 200, body: { id: 'usr_1' } },
  )
  const okta = await createOkta({ seed: 'a', domain: 'acme.example' })
  t.after(() => okta.close())
  const settings = {
    name: 'rollcall',
    kind: 'oin',
    baseUrl: server.baseUrl,
    auth: { mode: 'header', token: 'tok' },
    pace: 'full',
  } as const
  const app = okta.addApp(settings)
  const [jane, joe] = okta.hireMany(2)
  assert.ok(jane && joe)

  await app.assign(jane)
  await okta.leave(jane)
  await okta.leave(joe)

  assert.deepEqual(
    server.received.map(({ method, path }) => `${method} ${path.split('?')[0]}`),
    ['GET /Users', 'POST /Users', 'PATCH /Users/usr_1'],
  )
  assert.equal(server.received[0]?.headers.authorization, 'tok')
  assert.equal(app.oauthRedirectUri, okta.oauthRedirectUriFor('rollcall'))
  assert.equal(app.oauthRedirectUri, `${okta.url}/admin/app/cpc/rollcall/oauth/callback`)
  assert.throws(() => okta.addApp(settings), /There is an application "rollcall" already/)
  assert.throws(() => okta.addApp({ ...settings, name: 'a/b' }), /no name of an application/)
})
