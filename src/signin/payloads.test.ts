import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import {
  createIds,
  type IdentityId,
  createKeyRing,
  systemRandom,
  wrappingKey,
} from '../lib/index.ts'
import { createTestClock, MINUTE } from '../../test/support/clock.ts'
import { borrowTestDatabase } from '../../test/support/database.ts'
import { createTestTenants } from '../../test/support/tenants.ts'
import { until } from '../../test/support/world.ts'
import { endAccess } from '../identity/index.ts'
import { begunAt } from './begun.ts'
import { hashOf } from './digests.ts'
import { createPayloads } from './payloads.ts'
import { createPendingWrites } from './pending-writes.ts'

async function startPayloads(t: TestContext) {
  const database = await borrowTestDatabase(t)
  const clock = createTestClock()
  const { onboard } = createTestTenants(database.db, clock)
  const [acme, globex] = [await onboard('Acme'), await onboard('Globex')]
  const newId = createIds({ now: clock, random: systemRandom })
  const writes = createPendingWrites(database)
  const payloads = createPayloads({
    db: database.db,
    clock,
    random: systemRandom,
    masterKey: createKeyRing([wrappingKey(Buffer.alloc(32, 7))]),
    writes,
  })
  const { tenantId } = acme.tenant
  /** A person of the identity store, as the loader would have left them. */
  const person = async (state: 'active' | 'inactive' = 'active'): Promise<IdentityId> => {
    const identityId: IdentityId = newId('idn')
    await database.db.inTenant(tenantId, (trx) =>
      trx
        .insertInto('identity')
        .values({
          tenant_id: tenantId,
          identity_id: identityId,
          connection_id: acme.connection.connectionId,
          resource_id: identityId.replace('idn', 'usr'),
          kind: 'person',
          state,
          label: 'Acme',
          name: identityId,
          name_folded: identityId,
          properties: '{}',
          created_at: clock(),
          changed_at: clock(),
        })
        .execute(),
    )
    return identityId
  }
  return {
    ...database,
    clock,
    payloads,
    writes,
    tenantId,
    neighbour: globex.tenant.tenantId,
    person,
    of: (model: string) => payloads.adapter(tenantId, model),
    /** As the token endpoint does it, for a request of its own. */
    redeem: (asked: {
      readonly code: string
      readonly token: string
      readonly accountId: string
    }) =>
      writes.during(tenantId, async () => {
        const { code, token: jti, accountId } = asked
        await payloads.adapter(tenantId, 'AuthorizationCode').consume(code)
        await payloads.adapter(tenantId, 'AccessToken').upsert(jti, { jti, accountId }, 60)
      }),
  }
}

test('what is kept is found by its id until it expires, and by nobody else', async (t) => {
  const { of, payloads, neighbour, clock } = await startPayloads(t)
  await of('AuthorizationCode').upsert('code-1', { jti: 'code-1', kind: 'AuthorizationCode' }, 60)

  assert.equal((await of('AuthorizationCode').find('code-1'))?.jti, 'code-1')
  assert.equal(await of('AuthorizationCode').find('code-2'), undefined)
  assert.equal(await of('AccessToken').find('code-1'), undefined)
  assert.equal(await payloads.adapter(neighbour, 'AuthorizationCode').find('code-1'), undefined)
  clock.turn(61_000)
  assert.equal(await of('AuthorizationCode').find('code-1'), undefined)
})

test('who shows a code needs its session and its grant next, and those are read with it, once', async (t) => {
  const { of, person, tenantId, writes, appPool } = await startPayloads(t)
  const accountId = await person()
  const shown = { jti: 'c', kind: 'AuthorizationCode', accountId, grantId: 'g', sessionUid: 'u' }
  await of('Session').upsert('s', { jti: 's', uid: 'u', accountId }, 60)
  await of('Grant').upsert('g', { jti: 'g', accountId }, 60)
  await of('AuthorizationCode').upsert('c', shown, 60)
  let asked = 0
  appPool.on('acquire', () => (asked += 1))
  const read = async () => [
    (await of('AuthorizationCode').find('c'))?.jti,
    (await of('Session').findByUid('u'))?.jti,
    (await of('Grant').find('g'))?.jti,
  ]

  await writes.during(tenantId, async () => {
    assert.deepEqual([await read(), asked], [['c', 's', 'g'], 1])
    assert.deepEqual([(await of('Grant').find('g'))?.jti, asked], ['g', 2], 'anew')
    await of('AuthorizationCode').find('c')
    await of('Grant').destroy('g')
    assert.equal(await of('Grant').find('g'), undefined, 'what was read ahead is forgotten')
  })
  assert.deepEqual(await read(), ['c', 's', undefined])
})

