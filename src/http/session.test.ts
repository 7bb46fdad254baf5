/** Getting in through HTTP: the first operator, sessions, and what a page of another site cannot do. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { z } from 'zod'
import { startApp, type TestApp } from '../../test/support/app.ts'
import { createTestClock, HOUR, MINUTE } from '../../test/support/clock.ts'
import { becomeOperator, codeNow, createVisitor, PASSWORD } from '../../test/support/visitor.ts'
import { ApiError, createClient, type Route, routes } from '../contract/index.ts'

const clock = createTestClock()
let app: TestApp
let ada: Awaited<ReturnType<typeof becomeOperator>>

/** Ends with the file. */
const ends: (() => Promise<void>)[] = []
before(async () => {
  app = await startApp({ after: (end) => void ends.push(end) }, { clock })
  ada = await becomeOperator(app, clock)
})
after(async () => {
  for (const end of ends) await end()
})

const refused =
  (code: string, words = /./) =>
  (error: unknown) =>
    error instanceof ApiError && error.code === code && words.test(error.message)

/** A visitor who has just signed in as Ada. */
async function signedIn() {
  clock.turn(MINUTE)
  const visitor = createVisitor(app)
  const session = await visitor.api.signIn(credentials())
  return { ...visitor, session }
}

function credentials() {
  return { email: ada.email, password: PASSWORD, totp: codeNow(ada.secret, clock) }
}

test('the first operator gets in by the code that was printed, and the code is dead then', async () => {
  const { administrator } = await ada.api.readSession({}) // SEC C-1, T-8
  const later = createVisitor(app)

  assert.deepEqual(
    [administrator.name, administrator.role, administrator.tenant],
    ['Ada', 'operator', null],
  )
  assert.equal((await later.api.readSignInWays({})).firstOperator, false)
  const again = { name: 'Eve', email: 'eve@platform.example', password: PASSWORD, code: ada.code }
  await assert.rejects(later.api.beginFirstOperator(again), refused('not_permitted'))
  assert.equal(await app.app.operators.offerFirstOperator(async () => {}), false)
})

test('a password and a code of the app let in; what is wrong of them is not said', async () => {
  const { session } = await signedIn() // SEC C-5
  const { email, password, totp } = credentials()
  const wrong = [
    { email: 'nobody@platform.example', password, totp },
    { email, password: `${password}!`, totp },
    { email, password, totp: totp === '000000' ? '000001' : '000000' },
    { email, password },
    { email, password, recoveryCode: '0000-0000-0000-0000' },
  ]
  const said = new Set<string>()

  for (const each of wrong)
    await assert.rejects(createVisitor(app).api.signIn(each), (error) => {
      assert.ok(error instanceof ApiError)
      said.add(`${error.status} ${error.code} ${error.message}`)
      return true
    })

  assert.equal(session.administrator.email, ada.email)
  assert.equal(said.size, 1, [...said].join('\n'))
  clock.turn(HOUR)
})

test('of parallel sign-ins with one code of the app, or with one recovery code, one succeeds', async () => {
  clock.turn(MINUTE) // SEC T-8
  const [recoveryCode = ''] = ada.recoveryCodes
  const { email, password, totp } = credentials()
  const ways = [
    { email, password, totp },
    { email, password, recoveryCode },
  ]

  for (const way of ways) {
    const tries = Array.from({ length: 4 }, () => createVisitor(app).api.signIn(way))
    const outcomes = await Promise.allSettled(tries)
    assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), [
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
    ])
  }
  clock.turn(HOUR)
})

