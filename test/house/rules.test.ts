import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read, repositoryFiles } from './files.ts'

/** How many rules each chapter of the security reference has, by its letter. */
const RULES = {
  ...{ T: 10, I: 11, P: 16, N: 5, R: 11, O: 10, W: 6, C: 8 },
  ...{ L: 5, K: 4, X: 4, G: 5, F: 14, D: 5 },
}

test('every rule is named by a test that holds it', () => {
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
