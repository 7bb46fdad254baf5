import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createKeyRing,
  derivedSecrets,
  deriveSecret,
  rewrap,
  seal,
  systemRandom,
  unseal,
  type WrappingKey,
  wrappingKey,
} from './index.ts'

const [OLD, NEW] = [wrappingKey(Buffer.alloc(32, 7)), wrappingKey(Buffer.alloc(32, 8))]
const PLACE = 'connection.client_secret/ten_a/con_b'

const ringOf = (...keys: WrappingKey[]) => createKeyRing(keys)

// SEC K-1
test('a sealed value opens at its own place, with its own key, unchanged', () => {
  const key = ringOf(OLD)

  const sealed = seal(key, systemRandom, PLACE, 'client secret ✓')

  assert.equal(unseal(key, PLACE, sealed), 'client secret ✓')
  assert.ok(!sealed.includes('secret'))
  assert.notEqual(seal(key, systemRandom, PLACE, 'client secret ✓'), sealed)
  assert.throws(() => unseal(key, PLACE.replace('con_b', 'con_c'), sealed))
  assert.throws(() => unseal(ringOf(NEW), PLACE, sealed), /needs master key .* this server has/)
  assert.throws(() => unseal(key, PLACE, `${sealed.slice(0, -2)}AA`))
  assert.throws(() => unseal(key, PLACE, 'v0.x'), /unknown form/)
})

// SEC K-2
test('one key seals, and what any of them sealed is opened', () => {
  const sealedBefore = seal(ringOf(OLD), systemRandom, PLACE, 'before')
  const both = ringOf(OLD, NEW)

  const sealedNow = seal(both, systemRandom, PLACE, 'now')

  assert.deepEqual(
    [sealedBefore, sealedNow].map((sealed) => sealed.split('.')[1]),
    [OLD.id, NEW.id],
  )
  assert.equal(unseal(both, PLACE, sealedBefore), 'before')
  assert.equal(unseal(both, PLACE, sealedNow), 'now')
})

// SEC K-2
test('a value that is wrapped anew keeps its sealed text and needs the key that seals now', () => {
  const sealed = seal(ringOf(OLD), systemRandom, PLACE, 'kept')

  const wrapped = rewrap(ringOf(OLD, NEW), systemRandom, PLACE, sealed)

  assert.equal(wrapped.split('.')[3], sealed.split('.')[3])
  assert.equal(wrapped.split('.')[1], NEW.id)
  assert.equal(unseal(ringOf(NEW), PLACE, wrapped), 'kept')
  assert.throws(() => unseal(ringOf(OLD), PLACE, wrapped), /needs master key/)
})

// SEC K-1, K-2
test('a value is not wrapped anew for another place', () => {
  const sealed = seal(ringOf(OLD), systemRandom, PLACE, 'kept')

  assert.throws(() => rewrap(ringOf(OLD, NEW), systemRandom, 'elsewhere', sealed))
})

// SEC K-2
test('a key ring seals with the one that it is told, if it has it, and never lets go of that', async () => {
  const ring = ringOf(OLD, NEW)
  const told: string[][] = []
  ring.onHold(async (keys) => void told.push(keys.map(({ id }) => id)))

  assert.equal(ring.sealing.id, NEW.id, 'the newest, until it is told otherwise')
  assert.equal(ring.sealWith(OLD.id), true)
  assert.equal(ring.sealWith('another'), false)
  await ring.hold([NEW])

  assert.equal(ring.sealing.id, OLD.id)
  assert.deepEqual(told, [[OLD.id, NEW.id]])
})

test('a derived secret depends on the key and on the purpose', () => {
  assert.equal(deriveSecret(OLD, 'a'), deriveSecret(wrappingKey(Buffer.alloc(32, 7)), 'a'))
  assert.notEqual(deriveSecret(OLD, 'a'), deriveSecret(OLD, 'b'))
  assert.notEqual(deriveSecret(OLD, 'a'), deriveSecret(NEW, 'a'))
})

// SEC K-2
test('secrets are derived from every key, and the first from the one that seals', () => {
  assert.deepEqual(derivedSecrets(ringOf(OLD, NEW), 'a'), [
    deriveSecret(NEW, 'a'),
    deriveSecret(OLD, 'a'),
  ])
})
