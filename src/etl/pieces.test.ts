import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inPieces } from './pieces.ts'

test('pieces are done in their order, and who waits is served before each; what is one piece is done at once', async () => {
  let turns = 0
  const count = (): void => {
    turns += 1
    if (turns < 10) setImmediate(count)
  }
  setImmediate(count)
  const seen: unknown[] = []

  await inPieces(['a'], 2, (piece, at) => seen.push([piece, at, turns]))
  await inPieces(['a', 'b', 'c'], 2, (piece, at) => seen.push([piece, at, turns]))

  assert.deepEqual(seen, [
    [['a'], 0, 0],
    [['a', 'b'], 0, 1],
    [['c'], 2, 2],
  ])
})
