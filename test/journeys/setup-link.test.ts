/** A customer's administrator sets up a connection by a link, and watches it go green. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { ApiError } from '../../src/contract/index.ts'
import { createTestClock, DAY, HOUR, MINUTE } from '../support/clock.ts'
import { createVisitor } from '../support/visitor.ts'
import { createBrowser } from '../../simulator/index.ts'
import { type Dns, startDns } from '../support/dns.ts'
import { startHostileIdp } from '../support/hostile-idp.ts'
import { done, passOkta, startWorld, until, type World } from '../support/world.ts'

const clock = createTestClock(Date.now())
const ends: (() => Promise<void>)[] = []
let world: World
let dns: Dns
/** The token that provisioning comes by. */
let inForce: string
let at: { tenant: string; connection: `con_${string}` }
before(async () => {
  const t = { after: (end: () => Promise<void>) => void ends.push(end) }
  dns = await startDns(t)
  const overrides = { clock, config: { ROLLCALL_DNS_SERVERS: [dns.server] } }
  world = await startWorld(t, { kind: 'oin', auth: 'bearer', overrides })
  inForce = world.handover.scim.token
  at = { tenant: world.tenant.id, connection: world.connection.id }
})
after(async () => {
  for (const end of ends.toReversed()) await end()
})

const refused =
  (code: string, words = /./) =>
  (error: unknown) =>
    error instanceof ApiError && error.code === code && words.test(error.message)

async function hired(givenName: string, familyName: string) {
  const person = await world.hire(givenName, familyName)
  await world.settle()
  return person
}

/** Waits until what is asked for is as told: an answer is there a moment before its request is logged. */
async function comes<T>(ask: () => Promise<T>, expected: T): Promise<void> {
  let seen: T | undefined
  const isThere = async () => {
    await world.app.app.provisioningLog.flush()
    seen = await ask()
    return isDeepStrictEqual(seen, expected)
  }
  await until('as told', isThere).catch(() => assert.deepEqual(seen, expected))
}

/** Somebody who has been handed a link and has opened it. */
async function openLink() {
  const { url, id } = await world.admin.createSetupLink(at)
  const [page = '', link = ''] = url.split('#')
  const visitor = createVisitor(world.app)
  await visitor.api.openSetup({ link })
  return { ...visitor, page, link, id }
}

test('with a link alone an administrator connects Okta, and each step turns green by itself', async () => {
  const { api, page, link } = await openLink()
  const { okta, provisioning, connection } = world
  const green = async () => {
    const { checklist } = await api.readSetup({})
    return checklist.flatMap(({ fact, since }) => (since === null ? [] : [fact]))
  }

  assert.equal(page, `${world.app.url}/setup`)
  assert.match(link, /^rcl_/)
  assert.deepEqual(await green(), [])
  await api.chooseProvider({ provider: 'okta-catalogue' })
  const application = okta.registerOidcApp({ redirectUris: [connection.callbackUrl] })
  const wrong = { ...application, clientSecret: 'of-another' }
  await assert.rejects(api.setSetupApplication(wrong), refused('invalid_input', /client id/))
  const nowhere = { ...application, issuer: `${okta.issuer}/elsewhere` }
  await assert.rejects(api.setSetupApplication(nowhere), refused('invalid_input', /no OpenID/))
  assert.notEqual((await api.readSetup({})).oidcApplication.clientId, application.clientId)
  assert.equal((await api.setSetupApplication(application)).client, 'accepted')

  await done(provisioning.test())
  const reached = ['reachable', 'first-request', 'test-connection']
  await comes(green, reached)

  const nadia = await world.hire('Nadia', 'Osei')
  await world.settle()
  await comes(green, [...reached, 'first-person', 'first-load'])
  await done(provisioning.pushGroup(okta.createGroup('Crew', [nadia])))
  assert.equal((await world.signIn(nadia)).outcome, 'signed-in')

  const { checklist, provider, values, oidcApplication } = await api.readSetup({})
  assert.deepEqual(
    checklist.filter(({ since }) => since === null),
    [],
  )
  assert.deepEqual(
    [provider, values.baseUrl, values.authority, oidcApplication.clientId],
    [
      'okta-catalogue',
      world.handover.scim.baseUrl,
      world.handover.client.authority,
      application.clientId,
    ],
  )
  await comes(async () => {
    const { items } = await api.listSetupLog({ limit: 500 })
    return items.some((it) => it.operation === 'create' && it.resourceType === 'Group')
  }, true)
})

