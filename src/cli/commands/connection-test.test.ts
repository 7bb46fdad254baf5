import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stoppedAt } from './connection-test.ts'

test('a test that nobody ended says whether anybody began it', () => {
  const taken = (...names: string[]) =>
    names.map((step) => ({ step, at: '2026-01-01T00:00:00.000Z' }))

  assert.match(stoppedAt({ steps: taken('started', 'prepared') }), /^Nobody opened/)
  assert.match(
    stoppedAt({ steps: taken('started', 'prepared', 'discovered', 'sent-to-idp') }),
    /did not come back from the identity provider/,
  )
})
