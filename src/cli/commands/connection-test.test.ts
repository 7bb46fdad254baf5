import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureOf } from './connection-test.ts'

test('a test that nobody ended says whether anybody began it, and one that ended how', () => {
  const said = (outcome: 'started' | 'refused' | 'tested', ...taken: string[]) =>
    failureOf({
      outcome,
      code: outcome === 'refused' ? 'user_not_found' : null,
      steps: taken.map((step) => ({ step, at: '2026-01-01T00:00:00.000Z' })),
    })

  assert.match(said('started', 'prepared') ?? '', /^Nobody opened/)
  assert.match(said('started', 'prepared', 'sent-to-idp') ?? '', /did not come back/)
  assert.equal(said('refused', 'sent-to-idp', 'refused'), 'The test was refused: user_not_found.')
  assert.equal(said('tested', 'sent-to-idp', 'tested'), undefined)
})