test('mistakes are known by their traces, named with the screen to change, and gone once mended', async () => {
  const { api } = await openLink()
  await api.chooseProvider({ provider: 'okta-wizard' })
  const early = world.okta.hire({ givenName: 'Early', familyName: 'Bird' })
  await world.signIn(early)
  const send = (token: string, body: object) =>
    fetch(`${world.handover.scim.baseUrl}/Groups`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      body: JSON.stringify(body),
    })
  const group = { displayName: 'Same', members: [{ value: `usr_${'0'.repeat(26)}` }] }
  await send(world.handover.scim.token, group)
  clock.turn(1000)
  await send('rcs_wrong', group)
  const found = async () => (await api.readSetup({})).mistakes
  const codes = async () => (await found()).map(({ code }) => code)

  await comes(codes, [
    'token_is_wrong',
    'assigned_before_provisioning',
    'group_for_assignment_and_push',
  ])
  const screens = Object.fromEntries((await found()).map(({ code, screen }) => [code, screen]))
  assert.match(screens['assigned_before_provisioning'] ?? '', /Provision User/)
  assert.match(screens['group_for_assignment_and_push'] ?? '', /Push Groups/)

  clock.turn(1000)
  await done(world.provisioning.assign(early))
  await comes(codes, ['group_for_assignment_and_push'])
})

test('a token is rotated from the setup page without a failed request', async () => {
  const { api } = await openLink() // SEC T-2, T-5
  const lookUp = (token: string) =>
    fetch(`${world.handover.scim.baseUrl}/Users?count=1`, {
      headers: { authorization: `Bearer ${token}` },
    })

  const minted = await api.mintSetupToken({ overlapHours: 1 })

  const { token: old } = world.handover.scim
  assert.deepEqual([(await lookUp(old)).status, (await lookUp(minted.token)).status], [200, 200])
  assert.ok(!JSON.stringify(await api.readSetup({})).includes(minted.token))
  await assert.rejects(api.mintSetupToken({}), refused('conflict', /two live tokens/))
  const id = old.split('_')[1] ?? ''
  await assert.rejects(api.retireSetupToken({ token: id }), refused('conflict', /No other token/))
  clock.turn(2 * MINUTE)
  await lookUp(minted.token)
  const retired = await api.retireSetupToken({ token: id })
  assert.equal(retired.state, 'revoked')
  assert.deepEqual([(await lookUp(old)).status, (await lookUp(minted.token)).status], [401, 200])
  await assert.rejects(api.retireSetupToken({ token: minted.id }), refused('conflict', /No other/))
  inForce = minted.token
  world.provisioning.changeToken(inForce)
})

test('whoever tries to sign in is seen on their way, and a new application names people at once', async () => {
  const { api } = await openLink()
  const { okta, connection } = world
  const other = okta.createAuthorizationServer('other')
  const application = other.registerOidcApp({ redirectUris: [connection.callbackUrl] })
  const entered = { ...application, issuer: `${application.issuer}/` }
  const kept = await api.setSetupApplication(entered)
  assert.deepEqual([kept.client, kept.oidcApplication.issuer], ['accepted', application.issuer])
  const jo = await world.hire('Jo', 'Ray')
  await world.settle()
  const states = async () => {
    const { signInTest } = await api.readSetup({})
    return [signInTest?.state, signInTest?.steps.map(({ step }) => step), signInTest?.code]
  }

  const { url, reference } = await api.testSetupSignIn({})

  assert.deepEqual(await states(), ['waiting', [], null])
  const browser = createBrowser()
  await browser.open(url)
  const way = ['discovered', 'sent-to-idp']
  assert.deepEqual(await states(), ['waiting', way, null])
  await passOkta(browser, jo)
  assert.deepEqual(await states(), ['passed', [...way, 'token-verified', 'tested'], null])
  assert.equal((await api.readSetup({})).signInTest?.reference, reference)
  const late = okta.hire({ givenName: 'Not', familyName: 'Assigned' })
  const stranger = createBrowser()
  clock.turn(1)
  await stranger.open((await api.testSetupSignIn({})).url)
  await passOkta(stranger, late)
  const [state, , code] = await states()
  assert.deepEqual([state, code], ['failed', 'user_not_found'])
  assert.match((await api.readSetup({})).signInTest?.message ?? '', /not/)

  const sent = await fetch(`${world.handover.scim.baseUrl}/Users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${inForce}`, 'content-type': 'application/scim+json' },
    body: JSON.stringify({ userName: late.login, externalId: 'by-another-name' }),
  })
  assert.equal(sent.status, 201)
  await world.settle()
  await api.chooseProvider({ provider: 'onelogin' })
  clock.turn(1)
  const again = createBrowser()
  await again.open((await api.testSetupSignIn({})).url)
  await passOkta(again, late)
  const { signInTest, mistakes } = await api.readSetup({})
  assert.match(signInTest?.message ?? '', /externalId by-another-name, and the token names/)
  const mistake = mistakes.find((known) => known.code === 'external_id_is_not_the_subject')
  assert.match(mistake?.screen ?? '', /SCIM JSON Template: add the line/)
})

