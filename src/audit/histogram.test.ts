import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BOUNDS_MS, count, emptyBuckets, percentileOf } from './histogram.ts'

test('percentiles of a histogram lie in the bucket that the times lie in', () => {
  const buckets = emptyBuckets()
  for (let ms = 1; ms <= 1_000; ms += 1) count(buckets, ms)

  assert.deepEqual(
    [0.05, 0.5, 0.95, 1].map((share) => percentileOf(buckets, share)),
    [50, 500, 950, 1_000],
  )
})

test('of none there is no percentile, and what is beyond every bound is told by the last', () => {
  const late = emptyBuckets()
  count(late, 3_600_000)

  assert.equal(percentileOf(emptyBuckets(), 0.5), null)
  assert.equal(percentileOf(late, 0.5), BOUNDS_MS.at(-1))
})
