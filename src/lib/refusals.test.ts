import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal, Unavailable } from './index.ts'

test('a refusal answers with the status of its code and keeps its cause', () => {
  const cause = new Error('outside')

  const refusal = new Refusal('identity_inactive', 'Deactivated.', { cause, seen: { issuer: 'x' } })

  assert.equal(refusal.status, 403)
  assert.equal(refusal.cause, cause)
  assert.deepEqual(refusal.seen, { issuer: 'x' })
})

// SEC L-2
test('a wait is a whole number of seconds, at least five', () => {
  assert.equal(new Unavailable('away', 0.2).retrySeconds, 5)
  assert.equal(new Unavailable('away', 7.1).retrySeconds, 8)
})