test('a secret that the provider does not take any more is named, with what it says, and not the assignment', async (t) => {
  const { api } = await openLink()
  const { issuer, clientId, clientSecret, behave } = await startHostileIdp(t)
  await api.setSetupApplication({ issuer, clientId, clientSecret })
  await api.chooseProvider({ provider: 'entra' })
  const tokenError = { error: 'invalid_client', error_description: 'The secret has expired.' }
  behave({ tokenStatus: 401, tokenError })
  clock.turn(1)

  await createBrowser().open((await api.testSetupSignIn({})).url)

  const { signInTest, mistakes } = await api.readSetup({})
  assert.deepEqual(
    [signInTest?.code, signInTest?.said],
    ['application_refused', 'invalid_client: The secret has expired.'],
  )
  const mistake = mistakes.find((known) => known.reference === signInTest?.reference)
  assert.equal(mistake?.code, 'application_does_not_fit')
  assert.match(mistake.screen, /client secret .* Has the secret ended\?/)
})

test('an application without a secret is tried with our key, which the provider fetches', async () => {
  const { api } = await openLink() // SEC O-7
  const { okta, connection } = world
  const { values } = await api.readSetup({})
  const redirectUris = [connection.callbackUrl]
  const jwksUri = values.jwksUrl
  const { issuer, clientId } = okta.registerOidcApp({ redirectUris, jwksUri })
  const foreign = okta.registerOidcApp({ redirectUris, jwksUri: `${okta.url}/oauth2/v1/keys` })

  await assert.rejects(
    api.setSetupApplication({ issuer, clientId: foreign.clientId }),
    refused('invalid_input', /with our key/),
  )
  const kept = await api.setSetupApplication({ issuer, clientId })

  assert.deepEqual(
    [kept.client, kept.oidcApplication.authentication],
    ['accepted', 'private_key_jwt'],
  )
  assert.equal((await world.signIn(await hired('Kay', 'Lee'))).outcome, 'signed-in')
})

test('OAuth is set up from the page, and whoever was named there lets the provider in', async () => {
  const { api } = await openLink() // SEC T-10
  const { okta, handover } = world
  const consenting = await hired('Con', 'Sent')
  await assert.rejects(
    api.allowSetupOauth({ callback: 'no name', administrator: consenting.login }),
    refused('invalid_input', /Okta app/),
  )

  const app = okta.addApp({
    ...{ name: 'by-oauth', kind: 'aiw', pace: 'full' },
    ...{ baseUrl: handover.scim.baseUrl, auth: { mode: 'oauth' } },
  })

  const given = { callback: app.oauthRedirectUri, administrator: consenting.login }
  const { clientId, clientSecret } = await api.allowSetupOauth(given)

  const browser = world.browserOf(consenting)
  const { authorizeUrl } = await app.startOauth({ ...handover.client, clientId, clientSecret })
  await browser.open(authorizeUrl)
  await passOkta(browser, consenting)
  await browser.submit({}, { button: 'Allow' })
  await done(app.test())
  const grants = (await api.readSetup({})).tokens.filter(({ kind }) => kind === 'oauth')
  assert.deepEqual(
    grants.map(({ state, allowedBy }) => [state, allowedBy]),
    [['live', consenting.login]],
  )
})

test('a domain is claimed and proven for the own connection; another connection’s is not there', async () => {
  const { api } = await openLink() // SEC I-1, I-8
  const { admin, tenant } = world
  const second = await admin.addConnection({ tenant: tenant.id, name: 'Second', label: 'Second' })
  const theirs = { tenant: tenant.id, domain: 'second.example', connectionId: second.connection.id }
  await admin.addDomain(theirs)

  const { record, domain } = await api.addSetupDomain({ domain: 'Acme.Example ' })

  assert.equal(domain, 'acme.example')
  await assert.rejects(api.verifySetupDomain({ domain }), refused('conflict', /yet\. Publish/))
  dns.records.set(record.name, ['google-site-verification=x', `"${record.value}"`])
  await assert.rejects(
    api.verifySetupDomain({ domain }),
    refused('conflict', /has there: "google-site-verification=x", ""rollcall-verification=/),
  )
  dns.records.set(record.name, [record.value])
  assert.notEqual((await api.verifySetupDomain({ domain })).verifiedAt, null)
  for (const act of [api.verifySetupDomain, api.removeSetupDomain])
    await assert.rejects(act({ domain: 'second.example' }), refused('not_found'))
  const [, theirToken = ''] = second.handover.scim.token.split('_')
  await assert.rejects(api.retireSetupToken({ token: theirToken }), refused('not_found'))
  assert.deepEqual(
    (await api.readSetup({})).domains.map((each) => each.domain),
    ['acme.example'],
  )
  await api.removeSetupDomain({ domain })
  assert.deepEqual((await api.readSetup({})).domains, [])
})

