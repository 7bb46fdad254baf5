import assert from 'node:assert/strict'
import { test } from 'node:test'
import { borrowTestDatabase } from '../../test/support/database.ts'
import { createTestTenants, OPERATOR, REDIRECT } from '../../test/support/tenants.ts'
import { isId, Refusal } from '../lib/index.ts'
import { oktaCallbacks } from './urls.ts'

const refusal = (code: string) => (error: unknown) =>
  error instanceof Refusal && error.code === code

test('onboarding hands over the two blocks, and each secret in them is good', async (t) => {
  const { db } = await borrowTestDatabase(t)
  const { tenants, onboard } = createTestTenants(db)

  const { tenant, connection, handover } = await onboard('Acme')

  assert.deepEqual(Object.keys(handover), ['client', 'scim'])
  const { client, scim } = handover
  assert.equal(client.authority, `https://id.example.com/t/${tenant.tenantId}`)
  assert.equal(client.redirectUri, REDIRECT)
  assert.equal(client.scope, 'openid profile scim offline_access')
  assert.ok(isId('cli', client.clientId))
  assert.equal(scim.baseUrl, `https://id.example.com/scim/v2/${connection.connectionId}`)
  const caller = await tenants.authenticateScim(scim.token, '192.0.2.1')
  assert.deepEqual(
    [caller?.tenantId, caller?.connectionId],
    [tenant.tenantId, connection.connectionId],
  )
})

test('nothing that was handed over is kept in a readable form', async (t) => {
  const { db, ownerPool } = await borrowTestDatabase(t) // SEC T-2
  const { handover } = await createTestTenants(db).onboard('Acme')

  const tables = ['scim_token', 'provisioning_client', 'credential_tenant', 'audit_log']
  const kept: string[] = []
  for (const table of tables)
    kept.push(JSON.stringify((await ownerPool.query(`select * from ${table}`)).rows))

  const secretOf = handover.scim.token.split('_').slice(2).join('_').slice(0, 43)
  for (const secret of [handover.scim.token, secretOf, handover.client.clientSecret])
    assert.ok(!kept.join('').includes(secret))
})

test('a name is taken in any letter case, a label over the whole platform', async (t) => {
  const { db, ownerPool } = await borrowTestDatabase(t) // SEC N-1
  const { tenants, onboard } = createTestTenants(db)
  await onboard('Acme')

  await assert.rejects(onboard('ACME'), refusal('already_exists'))
  await assert.rejects(onboard('ACME'), { command: 'tenant show', message: /Choose another name/ })
  const sameLabel = {
    name: 'Other',
    label: 'aCME',
    kind: 'okta',
    redirectUris: [REDIRECT],
  } as const
  await assert.rejects(tenants.onboard(OPERATOR, sameLabel), refusal('already_exists'))

  const { rows } = await ownerPool.query('select count(*)::int as n from connection')
  assert.equal(rows[0].n, 1, 'the refused ones left nothing behind')
})

test('two onboardings of one name at once: one is there, the other is refused', async (t) => {
  const { db, ownerPool } = await borrowTestDatabase(t) // SEC F-2
  const { onboard } = createTestTenants(db)

  const outcomes = await Promise.allSettled(['acme', 'Acme', 'ACME', 'aCme'].map(onboard))

  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') assert.ok(refusal('already_exists')(outcome.reason))
  const { rows } = await ownerPool.query('select count(*)::int as n from tenant')
  assert.equal(rows[0].n, 1)
})

test('the label is made from the name, and asked for when the name gives none', async (t) => {
  const { db } = await borrowTestDatabase(t)
  const { onboard } = createTestTenants(db)

  assert.equal((await onboard('Żółw & Söhne')).connection.label, 'Zo-w-Sohne')
  await assert.rejects(onboard('日本'), /No label can be made of the name "日本"\. Give one/)
})

test('names with invisible characters, like an id, or empty are refused', async (t) => {
  const { db } = await borrowTestDatabase(t) // SEC P-13
  const { onboard } = createTestTenants(db)

  for (const name of ['', '   ', 'ac\u202Eme', 'ac\nme', `ten_${'0'.repeat(26)}`, 'x'.repeat(101)])
    await assert.rejects(onboard(name), refusal('invalid_input'), JSON.stringify(name))
})

test('a callback that a browser must not be sent to is refused', async (t) => {
  const { db } = await borrowTestDatabase(t) // SEC O-2
  const { tenants } = createTestTenants(db)
  const bad = [
    'http://evil.example/cb',
    'https://user:word@site.example/cb',
    'https://site.example/cb#part',
    'javascript:alert(1)',
    '/relative',
    'https://site.example\\@evil.example/',
  ]

  for (const uri of bad)
    await assert.rejects(
      tenants.onboard(OPERATOR, { name: 'Acme', kind: 'okta', redirectUris: [uri] }),
      refusal('invalid_input'),
      uri,
    )
})

test('an onboarding is in the audit log, with ids and without a secret', async (t) => {
  const { db } = await borrowTestDatabase(t) // SEC G-2
  const { audit, onboard } = createTestTenants(db)

  const { tenant, handover } = await onboard('Acme')

  const [entry, ...more] = await audit.list(tenant.tenantId, { limit: 10 })
  assert.equal(more.length, 0)
  assert.deepEqual(
    [entry?.act, entry?.actor, entry?.object],
    ['tenants.tenant.onboarded', 'key:test', tenant.tenantId],
  )
  assert.ok(!JSON.stringify(entry).includes(handover.client.clientSecret))
  assert.ok(!JSON.stringify(entry).includes(handover.scim.token))
})

test("Okta's callbacks are made for an app's name", () => {
  assert.deepEqual(oktaCallbacks('acme_1'), [
    'https://system-admin.okta.com/admin/app/cpc/acme_1/oauth/callback',
    'https://system-admin.okta-emea.com/admin/app/cpc/acme_1/oauth/callback',
    'https://system-admin.oktapreview.com/admin/app/cpc/acme_1/oauth/callback',
  ])
  assert.throws(() => oktaCallbacks('../evil'), refusal('invalid_input'))
})
