import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createBrowser } from '../browser.ts'
import { createOrg, type Person } from '../org.ts'
import { createRoutes, listen } from '../server.ts'
import { createSite } from '../site/site.ts'
import { createOpenid } from './openid.ts'

function invented(login: string, at: number): Person {
  const [givenName = '', familyName = ''] = login.split(/[.@]/)
  return {
    id: `00u${String(at).padStart(17, '0')}`,
    login,
    givenName,
    familyName,
    displayName: `${givenName} ${familyName}`,
    email: login,
    title: 'Engineer',
    department: 'Tools',
    locale: 'en_US',
    phone: '+1 555 0100',
    password: `pass-${at}`,
    status: 'ACTIVE',
  }
}

/** An Okta with two people, a site that trusts it directly, and a browser. */
async function startWorld(t: TestContext) {
  const org = createOrg({ domain: 'acme.example' })
  const nadia = invented('nadia.osei@acme.example', 1)
  const omar = invented('omar.haddad@acme.example', 2)
  for (const person of [nadia, omar]) org.people.set(person.id, person)

  const listening = await listen(0)
  const openid = await createOpenid({ url: listening.url, owner: 'Acme', org })
  const routes = await createRoutes()
  openid.addLoginPage(routes)
  await listening.serve(routes, openid.answer)

  const site = await createSite({ name: 'Field Notes' })
  t.after(() => Promise.all([listening.close(), site.close()]))
  const registration = {
    redirectUris: [site.redirectUri],
    postLogoutRedirectUris: [site.postLogoutRedirectUri],
    backchannelLogoutUri: site.backchannelLogoutUri,
  }
  const trust = (server = openid as Pick<typeof openid, 'registerOidcApp'>) => {
    const { issuer: authority, ...credentials } = server.registerOidcApp(registration)
    site.configure({ authority, ...credentials })
  }
  trust()

  const browser = createBrowser()
  const signIn = async (person: Person, password = person.password) => {
    await browser.open(`${site.url}/login`)
    return browser.submit({ identifier: person.login, 'credentials.passcode': password })
  }
  return { org, nadia, omar, openid, site, trust, browser, signIn, url: listening.url }
}

async function claimsAt(site: { url: string }, browser: ReturnType<typeof createBrowser>) {
  const { text } = await browser.open(`${site.url}/session`)
  return JSON.parse(text) as { signedIn: boolean; claims: Record<string, unknown> | null }
}

test('a person signs in at a site with their password, and the site learns who they are', async (t) => {
  const { site, browser, nadia, url } = await startWorld(t)
  await browser.open(site.url)
  assert.equal(browser.page.heading, 'You are signed out')
  await browser.follow('Sign in')
  assert.equal(browser.page.heading, 'Sign in')
  assert.ok(browser.page.url.startsWith(`${url}/signin/org/`))

  await browser.submit({ identifier: nadia.login, 'credentials.passcode': nadia.password })

  assert.equal(browser.page.heading, 'Hello, nadia osei')
  assert.equal(browser.page.url, `${site.url}/`)
  const { signedIn, claims } = await claimsAt(site, browser)
  assert.equal(signedIn, true)
  const { sub, iss, name, email, preferred_username: login, auth_time: time } = claims ?? {}
  assert.deepEqual(
    { sub, iss, name, email, login },
    { sub: nadia.id, iss: url, name: 'nadia osei', email: nadia.email, login: nadia.login },
  )
  assert.ok(Math.abs(Number(time) - Date.now() / 1000) < 60)
})

test('a login is found in any case, a wrong password and an inactive person are refused alike', async (t) => {
  const { browser, nadia, omar, signIn } = await startWorld(t)

  const wrong = await signIn(nadia, 'wrong')
  assert.equal(wrong.status, 401)
  assert.match(wrong.text, /Unable to sign in/)
  assert.equal(wrong.forms[0]?.fields[0]?.value, nadia.login)

  omar.status = 'DEPROVISIONED'
  const inactive = await browser.submit({
    identifier: omar.login,
    'credentials.passcode': omar.password,
  })
  assert.equal(inactive.text, wrong.text)

  const right = await browser.submit({
    identifier: nadia.login.toUpperCase(),
    'credentials.passcode': nadia.password,
  })
  assert.equal(right.heading, 'Hello, nadia osei')
})

