import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '../lib/index.ts'
import { newTotpSecret, totpOf, totpStep, totpUri } from './totp.ts'

/** The ASCII text 12345678901234567890, as RFC 6238 appendix B has it. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

test('codes are those of RFC 6238, appendix B', () => {
  const codes = [59, 1111111109, 1111111111, 1234567890, 2000000000, 20000000000].map((seconds) =>
    totpOf(SECRET, Math.floor(seconds / 30)),
  )

  // The appendix shows eight digits; six are the last of them.
  assert.deepEqual(codes, ['287082', '081804', '050471', '005924', '279037', '353130'])
})

test('a code of now or of a step beside it is taken, any other is not', () => {
  const now = new Date(1111111109_000)
  const present = Math.floor(1111111109 / 30)

  const taken = [-2, -1, 0, 1, 2].map((drift) =>
    totpStep(SECRET, totpOf(SECRET, present + drift), now, 0),
  )

  assert.deepEqual(taken, [undefined, present - 1, present, present + 1, undefined])
})

test('a code whose step is used up is taken no more, nor one before it', () => {
  const now = new Date(1111111109_000)
  const present = Math.floor(1111111109 / 30)

  assert.equal(totpStep(SECRET, totpOf(SECRET, present), now, present), undefined)
  assert.equal(totpStep(SECRET, totpOf(SECRET, present - 1), now, present), undefined)
  assert.equal(totpStep(SECRET, totpOf(SECRET, present + 1), now, present), present + 1)
})

test('a new secret has 160 bits and is read by an app from one address', () => {
  const secret = newTotpSecret(systemRandom)

  assert.match(secret, /^[A-Z2-7]{32}$/)
  assert.notEqual(secret, newTotpSecret(systemRandom))
  assert.equal(
    totpUri(secret, 'Roll call', 'ada@platform.example'),
    `otpauth://totp/Roll%20call:ada%40platform.example?secret=${secret}&issuer=Roll%20call`,
  )
})
