import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TenantId } from '../lib/index.ts'
import { createWatch } from './watch.ts'

const ACME: TenantId = 'ten_acme'

/** Looks that count, or throw, or end, as they are told. */
function start() {
  let looks = 0
  let next: 'count' | 'throw' | 'end' = 'count'
  const troubles: unknown[] = []
  const { watch } = createWatch<number>({
    look: async () => {
      looks += 1
      if (next === 'throw') throw new Error('away')
      return next === 'end' ? undefined : looks
    },
    everyMs: 5,
    failed: (error) => troubles.push(error),
  })
  const leave = new AbortController()
  return {
    watch: (signal = leave.signal) => watch(ACME, signal),
    leave: () => leave.abort(),
    looks: () => looks,
    troubles,
    let: (what: typeof next) => void (next = what),
  }
}

const seenBy = async (watching: AsyncGenerator<number | undefined>) =>
  (await watching.next()).value ?? undefined

test('all who watch a tenant share each look, and whoever comes later is shown the latest at once', async (t) => {
  const { watch, leave } = start()
  t.after(leave)
  const [one, other] = [watch(), watch()]

  const first = await Promise.all([seenBy(one), seenBy(other)])
  const second = await Promise.all([seenBy(one), seenBy(other)])

  assert.deepEqual(
    [first, second],
    [
      [1, 1],
      [2, 2],
    ],
  )
  assert.ok(Number(await seenBy(watch())) >= 2)
})

test('nobody looks any more when the last one has left', async () => {
  const { watch, looks } = start()
  const [one, other] = [watch(), watch()]
  await Promise.all([seenBy(one), seenBy(other)])

  await one.return()
  await seenBy(other)
  const before = looks()
  await other.return()
  await new Promise((resolve) => setTimeout(resolve, 40))

  assert.ok(before >= 2)
  assert.ok(looks() <= before + 1, 'a look that had begun may end')
})

test('a watch ends at once when its signal says so, also while it waits', async () => {
  const { watch, leave } = start()
  const watching = watch()
  await seenBy(watching)

  const waiting = watching.next()
  leave()

  assert.equal((await waiting).done, true)
})

test('a look that fails is told as such, and the next one goes on', async (t) => {
  const made = start()
  t.after(made.leave)
  const watching = made.watch()
  await seenBy(watching)

  made.let('throw')
  const during = await watching.next()
  made.let('count')
  let after = await watching.next()
  while (after.value === undefined) after = await watching.next()

  assert.deepEqual([during.done, during.value], [false, undefined])
  assert.equal(typeof after.value, 'number')
  assert.ok(made.troubles.length > 0)
})

test('every watch ends when there is nothing to look at any more', async () => {
  const made = start()
  const watching = made.watch()
  await seenBy(watching)

  made.let('end')

  assert.equal((await watching.next()).done, true)
})

test('whoever is slow is given the latest look and not all of them', async (t) => {
  const { watch, looks, leave } = start()
  t.after(leave)
  const slow = watch()
  await seenBy(slow)

  while (looks() < 5) await new Promise((resolve) => setTimeout(resolve, 5))

  assert.ok(Number(await seenBy(slow)) >= 4)
})
