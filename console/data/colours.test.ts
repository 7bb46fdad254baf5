import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as tenants from '../../src/tenants/index.ts'
import { CARD, contrast, readableOn, textOn } from './colours.ts'

test('what the console says of a colour, the server says', () => {
  assert.deepEqual(CARD, tenants.CARD)
  const colour = fc
    .integer({ min: 0, max: 0xffffff })
    .map((value) => `#${value.toString(16).padStart(6, '0')}`)
  fc.assert(
    fc.property(colour, fc.constantFrom(CARD.light, CARD.dark), (given, card) => {
      assert.ok(contrast(readableOn(card, given), card) >= 4.5)
      assert.equal(readableOn(card, given), tenants.readableOn(card, given))
      assert.equal(textOn(given), tenants.textOn(given))
    }),
  )
})
