import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestClock, DAY } from '../../test/support/clock.ts'
import { borrowTestDatabase } from '../../test/support/database.ts'
import { createIds, systemRandom, type TenantId } from '../lib/index.ts'
import { createPendingWrites } from './pending-writes.ts'
import { createSignIns, type SignInsAsk } from './sign-ins.ts'

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