// SEC K-1
test('a payload that is copied to another row does not open', async (t) => {
  const { of, db, tenantId } = await startPayloads(t)
  await of('Session').upsert('mine', { jti: 'mine', uid: 'u1' }, 60)
  await of('Session').upsert('other', { jti: 'other', uid: 'u2' }, 60)

  await db.inTenant(tenantId, async (trx) => {
    const { payload } = await trx
      .selectFrom('oidc_payload')
      .select('payload')
      .where('tenant_id', '=', tenantId)
      .where('id_hash', '=', hashOf('other'))
      .executeTakeFirstOrThrow()
    await trx
      .updateTable('oidc_payload')
      .set({ payload: JSON.stringify(payload) })
      .where('tenant_id', '=', tenantId)
      .where('id_hash', '=', hashOf('mine'))
      .execute()
  })

  await assert.rejects(async () => of('Session').find('mine'))
  assert.equal((await of('Session').findByUid('u2'))?.jti, 'other')
})

// SEC T-8
test('of many who consume a code one succeeds', async (t) => {
  const { of } = await startPayloads(t)
  await of('AuthorizationCode').upsert('c', { jti: 'c' }, 60)

  const results = await Promise.allSettled(
    Array.from({ length: 10 }, async () => of('AuthorizationCode').consume('c')),
  )

  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.ok((await of('AuthorizationCode').find('c'))?.consumed)
})

// SEC T-10
test('a refresh token of provisioning that is repeated within a minute is not yet consumed, later it is', async (t) => {
  const { of, clock } = await startPayloads(t)
  const token = { jti: 'r', kind: 'RefreshToken', clientId: `cli_${'0'.repeat(26)}` }
  await of('RefreshToken').upsert('r', token, 3600)
  await of('RefreshToken').consume('r')

  assert.equal((await of('RefreshToken').find('r'))?.consumed, undefined)
  await of('RefreshToken').consume('r')
  clock.turn(MINUTE)
  assert.ok((await of('RefreshToken').find('r'))?.consumed)
})

// SEC O-6
test('a refresh token of a site is consumed by its first use, and of many at the same time one wins', async (t) => {
  const { of } = await startPayloads(t)
  const token = { jti: 'r', kind: 'RefreshToken', clientId: `sit_${'0'.repeat(26)}` }
  await of('RefreshToken').upsert('r', token, 3600)

  const results = await Promise.allSettled(
    Array.from({ length: 10 }, async () => of('RefreshToken').consume('r')),
  )

  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.ok((await of('RefreshToken').find('r'))?.consumed)
})

// SEC O-7, T-8
test('what is kept to be recognized is written once, of many at the same time by one', async (t) => {
  const { of } = await startPayloads(t)

  const results = await Promise.allSettled(
    Array.from({ length: 10 }, async () => of('ReplayDetection').upsert('j', { jti: 'j' }, 60)),
  )

  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
})

// SEC F-13, N-4
test('nothing is kept for a person who is not active', async (t) => {
  const { of, person } = await startPayloads(t)
  const inactive = await person('inactive')

  for (const model of ['Session', 'AccessToken', 'AuthorizationCode', 'Grant'])
    await assert.rejects(
      async () => of(model).upsert('x', { jti: 'x', accountId: inactive }, 60),
      /not active any more|invalid_grant/,
    )
  assert.equal(await of('Session').find('x'), undefined)
})

// SEC F-13
test('a session that begins while its person is being deactivated is ended by it, or not begun', async (t) => {
  const { of, person, db, tenantId, payloads } = await startPayloads(t)

  for (let round = 0; round < 20; round += 1) {
    const identityId = await person()
    const deactivate = db.inTenant(tenantId, async (trx) => {
      await trx
        .updateTable('identity')
        .set({ state: 'inactive' })
        .where('tenant_id', '=', tenantId)
        .where('identity_id', '=', identityId)
        .execute()
      await payloads.forget(trx, tenantId, [identityId])
    })
    await Promise.allSettled([
      deactivate,
      of('Session').upsert(`s${round}`, { jti: `s${round}`, accountId: identityId }, 60),
    ])

    assert.equal(await of('Session').find(`s${round}`), undefined, `round ${round}`)
  }
})

// SEC F-13
test('what began before the access of its person was ended is not written after, nor found', async (t) => {
  const { of, person, db, tenantId, payloads, clock } = await startPayloads(t)
  const identityId = await person()
  const before = clock()
  const login = { result: { login: { accountId: identityId } } }
  await of('Interaction').upsert('i', { jti: 'i', ...login }, 60)
  clock.turn(1)

  await db.inTenant(tenantId, async (trx) => {
    await endAccess(trx, tenantId, [identityId], clock())
    await payloads.forget(trx, tenantId, [identityId])
  })

  assert.equal(await of('Interaction').find('i'), undefined, 'who was about to be signed in')
  for (const [model, payload] of [
    ['Interaction', login],
    ['Session', { accountId: identityId }],
    ['AccessToken', { accountId: identityId }],
  ] as const)
    await assert.rejects(
      async () => begunAt(before, () => of(model).upsert('x', { jti: 'x', ...payload }, 60)),
      /invalid_grant/,
    )
  await of('Session').upsert('y', { jti: 'y', accountId: identityId }, 60)
  assert.equal((await of('Session').find('y'))?.jti, 'y', 'what begins now goes on')
})

