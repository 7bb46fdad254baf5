import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestClock } from '../../test/support/clock.ts'
import type { Scope } from '../lib/index.ts'
import { createTotals } from './totals.ts'

const ACME = { tenantId: 'ten_a', connectionId: 'con_a' } as Pick<
  Scope,
  'tenantId' | 'connectionId'
>
const GLOBEX = { ...ACME, connectionId: 'con_b' } as typeof ACME

function start() {
  const clock = createTestClock()
  const totals = createTotals(clock)
  let asked = 0
  const total = async (value: number, place = ACME) => {
    const counted = await totals.of(place, 'User', () => {
      asked += 1
      return Promise.resolve({ total: value, marks: [] })
    })
    return counted.total
  }
  return { clock, totals, total, asked: () => asked }
}

test('a number is believed for two seconds, at its own connection', async () => {
  const { clock, total, asked } = start()

  const seen = [await total(5), await total(6), await total(7, GLOBEX)]
  clock.turn(2_001)
  seen.push(await total(8))

  assert.deepEqual(seen, [5, 5, 7, 8])
  assert.equal(asked(), 3)
})

test('who was created and deleted here since is in it', async () => {
  const { totals, total } = start()
  await total(5)

  totals.changed(ACME, 'User', 'usr_1', 1)
  totals.changed(ACME, 'User', 'usr_1', 1)
  totals.changed(ACME, 'User', 'usr_1', -1)
  totals.changed(ACME, 'Group', 'grp_1', 1)
  totals.changed(GLOBEX, 'User', 'usr_1', 1)

  assert.equal(await total(0), 6)
})

test('those who ask at one time wait for one answer', async () => {
  const { total, asked } = start()

  assert.deepEqual(await Promise.all([total(5), total(6), total(7)]), [5, 5, 5])
  assert.equal(asked(), 1)
})

test('what is being counted while somebody is created is not believed, and whoever asks then counts anew', async () => {
  const { totals, total } = start()

  const before = total(5)
  totals.changed(ACME, 'User', 'usr_1', 1)
  const after = total(6)

  assert.deepEqual([await before, await after, await total(0)], [5, 6, 6])
})
