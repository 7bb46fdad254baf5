import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  deriveSecret,
  hashSecret,
  masterKey,
  mintToken,
  parseToken,
  sameHash,
  seal,
  systemRandom,
  unseal,
} from './index.ts'

const key = masterKey(Buffer.alloc(32, 7))
const place = 'connection.client_secret/ten_a/con_b'

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

// SEC K-1
test('a sealed value opens at its own place, with its own key, unchanged', () => {
  const sealed = seal(key, systemRandom, place, 'client secret ✓')

  assert.equal(unseal(key, place, sealed), 'client secret ✓')
  assert.ok(!sealed.includes('secret'))
  assert.notEqual(seal(key, systemRandom, place, 'client secret ✓'), sealed)
  assert.throws(() => unseal(key, place.replace('con_b', 'con_c'), sealed))
  assert.throws(
    () => unseal(masterKey(Buffer.alloc(32, 8)), place, sealed),
    /needs master key .* this server has/,
  )
  assert.throws(() => unseal(key, place, `${sealed.slice(0, -2)}AA`))
  assert.throws(() => unseal(key, place, 'v0.x'), /unknown form/)
})

test('a derived secret depends on the key and on the purpose', () => {
  assert.equal(deriveSecret(key, 'a'), deriveSecret(masterKey(Buffer.alloc(32, 7)), 'a'))
  assert.notEqual(deriveSecret(key, 'a'), deriveSecret(key, 'b'))
  assert.notEqual(deriveSecret(key, 'a'), deriveSecret(masterKey(Buffer.alloc(32, 8)), 'a'))
})