// SEC F-13
test('a sign-in that crosses the end of access is ended by it, or not begun', async (t) => {
  const { of, person, db, tenantId, payloads, clock } = await startPayloads(t)

  for (let round = 0; round < 20; round += 1) {
    const identityId = await person()
    const before = clock()
    clock.turn(1)
    const end = db.inTenant(tenantId, async (trx) => {
      await endAccess(trx, tenantId, [identityId], clock())
      await payloads.forget(trx, tenantId, [identityId])
    })
    const session = { jti: `s${round}`, accountId: identityId }
    const signIn = begunAt(before, () => of('Session').upsert(session.jti, session, 60))
    await Promise.allSettled([end, signIn])

    assert.equal(await of('Session').find(session.jti), undefined, `round ${round}`)
  }
})

// SEC T-8
test('of many who redeem codes at once each gets what is theirs, of those with the same code one', async (t) => {
  const { of, person, redeem } = await startPayloads(t)
  const people = await Promise.all([person(), person(), person('inactive')])
  const codes = people.map((_, index) => `c${index}`)
  for (const jti of codes) await of('AuthorizationCode').upsert(jti, { jti }, 60)
  const asked = Array.from({ length: 30 }, (_, index) => ({
    code: codes[index % 3] ?? '',
    token: `t${index}`,
    accountId: people[index % 3] as IdentityId,
  }))

  const results = await Promise.allSettled(asked.map(redeem))

  const won = asked.filter((_, index) => results[index]?.status === 'fulfilled')
  assert.deepEqual(won.map(({ code }) => code).toSorted(), ['c0', 'c1'])
  for (const { token, accountId } of asked) {
    const kept = (await of('AccessToken').find(token))?.accountId
    assert.equal(kept, won.some((each) => each.token === token) ? accountId : undefined)
  }
  const used = await Promise.all(codes.map((code) => of('AuthorizationCode').find(code)))
  assert.deepEqual(used.map((code) => code?.['consumed'] !== undefined).slice(0, 2), [true, true])
})

// SEC F-2, F-13
test('who redeems a code waits for the end of access of its person before the code is held, and nobody waits with them', async (t) => {
  const { of, person, redeem, clock, ownerPool } = await startPayloads(t)
  const [accountId, other] = [await person(), await person()]
  await of('AuthorizationCode').upsert('c', { jti: 'c', accountId }, 60)
  await of('AuthorizationCode').upsert('d', { jti: 'd', accountId: other }, 60)
  const loader = await ownerPool.connect()
  await loader.query('begin')
  await loader.query('update identity set access_ended_at = $2 where identity_id = $1', [
    ...[accountId, new Date(clock().getTime() + 1)],
  ])

  const refused = assert.rejects(redeem({ code: 'c', token: 't', accountId }), /invalid_grant/)
  await redeem({ code: 'd', token: 'u', accountId: other })
  await until('the redemption waits', async () => {
    const waiting = await ownerPool.query(
      'select 1 from pg_stat_activity where $1 = any (pg_blocking_pids(pid))',
      [(await loader.query('select pg_backend_pid() as pid')).rows[0].pid],
    )
    return waiting.rows.length > 0
  })

  const held = await loader
    .query('select 1 from oidc_payload where id_hash = $1 for update nowait', [hashOf('c')])
    .catch(String)
  await loader.query('commit').finally(() => loader.release(true))
  await refused
  assert.equal(typeof held === 'string' ? held : held.rows.length, 1, 'the loader goes on')
})

test('an access token for SCIM leads to its tenant, and what has expired is cleared away with those that follow', async (t) => {
  const { of, db, clock, ownerPool } = await startPayloads(t)
  const token = { jti: 't', scope: 'openid scim', clientId: 'cli_x' }
  await of('AccessToken').upsert('t', token, 60)
  await of('AccessToken').upsert('u', { jti: 'u', scope: 'openid' }, 60)
  const leads = () =>
    db.platform((trx) => trx.selectFrom('credential_tenant').select('credential').execute())
  assert.ok((await leads()).some(({ credential }) => credential === hashOf('t')))
  assert.ok(!(await leads()).some(({ credential }) => credential === hashOf('u')))

  clock.turn(2 * MINUTE)
  const later = Array.from({ length: 16 }, (_, index) => `v${index}`)
  for (const jti of later) await of('AccessToken').upsert(jti, { jti, scope: 'openid' }, 60)

  assert.ok(!(await leads()).some(({ credential }) => credential === hashOf('t')))
  const { rows } = await ownerPool.query('select count(*)::int as kept from oidc_payload')
  assert.equal(rows[0].kept, later.length)
})

test('of sixteen new tokens at the same time one clears away what has expired, and no more than its share', async (t) => {
  const { of, clock, ownerPool } = await startPayloads(t)
  const upsert = (count: number, prefix: string) =>
    Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const jti = `${prefix}${index}`
        await of('ClientCredentials').upsert(jti, { jti }, 60)
      }),
    )
  await upsert(160, 'old')
  clock.turn(2 * MINUTE)

  await upsert(16, 'new')

  const { rows } = await ownerPool.query('select count(*)::int as kept from oidc_payload')
  assert.equal(rows[0].kept, 160 - 50 + 16)
})
