import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'

/** Makes and forgets about 100 MB, of which some lives for a while; then says how much space there is for what is new, in MiB. */
const CHURN = `
  import { getHeapSpaceStatistics } from 'node:v8'
  const kept = []
  for (let n = 0; n < 1_000_000; n += 1) kept[n % 50_000] = { n, text: 'text ' + n }
  const spaces = getHeapSpaceStatistics()
  console.log(spaces.find(({ space_name: name }) => name === 'new_space').space_size / 2 ** 20)`

async function heapAfter(before: string): Promise<{ young: number; err: string }> {
  const words = ['--input-type=module', '--eval', before + CHURN]
  const { stdout, stderr } = await promisify(execFile)(process.execPath, words)
  return { young: Number(stdout), err: stderr }
}

test('the heap stays small where much is made and forgotten, and V8 knows what it is told', async () => {
  const heap = new URL('./heap.ts', import.meta.url).href
  const [as, kept] = await Promise.all([
    heapAfter(''),
    heapAfter(`import { keepHeapSmall } from '${heap}'; keepHeapSmall();`),
  ])

  assert.equal(kept.err, '')
  assert.ok(kept.young <= 4, `${kept.young} MiB for what is new`)
  assert.ok(kept.young < as.young, `${as.young} MiB without`)
})