test('who is signed in is not asked again, unless the site asks for it or the session was ended', async (t) => {
  const { site, browser, nadia, omar, openid, signIn } = await startWorld(t)
  await signIn(nadia)

  assert.equal((await browser.open(`${site.url}/login`)).heading, 'Hello, nadia osei')
  // Nobody is asked for consent here: the administrator has given it for all.
  assert.equal((await browser.open(`${site.url}/login?prompt=consent`)).url, `${site.url}/`)
  const again = await browser.open(`${site.url}/login?prompt=login`)
  assert.equal(again.heading, 'Sign in')
  assert.equal(again.forms[0]?.fields[0]?.value, nadia.login)
  const other = { identifier: omar.login, 'credentials.passcode': omar.password }
  assert.equal((await browser.submit(other)).heading, 'Hello, omar haddad')

  openid.endSessions(omar.id)
  const hinted = await browser.open(`${site.url}/login?login_hint=${nadia.login}`)
  assert.equal(hinted.heading, 'Sign in')
  assert.equal(hinted.forms[0]?.fields[0]?.value, nadia.login)
})

test('a session of somebody who is not active any more opens nothing', async (t) => {
  const { site, browser, nadia, signIn } = await startWorld(t)
  await signIn(nadia)

  nadia.status = 'SUSPENDED'

  assert.equal((await browser.open(`${site.url}/login`)).heading, 'Sign in')
})

test('signing out at the site signs out at Okta too (RP-Initiated Logout §2)', async (t) => {
  const { site, browser, nadia, signIn } = await startWorld(t)
  await signIn(nadia)

  const out = await browser.submit({}, { button: 'Sign out' })

  assert.equal(out.url, `${site.url}/`)
  assert.equal(out.heading, 'You are signed out')
  assert.equal((await browser.follow('Sign in')).heading, 'Sign in')
})

test('a sign-out elsewhere ends the session at the site behind its back (Back-Channel Logout §2.5)', async (t) => {
  const { site, browser, nadia, signIn, url } = await startWorld(t)
  await signIn(nadia)
  assert.equal((await claimsAt(site, browser)).signedIn, true)

  await browser.open(`${url}/oauth2/v1/logout`)
  assert.match(browser.page.text, /Do you want to sign out/)
  await browser.submit({}, { button: 'Sign out' })

  assert.equal(site.logoutsReceived.length, 1)
  assert.equal(site.logoutsReceived[0]?.ended, 1)
  assert.deepEqual(await claimsAt(site, browser), { signedIn: false, claims: null })
})

test('another authorization server has the same people and sessions under its own issuer', async (t) => {
  const { site, browser, nadia, openid, trust, signIn, url } = await startWorld(t)
  const partners = openid.createAuthorizationServer('partners')
  await signIn(nadia)
  trust(partners)

  const page = await browser.open(`${site.url}/login`)

  assert.equal(page.heading, 'Hello, nadia osei')
  assert.equal((await claimsAt(site, browser)).claims?.['iss'], partners.issuer)
  assert.match(partners.issuer, new RegExp(`^${url}/oauth2/aus\\w{17}$`))
})

test('an application that is not registered, or another return address, is refused on a page', async (t) => {
  const { browser, site, openid, url } = await startWorld(t)
  const { clientId } = openid.registerOidcApp({ redirectUris: [site.redirectUri] })
  const authorize = (changes: Record<string, string>) => {
    const parameters = {
      client_id: clientId,
      redirect_uri: site.redirectUri,
      response_type: 'code',
      scope: 'openid',
      ...changes,
    }
    return browser.open(`${url}/oauth2/v1/authorize?${new URLSearchParams(parameters)}`)
  }

  const unknown = await authorize({ client_id: '0oaunknown' })
  const elsewhere = await authorize({ redirect_uri: 'http://127.0.0.1:1/elsewhere' })
  const bare = await authorize({})

  assert.deepEqual([unknown.status, unknown.heading], [400, 'Bad request'])
  assert.match(unknown.text, /invalid_client/)
  assert.match(elsewhere.text, /invalid_redirect_uri/)
  const said = new URL(bare.url).searchParams
  assert.equal(said.get('error'), 'invalid_request')
  assert.match(said.get('error_description') ?? '', /PKCE/)
})
