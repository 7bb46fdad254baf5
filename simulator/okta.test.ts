import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBrowser } from './browser.ts'
import { createOkta } from './okta.ts'
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
