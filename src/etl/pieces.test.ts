import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inPieces } from './pieces.ts'

test('pieces are done in their order, and who waits is served in between', async () => {
  let served = false
  setImmediate(() => (served = true))
  const seen: unknown[] = []

  await inPieces(['a', 'b', 'c'], 2, (piece, at) => seen.push([piece, at, served]))

  assert.deepEqual(seen, [
    [['a', 'b'], 0, false],
    [['c'], 2, true],
  ])
})
