import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TenantId } from '../lib/index.ts'
import { createLagSample } from './lag.ts'

test('99 of 100 changes took no longer than the 99th percentile', () => {
  const lags = createLagSample()
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1)

  lags.add('ten_a', hundred.toReversed())

  assert.deepEqual([lags.percentile('ten_a', 0.99), lags.percentile('ten_a', 0.5)], [99, 50])
})

test('nothing loaded is no lag of zero', () => {
  const lags = createLagSample()

  lags.add('ten_a', [])

  assert.equal(lags.percentile('ten_a', 0.99), null)
  assert.equal(lags.percentile('ten_b', 0.99), null)
})

test('a slow hour is forgotten after 2,000 changes, another tenant’s at no time', () => {
  const lags = createLagSample()
  lags.add('ten_a', [60_000])
  lags.add('ten_b', [60_000])

  lags.add('ten_a', Array<number>(2_000).fill(5))

  assert.deepEqual([lags.percentile('ten_a', 1), lags.percentile('ten_b', 1)], [5, 60_000])
})

test('a thousand tenants are remembered, those loaded last', () => {
  const lags = createLagSample()
  const tenants = Array.from({ length: 1_001 }, (_, index): TenantId => `ten_${index}`)

  for (const tenantId of tenants) lags.add(tenantId, [1])

  assert.deepEqual([lags.percentile('ten_0', 1), lags.percentile('ten_1', 1)], [null, 1])
})
