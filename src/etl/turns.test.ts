import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TenantId } from '../lib/index.ts'
import { createTurns } from './turns.ts'

const [A, B, C] = ['ten_a', 'ten_b', 'ten_c'] as const satisfies TenantId[]

/** Turns that end when the test says so. */
function startTurns(atOnce: number) {
  const begun: TenantId[] = []
  const ends: ((more: boolean) => void)[] = []
  const turns = createTurns((tenantId) => {
    begun.push(tenantId)
    const { promise, resolve } = Promise.withResolvers<boolean>()
    ends.push(resolve)
    return promise
  }, atOnce)
  /** Ends the turn that began `index`th, and lets what follows happen. */
  const end = async (index: number, more: boolean) => {
    ends[index]?.(more)
    await new Promise(setImmediate)
  }
  return { turns, begun, end }
}

test('a tenant with much to do waits for the others between two of its turns', async () => {
  const { turns, begun, end } = startTurns(1)
  for (const tenant of [A, B, C]) turns.add(tenant)

  for (let index = 0; index < 4; index += 1) await end(index, begun[index] === A)

  assert.deepEqual(begun, [A, B, C, A, A])
})

test('somebody who comes late is next in line, however much is left of another', async () => {
  const { turns, begun, end } = startTurns(1)
  turns.add(A)
  await end(0, true)
  turns.add(B)

  await end(1, true)

  assert.deepEqual(begun, [A, A, B])
})

test('who comes anew goes before those that have more, who have every eighth turn nevertheless', async () => {
  const { turns, begun, end } = startTurns(1)
  turns.add(A)
  await end(0, true)
  const others = Array.from({ length: 9 }, (_, index): TenantId => `ten_${index}`)
  for (const tenant of others) turns.add(tenant)

  for (let index = 1; index < 11; index += 1) await end(index, false)

  // The second turn of A had begun before anybody else was there.
  assert.deepEqual(begun, [A, A, ...others])
  turns.add(A)
  await end(11, true)
  for (const tenant of others) turns.add(tenant)
  for (let index = 12; index < 22; index += 1) await end(index, begun[index] === A)
  const between = begun.slice(13)
  assert.ok(between.includes(A), between.join())
  assert.ok(between.indexOf(A) < 8, between.join())
})

test('who has just written something goes before those that were found to have something waiting', async () => {
  const { turns, begun, end } = startTurns(1)
  for (const tenant of [A, B, C]) turns.addWaiting(tenant)
  turns.add('ten_fresh')
  turns.addWaiting('ten_fresh')

  for (let index = 0; index < 4; index += 1) await end(index, false)

  assert.deepEqual(begun, [A, 'ten_fresh', B, C])
})

test('as many tenants are worked for at once as may be, and none twice at once', async () => {
  const { turns, begun, end } = startTurns(2)

  for (const tenant of [A, A, B, C]) turns.add(tenant)

  assert.deepEqual(begun, [A, B])
  await end(1, false)
  assert.deepEqual(begun, [A, B, C])
})

test('what is said during a turn gives another, so that nothing written meanwhile waits', async () => {
  const { turns, begun, end } = startTurns(1)
  turns.add(A)
  turns.add(A)
  turns.add(A)

  await end(0, false)
  await end(1, false)

  assert.deepEqual(begun, [A, A])
})

test('a stop begins nothing new and waits for what has begun', async () => {
  const { turns, begun, end } = startTurns(1)
  turns.add(A)
  turns.add(B)
  let stopped = false

  const stop = turns.stop().then(() => (stopped = true))
  await new Promise(setImmediate)
  assert.equal(stopped, false)
  await end(0, true)
  await stop

  turns.add(C)
  assert.deepEqual(begun, [A])
})
