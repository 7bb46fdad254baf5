import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DAY, HOUR, MINUTE } from '../../test/support/clock.ts'
import { borrowTestDatabase } from '../../test/support/database.ts'
import { createTestTenants, OPERATOR } from '../../test/support/tenants.ts'
import { mintToken, Refusal, systemRandom } from '../lib/index.ts'

const FROM = '192.0.2.1'

test('unknown, wrong, mistyped and other kinds of token are all nobody', async (t) => {
  const { db } = await borrowTestDatabase(t) // SEC T-1, T-3, C-4
  const { tenants, onboard } = createTestTenants(db)
  const { handover } = await onboard('Acme')
  const { token } = handover.scim
  const other = (await onboard('Other')).handover.scim.token
  const [prefix, lookupId] = token.split('_')
  const unknown = mintToken(systemRandom, 'rcs').token
  const operators = mintToken(systemRandom, 'rca').token
  // The look-up id of one with the secret of another, its check made right.
  const { createHash } = await import('node:crypto')
  const secret = other.slice(25, 68)
  const digest = createHash('sha256').update(`${prefix}_${lookupId}_${secret}`).digest()
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
  const check = Array.from(digest, (byte) => alphabet[byte % 32])
    .join('')
    .slice(0, 6)
  const wrong = `${prefix}_${lookupId}_${secret}_${check}`

  const bad = [
    '',
    'x',
    unknown,
    wrong,
    operators,
    `${token}x`,
    token.toUpperCase(),
    token.slice(0, -1),
  ]
  for (const bearer of bad)
    assert.equal(await tenants.authenticateScim(bearer, FROM), undefined, bearer)

  assert.ok(await tenants.authenticateScim(token, FROM))
})

test('a token ends after 365 days, a revoked one at once, here and within 5 s elsewhere', async (t) => {
  const { db } = await borrowTestDatabase(t) // SEC T-5, T-6
  const { tenants, onboard, clock } = createTestTenants(db)
  const elsewhere = createTestTenants(db, clock)
  const { tenant, connection, handover } = await onboard('Acme')
  const { token } = handover.scim
  const good = async (node: typeof tenants) =>
    (await node.authenticateScim(token, FROM)) !== undefined

  clock.turn(365 * DAY - MINUTE)
  assert.ok((await good(tenants)) && (await good(elsewhere.tenants)))
  clock.turn(2 * MINUTE)
  assert.ok(!(await good(tenants)))

  const { tenantId } = tenant
  const { connectionId } = connection
  const minted = await tenants.mintToken(OPERATOR, tenantId, connectionId, { overlapHours: 168 })
  const goodMinted = async (node: typeof tenants) =>
    (await node.authenticateScim(minted.token, FROM)) !== undefined
  assert.ok((await goodMinted(tenants)) && (await goodMinted(elsewhere.tenants)))
  await tenants.revokeToken(OPERATOR, tenantId, connectionId, minted.lookupId)
  assert.ok(!(await goodMinted(tenants)), 'the node that revoked')
  clock.turn(5000)
  assert.ok(!(await goodMinted(elsewhere.tenants)), 'another node')
})

test('a second token shortens the first to the overlap, a third is refused', async (t) => {
  const { db } = await borrowTestDatabase(t) // SEC T-5
  const { tenants, onboard, clock } = createTestTenants(db)
  const { tenant, connection, handover } = await onboard('Acme')
  const mint = () =>
    tenants.mintToken(OPERATOR, tenant.tenantId, connection.connectionId, { overlapHours: 1 })

  const second = await mint()
  await assert.rejects(mint(), (error: unknown) => {
    return error instanceof Refusal && error.code === 'conflict'
  })
  assert.ok(await tenants.authenticateScim(handover.scim.token, FROM), 'within the overlap')

  clock.turn(HOUR + MINUTE)
  assert.equal(await tenants.authenticateScim(handover.scim.token, FROM), undefined)
  assert.ok(await tenants.authenticateScim(second.token, FROM))
  await mint()
})

test('of many mintings at once, at most two tokens live', async (t) => {
  const { db } = await borrowTestDatabase(t) // SEC T-5, F-2
  const { tenants, onboard } = createTestTenants(db)
  const { tenant, connection } = await onboard('Acme')

  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, () =>
      tenants.mintToken(OPERATOR, tenant.tenantId, connection.connectionId, { overlapHours: 168 }),
    ),
  )

  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  const tokens = await tenants.listTokens(tenant.tenantId, connection.connectionId)
  assert.equal(tokens.length, 2)
})

