import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextSize } from './batch-size.ts'

for (const [what, size, tookMs, next] of [
  ['a quick one is followed by twice as many', 100, 10, 200],
  ['one that took a quarter of a second by as many', 400, 250, 400],
  ['one that took a second by a quarter', 400, 1_000, 100],
  ['however slow the machine, some are taken', 100, 60_000, 50],
  ['however quick, no more than the most', 1_500, 10, 2_000],
  ['one that took no time at all by twice as many', 100, 0, 200],
  ['after a failure few grow step by step', 3, 1, 6],
] as const)
  test(`the size of a batch: ${what}`, () => {
    assert.equal(nextSize(size, tookMs, { most: 2_000 }), next)
  })

test('the size of a batch: what is to take less time, and never falls below more, is smaller', () => {
  const bounds = { least: 300, most: 2_000, budgetMs: 50 }

  assert.deepEqual([nextSize(1_000, 100, bounds), nextSize(400, 1_000, bounds)], [500, 300])
})
