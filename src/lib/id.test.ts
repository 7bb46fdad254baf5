import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createIds, isId, systemRandom } from './index.ts'

test('an id is its prefix, an underscore and 26 characters', () => {
  const newId = createIds({ now: () => new Date(), random: systemRandom })

  const id = newId('usr')

  assert.match(id, /^usr_[0-9a-hjkmnp-tv-z]{26}$/)
  assert.ok(isId('usr', id))
})

test('ids sort by the time they were made', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 45 }),
      fc.integer({ min: 1, max: 2 ** 30 }),
      (at, later) => {
        const first = createIds({ now: () => new Date(at), random: systemRandom })('ten')
        const second = createIds({ now: () => new Date(at + later), random: systemRandom })('ten')

        assert.ok(first < second, `${first} < ${second}`)
      },
    ),
  )
})

test('an id carries the version and variant bits of a UUIDv7', () => {
  const id = createIds({
    now: () => new Date(0),
    random: (count) => new Uint8Array(count).fill(255),
  })('ten')

  assert.equal(valueOf(id).toString(16).padStart(32, '0'), '0000000000007fffbfffffffffffffff')
})

test('whatever the bytes, an id is their number, five bits a character', () => {
  const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 })
  fc.assert(
    fc.property(sixteen, fc.integer({ min: 0, max: 2 ** 48 - 1 }), (bytes, ms) => {
      const random = () => Uint8Array.from(bytes)
      const id = createIds({ now: () => new Date(ms), random })('ten')

      const chance = Buffer.from(bytes).toString('hex')
      const hex =
        ms.toString(16).padStart(12, '0') +
        `7${chance.slice(13, 16)}` +
        ((Number(bytes[8]) & 0x3f) | 0x80).toString(16) +
        chance.slice(18)
      assert.equal(valueOf(id), BigInt(`0x${hex}`))
    }),
  )
})

test('another prefix, another length or another alphabet is not that id', () => {
  const id = createIds({ now: () => new Date(), random: systemRandom })('ten')

  for (const text of [
    id.replace('ten', 'con'),
    `${id}0`,
    id.slice(0, -1),
    id.toUpperCase(),
    '',
    null,
    7,
  ])
    assert.equal(isId('ten', text), false, String(text))
  assert.equal(isId('ten', `ten_${'l'.repeat(26)}`), false)
})

function valueOf(id: string): bigint {
  return [...id.slice(4)].reduce(
    (sum, digit) => sum * 32n + BigInt('0123456789abcdefghjkmnpqrstvwxyz'.indexOf(digit)),
    0n,
  )
}
