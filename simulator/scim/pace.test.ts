import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGate, eachAtOnce } from './pace.ts'

const noSleep = () => Promise.resolve()

test('no more tasks run at once than there is room for, and none is lost when one fails', async () => {
  const gate = createGate('full', 3, noSleep)
  let running = 0
  let most = 0
  const task = async (index: number) => {
    most = Math.max(most, (running += 1))
    await new Promise(setImmediate)
    running -= 1
    if (index % 5 === 0) throw new Error('failed')
    return index
  }

  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) => gate(() => task(index))),
  )

  assert.equal(most, 3)
  assert.deepEqual(
    results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
    Array.from({ length: 20 }, (_, index) => index).filter((index) => index % 5 !== 0),
  )
})

test('at Okta’s pace requests start one after another with a pause between', async () => {
  const events: string[] = []
  const gate = createGate('okta', 8, async (ms) => {
    events.push(`pause ${ms}`)
    await new Promise(setImmediate)
  })

  await Promise.all(
    ['a', 'b', 'c'].map((name) => gate(() => Promise.resolve(void events.push(name)))),
  )

  assert.deepEqual(
    events.filter((event) => !event.startsWith('pause')),
    ['a', 'b', 'c'],
  )
  assert.ok(events.indexOf('pause 100') < events.indexOf('b'))
  assert.ok(events.filter((event) => event === 'pause 100').length >= 2)
})

test('a list is worked through by so many at once, each item one time', async () => {
  const seen: number[] = []
  let running = 0
  let most = 0

  await eachAtOnce([1, 2, 3, 4, 5, 6, 7], 2, async (item) => {
    most = Math.max(most, (running += 1))
    await new Promise(setImmediate)
    running -= 1
    seen.push(item)
  })

  assert.equal(most, 2)
  assert.deepEqual(
    seen.toSorted((one, other) => one - other),
    [1, 2, 3, 4, 5, 6, 7],
  )
})
