import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { test } from 'node:test'
import { linesMatching } from './files.ts'

/** Time and chance come in from outside; here is where the real ones are made. */
const MAKERS = new Set(['src/lib/clock.ts', 'src/main.ts'])
const files = globSync('src/**/*.ts')
  .filter((file) => !file.endsWith('.test.ts') && !MAKERS.has(file))
  .toSorted()

test('no part reads the clock: it is given one', () => {
  assert.ok(files.length > 10)
  assert.deepEqual(
    linesMatching(files, /\bnew Date\(\)|\bDate\.now\(|\bDate\(\)|\bTemporal\.Now\b/),
    [],
  )
})

test('no part draws its own randomness: it is given a source', () => {
  const drawn = /\bMath\.random\(|\brandom(?:Bytes|UUID|Int|FillSync)\(|\bgetRandomValues\(/

  // How long a retry waits is no outcome: two that collided must only not do so again.
  const jitter = /\b(?:wait|setTimeout)\(.*\bMath\.random\(\)/
  assert.deepEqual(
    linesMatching(files, drawn).filter((line) => !jitter.test(line)),
    [],
  )
})

// The linter says the same where it is written; this says it of all of it at once.
test('only config.ts reads the environment', () => {
  assert.deepEqual(
    linesMatching(
      files.filter((file) => file !== 'src/config.ts'),
      /\bprocess\.env\b/,
    ),
    [],
  )
})
