import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read, repositoryFiles } from './files.ts'

/** Of isolation (I), input (P), names (N), load (L), tokens (T), the console (C), the web (W) and keys (K): how many rules there are. */
const RULES = { I: 11, P: 16, N: 5, L: 5, T: 10, C: 8, W: 6, K: 4 }

test('every rule of isolation, input, names, load, tokens, the console, the web and keys is named by a test that holds it', () => {
  const tests = repositoryFiles().filter((file) => file.endsWith('.test.ts'))
  const named = new Set<string>()
  for (const file of tests)
    // `SEC P-2 to P-10` names all of them, `SEC L-1, L-2` both.
    for (const [line] of read(file).matchAll(
      /\bSEC [A-Z]-\d+(?:(?:,? (?:to|and)?|,)\s*[A-Z]-\d+)*/g,
    ))
      for (const [rule] of line.matchAll(/[A-Z]-\d+/g)) named.add(rule)

  const unnamed = Object.entries(RULES)
    .flatMap(([letter, count]) => Array.from({ length: count }, (_, at) => `${letter}-${at + 1}`))
    .filter((rule) => !named.has(rule))

  assert.deepEqual(unnamed, [])
})
