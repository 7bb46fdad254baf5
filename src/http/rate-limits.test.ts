import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestClock } from '../../test/support/clock.ts'
import { createRateLimits } from './rate-limits.ts'

test('a burst goes through, a little more is delayed, much more is sent away for whole seconds', () => {
  const limits = createRateLimits({ clock: createTestClock(), on: true }) // SEC L-1, L-2, L-3
  const verdicts = Array.from({ length: 600 }, () => limits.take('ten_a', 'write'))

  const atOnce = verdicts.filter((verdict) => verdict.go && verdict.delayMs === 0)
  const delayed = verdicts.filter((verdict) => verdict.go && verdict.delayMs > 0)
  const refused = verdicts.flatMap((verdict) => (verdict.go ? [] : [verdict.retrySeconds]))

  assert.deepEqual([atOnce.length, delayed.length, refused.length], [400, 100, 100])
  assert.ok(delayed.every((verdict) => verdict.go && verdict.delayMs <= 2000))
  assert.ok(refused.every((seconds) => Number.isInteger(seconds) && seconds >= 5))
})

test('what one tenant uses up is not taken from another, nor one class from another', () => {
  const limits = createRateLimits({ clock: createTestClock(), on: true }) // SEC L-4, I-9
  while (limits.take('ten_a', 'write').go);

  assert.deepEqual(limits.take('ten_b', 'write'), { go: true, delayMs: 0 })
  assert.deepEqual(limits.take('ten_a', 'read'), { go: true, delayMs: 0 })
})

test('permits come back with time, and no more than a burst of them', () => {
  const clock = createTestClock()
  const limits = createRateLimits({ clock, on: true })
  while (limits.take('ten_a', 'search').go);
  clock.turn(60 * 60 * 1000)

  const free = Array.from({ length: 100 }, () => limits.take('ten_a', 'search'))

  assert.equal(free.filter((verdict) => verdict.go && verdict.delayMs === 0).length, 40)
})

test('guessing is cut off after ten a minute from one address, without a delay', () => {
  const clock = createTestClock() // SEC L-1
  const limits = createRateLimits({ clock, on: true })
  const guess = () => limits.take('192.0.2.1', 'failed-authentication').go

  assert.equal(Array.from({ length: 30 }, guess).filter(Boolean).length, 10)
  clock.turn(60_000)
  assert.equal(Array.from({ length: 30 }, guess).filter(Boolean).length, 10)
})

test('switched off for measuring, nothing is limited', () => {
  const limits = createRateLimits({ clock: createTestClock(), on: false })

  for (let count = 0; count < 10_000; count += 1) assert.ok(limits.take('ten_a', 'write').go)
})
