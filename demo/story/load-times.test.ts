import assert from 'node:assert/strict'
import { test } from 'node:test'
import { percentile } from './load-times.ts'

test('a percentile is the smallest value that so many do not exceed', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)

  assert.equal(percentile(hundred, 99), 99)
  assert.equal(percentile(hundred, 50), 50)
  assert.equal(percentile([7], 99), 7)
  assert.equal(percentile([3, 1, 2], 100), 3)
})
