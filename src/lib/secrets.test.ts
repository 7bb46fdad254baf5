import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashSecret, mintToken, parseToken, sameHash, systemRandom } from './index.ts'

// SEC T-1
test('a token is recognised by its prefix, look-up id, secret and check', () => {
  const minted = mintToken(systemRandom, 'rcs')

  assert.match(minted.token, /^rcs_[0-9a-z]{20}_[A-Za-z0-9_-]{43}_[0-9a-z]{6}$/)
  assert.deepEqual(parseToken('rcs', minted.token), {
    lookupId: minted.lookupId,
    secretHash: minted.secretHash,
  })
})

// SEC T-1
test('a typing error anywhere in a token is noticed without a look-up', () => {
  const { token } = mintToken(systemRandom, 'rcs')

  for (let index = 4; index < token.length; index += 1) {
    const wrong = token[index] === 'q' ? 'r' : 'q'
    const typed = token.slice(0, index) + wrong + token.slice(index + 1)
    assert.equal(parseToken('rcs', typed), undefined, `position ${index}`)
  }
})

// SEC T-1, C-4
test('a SCIM token is no operator token and the reverse', () => {
  assert.equal(parseToken('rca', mintToken(systemRandom, 'rcs').token), undefined)
  assert.equal(parseToken('rcs', mintToken(systemRandom, 'rca').token), undefined)
})

// SEC T-3
test('hashes compare equal only when both are there and the same', () => {
  const hash = hashSecret('a')

  assert.equal(sameHash(hash, hashSecret('a')), true)
  assert.equal(sameHash(hash, hashSecret('b')), false)
  assert.equal(sameHash(hash, undefined), false)
  assert.equal(sameHash(Buffer.alloc(32), undefined), false)
  assert.equal(sameHash(hash, hash.subarray(1)), false)
})
