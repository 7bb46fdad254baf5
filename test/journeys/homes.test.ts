/** A customer with two identity providers: how it is known where somebody signs in. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Browser, createBrowser } from '../../simulator/index.ts'
import { startDns } from '../support/dns.ts'
import { startHostileIdp } from '../support/hostile-idp.ts'
import { isRefused } from '../support/refused.ts'
import { startWorld, type World } from '../support/world.ts'

const SUBJECT = '00u-of-nobody'

test('people of two identity providers pick theirs once, and are sent on by their domain once it is verified', async (t) => {
  const dns = await startDns(t)
  const world = await startWorld(t, {
    kind: 'oin',
    auth: 'bearer',
    overrides: { config: { ROLLCALL_DNS_SERVERS: [dns.server] } },
  })
  const { admin, tenant, site, settle, connection: okta } = world
  const idp = await startHostileIdp(t)
  const { connection, handover } = await admin.addConnection({
    tenant: tenant.id,
    name: 'Birch Works',
    label: 'Birch',
    kind: 'other',
    redirectUris: ['https://birch.example/callback'],
  })
  await assert.rejects(
    admin.addConnection({ tenant: tenant.id, name: 'Again', label: 'bIRCH' }),
    isRefused('already_exists', /names another connection/),
  )
  const { issuer, clientId, clientSecret } = idp
  const at = { tenant: tenant.id, connection: connection.id }
  await admin.changeConnection({ ...at, oidcApplication: { issuer, clientId, clientSecret } })
  await admin.createClaimTypeMapping({ tenant: tenant.id, connectionId: connection.id, issuer })
  await provision(handover.scim)
  await settle()
  const visit = (browser: Browser, wishes = '') => browser.open(`${site.url}/login${wishes}`)

  const browser = createBrowser()
  const picker = await visit(browser)

  assert.equal(picker.heading, 'Where do you work?')
  assert.deepEqual(
    picker.links.map(({ text }) => text),
    ['Okta', 'Birch Works'],
  )
  assert.match((await browser.follow('Birch Works')).text, /Hello, Jane Roe/)
  assert.match(
    (await visit(browser, '?prompt=login')).text,
    /Sign-in could not|could not be verified/,
  )
  assert.equal(idp.last.authorize.get('prompt'), 'login', 'sent where they were last')
  assert.equal((await visit(browser, '?prompt=select_account')).heading, 'Where do you work?')
  assert.match((await browser.follow('Birch Works')).text, /Hello, Jane Roe/)

  const named = { tenant: tenant.id, domain: 'birch.example' }
  const { record } = await admin.addDomain({ ...named, connectionId: connection.id })
  await assert.rejects(admin.verifyDomain(named), isRefused('conflict', /no TXT record/))
  dns.records.set(record.name, ['v=spf1 -all', `${record.value}x`])
  await assert.rejects(admin.verifyDomain(named), isRefused('conflict', /no TXT record/))
  assert.equal((await visit(createBrowser())).links.length, 2, 'it counts only once verified')
  dns.records.set(record.name, ['v=spf1 -all', record.value])
  assert.notEqual((await admin.verifyDomain(named)).verifiedAt, null)

  const asked = createBrowser()
  const question = await visit(asked)
  assert.equal(question.forms[0]?.fields[0]?.name, 'email')
  const unknown = await asked.submit({ email: 'jane@nowhere.example' })
  assert.deepEqual(
    unknown.links.map(({ text }) => text),
    ['Okta', 'Birch Works'],
  )
  await visit(asked)
  assert.match((await asked.submit({ email: 'jane@BIRCH.example' })).text, /Hello, Jane Roe/)
  assert.equal(idp.last.authorize.get('login_hint'), 'jane@BIRCH.example')
  const listed = createBrowser()
  await visit(listed)
  assert.equal((await listed.follow('Choose from a list')).links.length, 2)
  assert.match((await visit(createBrowser(), '?login_hint=j@birch.example')).text, /Hello, Jane/)

  const { admin: operator } = await world.app.onboard('Cedar').then(() => world)
  const claimed = await operator.addDomain({ tenant: 'Cedar', domain: 'BIRCH.example' })
  dns.records.set(claimed.record.name, [record.value, claimed.record.value])
  await assert.rejects(
    operator.verifyDomain({ tenant: 'Cedar', domain: 'birch.example' }),
    isRefused('already_exists', /verified for somebody else/),
  )
  await admin.removeDomain(named)
  await operator.verifyDomain({ tenant: 'Cedar', domain: 'birch.example' })
  assert.deepEqual((await admin.listDomains({ tenant: tenant.id })).items, [])
  assert.equal((await visit(createBrowser())).links.length, 2)
  await admin.changeConnection({ tenant: tenant.id, connection: okta.id, disabled: true })
  assert.match((await visit(createBrowser())).text, /Hello, Jane/, 'the only one is not asked for')

  await admin.changeConnection({ tenant: tenant.id, connection: okta.id, disabled: false })
  await removeBirch(world, at, handover.scim)
  assert.equal((await visit(browser)).heading, 'Sign in', 'at Okta, and Jane is nobody')
})

/** The second identity provider goes, and Jane with it, whom the brake would hold if she left by herself. */
async function removeBirch(
  { admin, tenant, app, settle }: World,
  at: { tenant: string; connection: `con_${string}` },
  scim: { baseUrl: string; token: string },
): Promise<void> {
  const named = { tenant: tenant.id }
  const jane = await admin.readIdentityByFqn({ ...named, fqn: 'Birch:jane@birch.example' })
  const brake = { atLeast: 0, share: 0.01, windowMinutes: 60, cutsAccess: false }
  await admin.changeBrake({ ...named, ...brake })
  await assert.rejects(admin.removeConnection(at), isRefused('conflict', /enabled. Disable it/))
  await assert.rejects(
    admin.removeConnection({ ...at, tenant: 'Cedar' }),
    isRefused('not_found', /no connection/),
  )
  await admin.changeConnection({ ...at, disabled: true })

  const done = await admin.removeConnection(at)
  await settle()

  assert.deepEqual(done, { resourcesRemoved: 1, isGone: true })
  assert.equal((await admin.readIdentity({ ...named, identity: jane.id })).state, 'deleted')
  assert.equal((await admin.readSync(named)).held, 0)
  const { status } = await fetch(`${scim.baseUrl}/Users`, {
    headers: { authorization: `Bearer ${scim.token}` },
  })
  assert.equal(status, 401)
  await assert.rejects(admin.removeConnection(at), isRefused('not_found', /no connection/))
  const again = { name: 'Birch', label: 'BIRCH' }
  await assert.rejects(
    admin.addConnection({ tenant: 'Cedar', ...again }),
    isRefused('already_exists', /names another connection/),
  )
  const { connection } = await admin.addConnection({ ...named, ...again })
  assert.equal(connection.label, 'BIRCH', 'the label stays with its tenant')
  assert.equal(app.log.filter((line) => line.includes('"level":50')).length, 0)
}

test('what is no domain is not claimed', async (t) => {
  const { admin, tenant } = await startWorld(t, { kind: 'oin', auth: 'bearer' })

  for (const domain of ['acme', '127.0.0.1', 'a b.example', 'x@acme.example', '-a.example', 'a..b'])
    await assert.rejects(
      admin.addDomain({ tenant: tenant.id, domain }),
      isRefused('invalid_input', /no domain/),
    )
  const { domain } = await admin.addDomain({ tenant: tenant.id, domain: 'Bücher.example' })
  assert.equal(domain, 'xn--bcher-kva.example')
  await assert.rejects(
    admin.addDomain({ tenant: tenant.id, domain: 'bücher.EXAMPLE' }),
    isRefused('already_exists', /claimed here already/),
  )
})

async function provision({ baseUrl, token }: { baseUrl: string; token: string }): Promise<void> {
  const response = await fetch(`${baseUrl}/Users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
    body: JSON.stringify({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: 'jane@birch.example',
      externalId: SUBJECT,
      displayName: 'Jane Roe',
      name: { givenName: 'Jane', familyName: 'Roe' },
      active: true,
    }),
  })
  assert.equal(response.status, 201)
}
