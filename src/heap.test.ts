import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'

/**
 * Makes and forgets much, of which some lives for a while, as requests do; says now and then how much space
 * there is for what is new, in MiB.
 */
const CHURN = `
  import { getHeapSpaceStatistics } from 'node:v8'
  import { setTimeout } from 'node:timers/promises'
  const kept = []
  for (let turn = 0; turn < 80; turn += 1) {
    for (let n = 0; n < 50_000; n += 1) kept[n] = { n, text: 'text ' + n }
    const spaces = getHeapSpaceStatistics()
    console.log(spaces.find(({ space_name: name }) => name === 'new_space').space_size / 2 ** 20)
    await setTimeout(1)
  }`

async function heapDuring(before: string): Promise<{ young: readonly number[]; err: string }> {
  const words = ['--input-type=module', '--eval', before + CHURN]
  const { stdout, stderr } = await promisify(execFile)(process.execPath, words)
  return { young: stdout.trim().split('\n').map(Number), err: stderr }
}

test('what is new has the space that requests need and no more, and V8 knows what it is told', async () => {
  const heap = new URL('./heap.ts', import.meta.url).href
  const [as, kept] = await Promise.all([
    heapDuring(''),
    heapDuring(`import { keepHeapSmall } from '${heap}'; keepHeapSmall();`),
  ])

  assert.equal(kept.err, '')
  // Twice, where it is and where it is copied to, and some pages while it grows.
  const most = Math.max(...kept.young)
  assert.ok(most >= 32 && most <= 48, `${most} MiB`)
  assert.ok(Math.max(...as.young) > 48, `${as.young.join(' ')} MiB without`)
})