test('a suspended tenant and a disabled connection are known for what they are', async (t) => {
  const { db } = await borrowTestDatabase(t) // SEC I-11
  const { tenants, onboard } = createTestTenants(db)
  const { tenant, connection, handover } = await onboard('Acme')
  const { tenantId } = tenant
  const look = async () => {
    const caller = await tenants.authenticateScim(handover.scim.token, FROM)
    return [caller?.tenantSuspended, caller?.connectionDisabled]
  }

  assert.deepEqual(await look(), [false, false])
  await tenants.suspendTenant(OPERATOR, tenantId)
  assert.deepEqual(await look(), [true, false])
  await tenants.resumeTenant(OPERATOR, tenantId)
  await tenants.disableConnection(OPERATOR, tenantId, connection.connectionId)
  assert.deepEqual(await look(), [false, true])
  await tenants.enableConnection(OPERATOR, tenantId, connection.connectionId)
  assert.deepEqual(await look(), [false, false])
})

test('the last use of a token is kept, at most once a minute', async (t) => {
  const { db } = await borrowTestDatabase(t) // SEC T-5
  const { tenants, onboard, clock } = createTestTenants(db)
  const { tenant, connection, handover } = await onboard('Acme')
  const lastUse = async () => {
    const [token] = await tenants.listTokens(tenant.tenantId, connection.connectionId)
    return token && [token.lastUsedAt?.toISOString(), token.lastUsedFrom]
  }

  await tenants.authenticateScim(handover.scim.token, FROM)
  const first = [clock().toISOString(), FROM]
  assert.deepEqual(await lastUse(), first)
  clock.turn(30_000)
  await tenants.authenticateScim(handover.scim.token, '192.0.2.2')
  assert.deepEqual(await lastUse(), first)
  clock.turn(31_000)
  await tenants.authenticateScim(handover.scim.token, '192.0.2.2')
  assert.deepEqual(await lastUse(), [clock().toISOString(), '192.0.2.2'])
})

test('an access token of the Authority speaks for its connection', async (t) => {
  const { db } = await borrowTestDatabase(t) // SEC T-10
  const { onboard, clock, tenants: before } = createTestTenants(db)
  const { tenant, connection } = await onboard('Acme')
  const { createTenants } = await import('./create-tenants.ts')
  const { createAudit } = await import('../audit/index.ts')
  const { createHash } = await import('node:crypto')
  const { createIds, createKeyRing, wrappingKey } = await import('../lib/index.ts')
  const newId = createIds({ now: clock, random: systemRandom })
  const used: unknown[] = []
  const tenants = createTenants({
    db,
    clock,
    newId,
    audit: createAudit({ db, newId, clock }),
    random: systemRandom,
    masterKey: createKeyRing([wrappingKey(Buffer.alloc(32, 1))]),
    publicUrl: 'https://id.example.com',
    resourceTypes: [],
    dnsServers: [],
    accessTokens: () => ({
      read: async (tenantId, token) =>
        tenantId === tenant.tenantId && token === 'opaque-token'
          ? { connectionId: connection.connectionId, credentialId: 'gra_x' }
          : undefined,
      noteUse: async (...use) => void used.push(use),
    }),
    onOnboarding: async () => undefined,
  })
  const credential = createHash('sha256').update('opaque-token').digest('hex')
  await db.platform((trx) =>
    trx
      .insertInto('credential_tenant')
      .values({ credential, tenant_id: tenant.tenantId })
      .execute(),
  )

  const caller = await tenants.authenticateScim('opaque-token', FROM)

  assert.deepEqual(caller?.credential, { kind: 'oauth', id: 'gra_x' })
  assert.equal(caller?.connectionId, connection.connectionId)
  clock.turn(3000)
  await tenants.authenticateScim('opaque-token', FROM)
  assert.deepEqual(used, [[tenant.tenantId, 'gra_x', FROM]], 'once a minute')
  assert.equal(await tenants.authenticateScim('opaque-tokens', FROM), undefined)
  assert.equal(await before.authenticateScim('opaque-token', FROM), undefined)
})
