import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refused, Unreachable, Unusable } from './failures.ts'
import { createRetry } from './retry.ts'

/** Fails with these in turn, then succeeds; gives the waits in seconds. */
async function waitsFor(...failures: readonly Error[]) {
  const waits: number[] = []
  const retry = createRetry((ms) => {
    waits.push(ms / 1000)
    return Promise.resolve()
  })
  let tries = 0
  const result = await retry((attempt) => {
    tries = attempt
    const failure = failures[attempt - 1]
    return failure ? Promise.reject(failure) : Promise.resolve('done')
  }).catch((error: unknown) => error)
  return { result, tries, waits }
}

const limited = (retryAfter?: string) => new Refused(429, 'slow down', retryAfter)
const times = <Item>(count: number, item: Item) => Array.from({ length: count }, () => item)

test('429 with whole seconds is waited out that long, and twice as long the next time', async () => {
  const { result, waits } = await waitsFor(limited('3'), limited('3'), limited('30'))

  assert.equal(result, 'done')
  assert.deepEqual(waits, [3, 6, 30])
})

for (const untold of [undefined, 'Wed, 04 Nov 2026 09:00:00 GMT', '1.5', '-1', ''])
  test(`429 with Retry-After ${JSON.stringify(untold)} is waited out five minutes`, async () => {
    const { waits } = await waitsFor(limited(untold), limited(untold))

    assert.deepEqual(waits, [300, 600])
  })

test('the tenth 429 is the last', async () => {
  const { result, tries, waits } = await waitsFor(...times(20, limited('1')))

  assert.ok(result instanceof Refused)
  assert.equal(tries, 10)
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256])
})

for (const trouble of [
  new Refused(503, undefined, '7'),
  new Unreachable('ECONNREFUSED', undefined),
])
  test(`${trouble.name} by trouble is tried again soon, six times in all`, async () => {
    const { result, tries, waits } = await waitsFor(...times(20, trouble))

    assert.equal(result, trouble)
    assert.equal(tries, 6)
    assert.deepEqual(waits, [0.5, 1, 2, 4, 8])
  })

for (const status of [400, 401, 403, 404, 409, 501])
  test(`${status} is an answer and is not tried again`, async () => {
    const { result, tries } = await waitsFor(new Refused(status, 'no', undefined))

    assert.ok(result instanceof Refused)
    assert.equal(tries, 1)
  })

test('a useless answer is not tried again', async () => {
  const { tries } = await waitsFor(new Unusable('returned empty user'))

  assert.equal(tries, 1)
})
