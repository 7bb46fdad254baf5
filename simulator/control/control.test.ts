import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createBrowser } from '../browser.ts'
import { createOkta } from '../okta.ts'
import { listResponse, scimError, startScriptedServer } from '../scim/scripted-server.ts'

async function startWorld(t: TestContext) {
  const okta = await createOkta({ seed: 'a', domain: 'acme.example' })
  t.after(() => okta.close())
  const call = async (path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${okta.url}/sim/api${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  return { okta, call, browser: createBrowser() }
}

test('the API hires, renames, deactivates and activates people, named by id or login', async (t) => {
  const { okta, call } = await startWorld(t)

  const hired = await call('/hire', { givenName: 'Jane', familyName: 'Roe', title: 'Editor' })
  const id = String(hired.body['id'])
  const renamed = await call('/rename', { person: id, login: 'jane@acme.example' })
  const left = await call('/leave', { person: 'JANE@acme.example' })
  const read = await call('/people/jane@acme.example')

  assert.deepEqual([hired.status, hired.body['login']], [200, 'jane.roe@acme.example'])
  assert.equal(renamed.body['login'], 'jane@acme.example')
  assert.equal(left.body['status'], 'DEPROVISIONED')
  assert.deepEqual(read.body, { ...okta.org.people.get(id), groups: [], apps: [] })
  assert.equal((await call('/rehire', { person: id })).body['status'], 'ACTIVE')
})

test('the API makes groups and moves people between them', async (t) => {
  const { call } = await startWorld(t)
  await call('/hire', { givenName: 'Jane', familyName: 'Roe' })
  const jane = 'jane.roe@acme.example'
  await call('/create-group', { name: 'Editors', members: jane })
  await call('/create-group', { name: 'Writers' })

  const moved = await call('/move', { person: jane, from: 'Editors', to: 'Writers' })
  await call('/rename-group', { group: 'Writers', name: 'Authors' })

  assert.deepEqual(
    (moved.body['groups'] as { name: string }[]).map(({ name }) => name),
    ['Writers'],
  )
  const { groups } = (await call('/groups')).body as { groups: { name: string; members: number }[] }
  assert.deepEqual(
    groups.map(({ name, members }) => [name, members]),
    [
      ['Editors', 0],
      ['Authors', 1],
    ],
  )
})

test('the API says what it lacks or does not know, and takes no orders from other sites', async (t) => {
  const { okta, call } = await startWorld(t)
  const jane = { givenName: 'Jane', familyName: 'Roe' }

  const lacking = await call('/hire', { givenName: 'Jane' })
  const unknown = await call('/leave', { person: 'nobody@acme.example' })
  const noAct = await call('/constructor', {})
  const listed = await call('/create-group', { name: 'Ops', members: ['jane.roe@acme.example'] })
  const stranger = await call('/hire', jane, { 'sec-fetch-site': 'cross-site' })

  assert.deepEqual(
    [lacking.status, lacking.body['error']],
    [400, '"hire" needs familyName as text.'],
  )
  assert.deepEqual(
    [listed.status, listed.body['error']],
    [400, '"create-group" takes members as text.'],
  )
  assert.equal(unknown.status, 404)
  assert.match(String(unknown.body['error']), /no person "nobody@acme.example"/)
  assert.equal(noAct.status, 404)
  assert.equal(stranger.status, 403)
  assert.equal(okta.org.people.size, 0)
})

test('people are searched by their words and read page by page', async (t) => {
  const { okta, call } = await startWorld(t)
  for (let at = 0; at < 60; at += 1)
    okta.hire({ givenName: 'Ann', familyName: `No${at}`, title: at % 2 ? 'Editor' : 'Writer' })

  const first = await call('/people?q=ann+editor&limit=20')
  const last = await call('/people?q=ann+editor&limit=20&offset=20')

  assert.deepEqual([first.body['total'], first.body['next']], [30, 20])
  assert.equal((last.body['people'] as unknown[]).length, 10)
  assert.equal(last.body['next'], undefined)
})

test('the pages do the same: hire, find, rename, group, deactivate', async (t) => {
  const { okta, browser } = await startWorld(t)
  await browser.open(`${okta.url}/sim`)
  const hire = { givenName: 'Jane', familyName: '<Roe>' }
  await browser.submit(hire, { button: 'Hire' })
  assert.match(browser.page.text, /Done: hire/)
  assert.doesNotMatch(browser.page.html, /<Roe>/)

  await browser.submit({ q: 'jane' }, { button: 'Search' })
  await browser.follow('Jane <Roe>')
  await browser.submit({ familyName: 'Poe' }, { button: 'Rename' })
  assert.equal(browser.page.heading, 'Jane Poe')
  await browser.submit({}, { button: 'Deactivate' })
  assert.match(browser.page.text, /Status deprovisioned/)

  await browser.follow('Groups')
  await browser.submit({ name: 'Editors' }, { button: 'Create' })
  await browser.follow('Editors')
  await browser.submit({ person: 'nobody' }, { button: 'Add' })
  assert.match(browser.page.text, /There is no person "nobody"/)
  await browser.submit({ person: 'jane.roe@acme.example' }, { button: 'Add' })
  assert.match(browser.page.text, /1 member /)
})

test('the API adds an application, tests it and gives it a person; what it lacks it says', async (t) => {
  const { call } = await startWorld(t)
  const server = await startScriptedServer(t, ({ method }) =>
    method === 'POST' ? { status: 201, body: { id: 'usr_1' } } : listResponse(),
  )
  const settings = { name: 'rollcall', kind: 'aiw', baseUrl: server.baseUrl, pace: 'full' }

  const noToken = await call('/add-app', { ...settings, auth: 'bearer' })
  const noKind = await call('/add-app', { ...settings, kind: 'saml', auth: 'bearer', token: 't' })
  const noOauth = await call('/add-app', { ...settings, auth: 'oauth', authority: server.url })
  const added = await call('/add-app', { ...settings, auth: 'bearer', token: 't' })
  const tested = await call('/test', { app: 'rollcall' })
  const hired = await call('/hire', { givenName: 'Jane', familyName: 'Roe' })
  const many = await call('/hire-many', { count: '20' })

  assert.deepEqual([noToken.status, noToken.body['error']], [400, '"bearer" needs token.'])
  assert.equal(noKind.body['error'], 'kind must be oin or aiw, not "saml".')
  assert.equal(noOauth.body['error'], '"oauth" needs clientId, clientSecret.')
  assert.deepEqual([added.body['name'], added.body['authMode']], ['rollcall', 'bearer'])
  assert.deepEqual(tested.body, { done: true })
  assert.deepEqual(hired.body['apps'], [{ name: 'rollcall', scimId: 'usr_1' }])
  assert.deepEqual(many.body, { hired: 20 })
})

test('the pages say what an application refused, and find it among its tasks', async (t) => {
  const { okta, browser } = await startWorld(t)
  const server = await startScriptedServer(t, () => scimError(401, 'The token is unknown.'))
  await browser.open(`${okta.url}/sim/apps`)

  const filled = { name: 'rollcall', baseUrl: server.baseUrl, token: 't', pace: 'full' }
  await browser.submit(filled, { button: 'Add' })
  assert.match(browser.page.text, /Done: add app. name rollcall/)
  await browser.submit({}, { button: 'Test' })
  assert.match(browser.page.text, /Error authenticating: Unauthorized.*The token is unknown/)
  assert.doesNotMatch(browser.page.text, /Done/)
  await browser.follow('rollcall')

  assert.match(browser.page.text, /test the connection Error authenticating/)
})

test('an administrator who adds an application by OAuth goes to its Authority and comes back connected', async (t) => {
  const { okta, browser } = await startWorld(t)
  const json = { 'content-type': 'application/json' }
  const server = await startScriptedServer(t, ({ path }) => {
    const { pathname, searchParams } = new URL(path, server.url)
    const endpoint = (name: string) => `${server.url}/t/ten_1/connect/${name}`
    if (pathname.endsWith('/openid-configuration')) {
      const [authorization_endpoint, token_endpoint] = [endpoint('authorize'), endpoint('token')]
      const body = { issuer: `${server.url}/t/ten_1`, authorization_endpoint, token_endpoint }
      return { status: 200, headers: json, body }
    }
    if (pathname.endsWith('/authorize')) {
      const back = new URL(searchParams.get('redirect_uri') ?? '')
      const isFirst = searchParams.get('client_id') === 'refused'
      back.search = isFirst ? 'error=access_denied' : 'code=c'
      back.searchParams.set('state', searchParams.get('state') ?? '')
      return { status: 303, headers: { location: back.href } }
    }
    const body = { access_token: 'a', token_type: 'Bearer', refresh_token: 'r', expires_in: 3600 }
    return pathname.endsWith('/token') ? { status: 200, headers: json, body } : listResponse()
  })
  await browser.open(`${okta.url}/sim/apps`)
  const client = { authority: `${server.url}/t/ten_1`, clientSecret: 's' }
  const filled = { ...client, name: 'rollcall', baseUrl: server.baseUrl, clientId: 'refused' }

  await browser.submit(filled, { button: 'Add and authenticate' })
  assert.equal(browser.page.heading, 'Not connected')
  assert.match(browser.page.text, /did not let Okta in: access_denied/)
  await browser.follow('Back to rollcall')
  await browser.submit({ ...client, clientId: 'c' }, { button: 'Authenticate with rollcall' })

  assert.match(browser.page.text, /Connected\./)
  assert.match(browser.page.text, /OAuth 2.0, connected, renewed 0 times, until/)
  await browser.submit({}, { button: 'Test connection' })
  assert.match(browser.page.text, /Done: test/)
  assert.equal(server.received.at(-1)?.headers.authorization, 'Bearer a')
})