test('the cookie of a session is for this host, for no script and for no other site', async () => {
  const { cookies } = await signedIn() // SEC W-1
  clock.turn(MINUTE)
  const answer = await fetch(`${app.url}/admin/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-rollcall-console': '1', origin: app.url },
    body: JSON.stringify(credentials()),
  })

  assert.match(cookies.get('rollcall_console') ?? '', /^[\w-]{43}$/)
  const [cookie = ''] = answer.headers.getSetCookie()
  assert.match(cookie, /; Path=\/; HttpOnly; SameSite=Strict$/)
  assert.doesNotMatch(cookie, /Domain/)
})

test('signing in again gives another handle, and the one before is dead', async () => {
  const visitor = await signedIn() // SEC W-2
  const old = visitor.cookies.get('rollcall_console') ?? ''
  clock.turn(MINUTE)

  await visitor.api.signIn(credentials())

  const other = createVisitor(app)
  other.cookies.set('rollcall_console', old)
  assert.notEqual(visitor.cookies.get('rollcall_console'), old)
  await assert.rejects(other.api.readSession({}), refused('not_authenticated'))
  assert.equal((await visitor.api.readSession({})).fresh, true)
})

test('a session ends after half an hour without use, after twelve hours in any case, and when it is ended', async () => {
  const idle = await signedIn() // SEC W-2
  clock.turn(30 * MINUTE)
  await assert.rejects(idle.api.readSession({}), refused('not_authenticated'))

  const busy = await signedIn()
  for (let minutes = 20; minutes < 12 * 60; minutes += 20) {
    clock.turn(20 * MINUTE)
    await busy.api.readSession({})
  }
  clock.turn(20 * MINUTE)
  await assert.rejects(busy.api.readSession({}), refused('not_authenticated'))

  const left = await signedIn()
  await left.api.signOut({})
  assert.equal(left.cookies.size, 0)
  left.cookies.set('rollcall_console', 'x'.repeat(43))
  await assert.rejects(left.api.readSession({}), refused('not_authenticated'))
})

test('a session that only a timer asks with ends half an hour after its last use', async () => {
  const { cookies } = await signedIn() // SEC W-2
  const left = createClient({
    url: app.url,
    fetch: (address, init) => {
      const headers = new Headers(init?.headers)
      headers.set('cookie', `rollcall_console=${cookies.get('rollcall_console')}`)
      headers.set('x-rollcall-unattended', '1')
      return fetch(address, { ...init, headers })
    },
  })
  for (let minutes = 0; minutes < 29; minutes += 1) {
    clock.turn(MINUTE)
    await left.readOverview({})
  }

  clock.turn(MINUTE)

  await assert.rejects(left.readOverview({}), refused('not_authenticated'))
})

test('a write from another site, or without the token of the session, is refused and changes nothing', async () => {
  const { cookies, session } = await signedIn() // SEC W-3
  const good = { 'x-rollcall-console': session.csrfToken, origin: app.url }
  const cookie = `rollcall_console=${cookies.get('rollcall_console')}`
  const write = async (headers: Record<string, string>) => {
    const answer = await fetch(`${app.url}/admin/v1/tenants`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ name: 'Foreign' }),
    })
    return answer.status
  }

  const answers = [
    await write({ origin: app.url }),
    await write({ ...good, 'x-rollcall-console': '1' }),
    await write({ 'x-rollcall-console': session.csrfToken }),
    await write({ ...good, origin: 'https://evil.example' }),
    await write({ ...good, origin: 'null' }),
    await write({ ...good, 'sec-fetch-site': 'cross-site' }),
    await write({ ...good, 'sec-fetch-site': 'same-site' }),
  ]

  assert.deepEqual(answers, Array(7).fill(403))
  assert.deepEqual((await app.admin.listTenants({ q: 'Foreign' })).items, [])
  assert.equal(await write({ ...good, 'content-type': 'text/plain' }), 415)
  assert.equal(await write({ ...good, 'sec-fetch-site': 'same-origin' }), 201)
})

test('signing in from a page of another site is refused', async () => {
  clock.turn(MINUTE) // SEC W-3
  const answer = await fetch(`${app.url}/admin/v1/session`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-rollcall-console': '1',
      'sec-fetch-site': 'cross-site',
    },
    body: JSON.stringify(credentials()),
  })

  assert.equal(answer.status, 403)
  assert.deepEqual(answer.headers.getSetCookie(), [])
})

test('what is dangerous asks for a fresh sign-in, after which it is done', async () => {
  const { connection } = await app.onboard('Fresh') // SEC C-3
  const visitor = await signedIn()
  const at = { tenant: 'Fresh', connection: connection.id }
  clock.turn(11 * MINUTE)

  await assert.rejects(visitor.api.mintToken(at), refused('fresh_sign_in_needed', /sign in again/))
  const take = () => Array.fromAsync(visitor.api.exportPeople({ tenant: 'Fresh' }))
  await assert.rejects(take(), refused('fresh_sign_in_needed', /sign in again/))
  assert.equal((await visitor.api.readSession({})).fresh, false)
  await visitor.api.signIn(credentials())
  assert.equal((await take()).length, 1)

  assert.match((await visitor.api.mintToken(at)).token, /^rcs_/)
})

// SEC C-3
test('whatever gives, takes away or shows a credential asks for a fresh sign-in, and whatever says where people or their data go', () => {
  const dangerous = [
    ...['onboardTenant', 'addConnection', 'changeConnection', 'removeConnection'],
    ...['allowInternalHosts', 'rotateConnectionKey', 'changeProvisioningClient'],
    ...['rotateProvisioningSecret', 'addAdmin', 'removeAdmin', 'mintToken', 'revokeToken'],
    ...['createSetupLink', 'createSite', 'changeSite', 'rotateSiteSecret', 'rotateSigningKey'],
    ...['createKey', 'revokeKey', 'inviteAdministrator', 'changeAdministrator'],
    ...['removeAdministrator', 'resetAdministrator', 'nameSignInProvider', 'sendToLink'],
    ...['askForPasskey', 'addPasskey', 'removePasskey', 'changePassword', 'renewRecoveryCodes'],
    ...['createClaimTypeMapping', 'removeClaimTypeMapping', 'addDomain', 'verifyDomain'],
    ...['changeWarningSettings', 'eraseIdentity', 'retireMasterKey'],
  ] as const
  const named: ReadonlySet<string> = new Set(dangerous)
  // The address of a trial of a sign-in opens no session.
  const without = new Set(['testConnection'])
  const isDangerous = (name: string, { exports, needs, reply }: Route) => {
    const isAdministrators = needs !== 'anyone' && needs !== 'setup-link' && !without.has(name)
    const shows = JSON.stringify(z.toJSONSchema(reply, { unrepresentable: 'any' }))
    return (
      named.has(name) || exports !== undefined || (isAdministrators && /Shown once/.test(shows))
    )
  }

  const dull = Object.entries<Route>(routes).flatMap(([name, route]) =>
    isDangerous(name, route) && route.fresh !== true ? [name] : [],
  )

  assert.deepEqual(dull, [])
  assert.deepEqual(
    dangerous.filter((name) => !(name in routes)),
    [],
  )
})

test('a key has no session', async () => {
  await assert.rejects(app.admin.readSession({}), refused('not_permitted', /a key is nobody/))
})

test('whoever goes on failing waits longer and longer, and locks nobody else out', async () => {
  const { email, password } = credentials() // SEC C-5
  const fail = () => createVisitor(app).api.signIn({ email, password: 'guess', totp: '000000' })
  const waits: number[] = []
  clock.turn(25 * HOUR)

  for (let round = 0; round < 5; round += 1)
    await assert.rejects(fail(), refused('not_authenticated'))
  for (let round = 0; round < 3; round += 1) {
    await assert.rejects(fail(), refused('too_many_requests', /Wait \d+ seconds/))
    const answer = await fetch(`${app.url}/admin/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-rollcall-console': '1', origin: app.url },
      body: JSON.stringify({ email, password, totp: codeNow(ada.secret, clock) }),
    })
    const seconds = Number(answer.headers.get('retry-after'))
    waits.push(seconds)
    clock.turn(seconds * 1000)
    await assert.rejects(fail(), refused('not_authenticated'))
  }

  assert.deepEqual(waits, [1, 2, 4])
  clock.turn(8000)
  assert.ok((await signedIn()).session)
})

