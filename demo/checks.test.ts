import assert from 'node:assert/strict'
import { test } from 'node:test'
import { check, Mismatch, until } from './checks.ts'

test('what is not as expected is thrown with both, in full', () => {
  check('the groups', ['a', 'b'], ['a', 'b'])

  assert.throws(
    () => check('the groups', ['a'], ['a', 'b']),
    (error) =>
      error instanceof Mismatch &&
      error.message === 'the groups' &&
      error.expected === '["a","b"]' &&
      error.seen === '["a"]',
  )
})

test('what is waited for is looked at again, also when it cannot be read yet', async () => {
  const looks = [() => Promise.reject(new Error('not there')), async () => 1, async () => 2]
  let looked = 0

  const seen = await until(
    'two',
    '2',
    () => (looks[looked++] ?? assert.fail)(),
    (number) => number === 2,
  )

  assert.deepEqual([seen, looked], [2, 3])
})
