import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TooManyRequests } from './errors.ts'
import { createFairShare } from './fair-share.ts'

/** Work that ends when it is told to. */
function held() {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { work: () => promise, end: resolve }
}

test('one tenant has sixteen requests at work, the rest wait in order, others do not notice', async () => {
  const share = createFairShare() // SEC L-4
  const begun: number[] = []
  const works = Array.from({ length: 20 }, held)
  const runs = works.map(({ work }, index) =>
    share.run('ten_a', () => {
      begun.push(index)
      return work()
    }),
  )

  assert.equal(await share.run('ten_b', async () => 'served'), 'served')
  assert.equal(begun.length, 16)
  works[3]?.end()
  await runs[3]
  assert.deepEqual(begun.slice(16), [16])
  for (const { end } of works) end()
  await Promise.all(runs)
  assert.deepEqual(begun.slice(16), [16, 17, 18, 19])
})

test('who waits for two seconds is asked to come back, and its place is not lost to others', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] }) // SEC L-3
  const share = createFairShare()
  const works = Array.from({ length: 16 }, held)
  const runs = works.map(({ work }) => share.run('ten_a', work))
  const late = share.run('ten_a', async () => 'late')

  t.mock.timers.tick(2000)

  await assert.rejects(late, TooManyRequests)
  for (const { end } of works) end()
  await Promise.all(runs)
  assert.equal(await share.run('ten_a', async () => 'next'), 'next')
})

test('work that fails gives its place back', async () => {
  const share = createFairShare()

  for (let count = 0; count < 40; count += 1)
    await assert.rejects(share.run('ten_a', () => Promise.reject(new Error('failed'))))

  assert.equal(await share.run('ten_a', async () => 'next'), 'next')
})