test('of many guesses at the same time no more are tried than one after another', async () => {
  const { email } = credentials() // SEC C-5
  clock.turn(25 * HOUR)
  const guess = async () =>
    createVisitor(app)
      .api.signIn({ email, password: 'guess', totp: '000000' })
      .then(
        () => 'in',
        (error: unknown) => (error instanceof ApiError ? error.code : String(error)),
      )

  const answers = await Promise.all(Array.from({ length: 12 }, guess))

  assert.equal(answers.filter((code) => code === 'not_authenticated').length, 5)
  assert.equal(answers.filter((code) => code === 'too_many_requests').length, 7)
  clock.turn(HOUR)
  assert.ok((await signedIn()).session)
})

test('what somebody does to get in is in the log of the platform, with where from and without a secret', async () => {
  const entries = await app.app.audit.list(null, { limit: 500 }) // SEC G-2
  const acts = new Set(entries.map(({ act }) => act))

  for (const act of [
    'operators.administrator.enrolled',
    'operators.session.opened',
    'operators.session.ended',
    'operators.sign-in.refused',
  ])
    assert.ok(acts.has(act), act)
  const said = JSON.stringify(entries) + app.log.join('')
  for (const secret of [PASSWORD, ada.secret, ada.code, ...ada.recoveryCodes])
    assert.ok(!said.includes(secret))
})
