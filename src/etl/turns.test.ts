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
