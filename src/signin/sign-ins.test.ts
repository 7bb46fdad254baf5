import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestClock, DAY } from '../../test/support/clock.ts'
import { borrowTestDatabase, createTestDatabase } from '../../test/support/database.ts'
import { listenTo } from '../../test/support/statements.ts'
import { createIds, systemRandom, type TenantId } from '../lib/index.ts'
import { createPendingWrites } from './pending-writes.ts'
import { createSignIns, type SignInsAsk } from './sign-ins.ts'

const NOW = new Date('2026-03-01T12:00:00.000Z')
/** As many as an hour brings, of whom nobody asks. */
const OTHERS = `
  insert into sign_in (tenant_id, sign_in_id, client_id, connection_id, identity_id, outcome, steps, started_at)
  select $1, 'sgn_0' || lpad(n::text, 6, '0'), 'sit_other', 'con_other', 'idn_other', 'signed-in', '[]', $2
    from generate_series(1, 5000) n`

test('none but those that are asked for are read, however many there are', async (t) => {
  const { db, appPool, ownerPool } = await createTestDatabase(t)
  const newId = createIds({ now: () => NOW, random: systemRandom })
  const tenantId = newId('ten')
  const writes = createPendingWrites({ db })
  const given = { db, clock: () => NOW, newId, tallies: { signIn: () => {} }, writes }
  const signIns = createSignIns(given)
  const [site, person, connectionId] = [newId('sit'), newId('idn'), newId('con')]
  const code = 'user_not_found'
  const reference = await signIns.begin(tenantId, site, {})
  const found = { connectionId, identityId: person, outcome: 'refused', code } as const
  await signIns.add(tenantId, reference, 'refused', {}, found)
  await db.inTenantOnce(tenantId, '', OTHERS, [tenantId, NOW])
  await ownerPool.query('analyze sign_in')
  const sent = listenTo(appPool)

  for (const ask of [
    { clientId: site },
    { connectionId },
    { identityId: person },
    { outcome: 'refused' as const },
    { code },
  ])
    assert.equal((await signIns.signIns(tenantId, { ...ask, limit: 50 })).length, 1)
  assert.equal((await signIns.findSignIn(reference))?.signInId, reference)

  const asked = [...sent.values()].filter(({ text }) => text.includes('"sign_in"'))
  assert.equal(asked.length, 6)
  for (const { text, values } of asked) {
    const { rows } = await ownerPool.query<{ 'QUERY PLAN': string }>(
      `explain (analyze, costs off, timing off, summary off) ${text}`,
      [...values],
    )
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
    assert.doesNotMatch(plan, /Rows Removed by Filter|Seq Scan|Sort/, plan)
    assert.doesNotMatch(plan, /rows=[2-9]|rows=\d{2}/, plan)
  }
})

test('sign-ins are found by person, site, connection, outcome, code and time, the latest first', async (t) => {
  const { db } = await borrowTestDatabase(t)
  const clock = createTestClock()
  const newId = createIds({ now: clock, random: systemRandom })
  const [tenantId, neighbour] = [newId('ten'), newId('ten')]
  const writes = createPendingWrites({ db })
  const signIns = createSignIns({ db, clock, newId, tallies: { signIn: () => {} }, writes })
  const [site, person, connectionId] = [newId('sit'), newId('idn'), newId('con')]
  const attempt = async (of: TenantId, clientId: string) => {
    clock.turn(DAY)
    return signIns.begin(of, clientId, {})
  }
  const first = await attempt(tenantId, site)
  const second = await attempt(tenantId, newId('sit'))
  const noon = clock()
  const third = await attempt(tenantId, site)
  await attempt(neighbour, site)
  const code = 'user_not_found'
  await signIns.add(tenantId, first, 'refused', { code }, { outcome: 'refused', code })
  await signIns.add(tenantId, second, 'sent-to-idp', {}, { connectionId })
  const inNews = { outcome: 'signed-in', identityId: person } as const
  await signIns.add(tenantId, third, 'signed-in', {}, inNews)
  const found = async (ask: Omit<SignInsAsk, 'limit'>) =>
    (await signIns.signIns(tenantId, { ...ask, limit: 10 })).map(({ signInId }) => signInId)

  assert.deepEqual(await found({}), [third, second, first])
  assert.deepEqual(await found({ after: third }), [second, first])
  assert.deepEqual(await found({ clientId: site }), [third, first])
  assert.deepEqual(await found({ connectionId }), [second])
  assert.deepEqual(await found({ identityId: person }), [third])
  assert.deepEqual(await found({ outcome: 'started' }), [second])
  assert.deepEqual(await found({ code }), [first])
  assert.deepEqual(await found({ since: noon }), [third, second])
  assert.deepEqual(await found({ until: noon }), [first])
  assert.deepEqual(await found({ clientId: site, until: noon, outcome: 'signed-in' }), [])
})