test('a link opens its own connection and nothing of the admin API', async () => {
  const { cookies, link } = await openLink() // SEC I-1, C-2
  const cookie = `rollcall_setup=${cookies.get('rollcall_setup')}`
  const get = async (path: string, headers: Record<string, string>) =>
    (await fetch(`${world.app.url}${path}`, { headers })).status

  const handle = cookies.get('rollcall_setup') ?? ''
  const answers = [
    await get('/setup/v1/connection', { cookie }),
    await get('/setup/v1/connection', {}),
    await get('/setup/v1/connection', { cookie, authorization: `Bearer ${link}` }),
    await get('/setup/v1/connection', { cookie: `rollcall_console=${handle}` }),
    await get('/setup/v1/connection', { authorization: `Bearer ${world.app.operatorToken}` }),
    await get(`/admin/v1/tenants/${at.tenant}`, { cookie }),
    await get(`/admin/v1/tenants/${at.tenant}`, { cookie: `rollcall_console=${handle}` }),
    await get(`/admin/v1/tenants/${at.tenant}`, { authorization: `Bearer ${link}` }),
  ]

  assert.deepEqual(answers, [200, 401, 401, 401, 401, 401, 401, 401])
})

test('a write of the setup page from another site is refused', async () => {
  const { cookies } = await openLink() // SEC W-3
  const answer = await fetch(`${world.app.url}/setup/v1/tokens`, {
    method: 'POST',
    headers: {
      cookie: `rollcall_setup=${cookies.get('rollcall_setup')}`,
      'content-type': 'application/json',
      'x-rollcall-console': '1',
      origin: world.app.url,
    },
    body: '{}',
  })

  assert.equal(answer.status, 403)
})

test('a test sign-in that nobody uses is over after an hour', async () => {
  const { api } = await openLink()
  clock.turn(1)
  await api.testSetupSignIn({})

  clock.turn(HOUR)

  assert.equal((await api.readSetup({})).signInTest?.state, 'expired')
})

test('a link that was revoked, has ended or was never one lets nobody in, nor those who are', async () => {
  const revoked = await openLink() // SEC T-3, T-6
  const expired = await openLink()
  const left = await openLink()
  const denied = refused('not_authenticated')

  await world.admin.revokeSetupLink({ ...at, link: revoked.id })
  await left.api.closeSetup({})

  for (const { api } of [revoked, left]) await assert.rejects(api.readSetup({}), denied)
  const { api } = createVisitor(world.app)
  for (const link of [revoked.link, `${expired.link}x`, 'rcl_', world.handover.scim.token])
    await assert.rejects(api.openSetup({ link }), refused('not_authenticated', /new one/))
  clock.turn(5 * HOUR)
  await assert.rejects(expired.api.readSetup({}), denied)
  await api.openSetup({ link: expired.link })
  clock.turn(8 * DAY)
  await assert.rejects(api.openSetup({ link: expired.link }), denied)
  const { items } = await world.admin.listSetupLinks(at)
  const stateOf = (id: string) => items.find((each) => each.id === id)?.state
  assert.deepEqual([stateOf(revoked.id), stateOf(expired.id)], ['revoked', 'expired'])
})

test('what is done with a link is in the audit log of the tenant, under the link', async () => {
  const { items } = await world.admin.listAudit({ tenant: at.tenant, limit: 200 }) // SEC G-2
  const byLink = items.filter(({ actor }) => actor.startsWith('setup-link:lnk_'))
  const acts = new Set(byLink.map(({ act }) => act))

  assert.deepEqual([...acts].toSorted(), [
    'signin.connection-test.prepared',
    'tenants.admin.added',
    'tenants.claim-type-mapping.created',
    'tenants.domain.added',
    'tenants.domain.removed',
    'tenants.domain.verified',
    'tenants.oidc-application.set',
    'tenants.provider.chosen',
    'tenants.provisioning-redirects.set',
    'tenants.provisioning-secret.rotated',
    'tenants.scim-token.minted',
    'tenants.scim-token.revoked',
    'tenants.setup-link.used',
  ])
  assert.ok(!JSON.stringify(items).includes('rcl_'))
})
