import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { borrowTestDatabase } from '../../test/support/database.ts'
import { sendable } from './sendable.ts'

const odd = fc.constantFrom('"', '\\', '\n', '\t', '\u0001', '\u2028', '{', '}', ',', 'n', 'ä', '𝄞')
const word = fc.oneof(fc.string({ unit: odd }), fc.constantFrom('', 'NULL', 'null'))

test('PostgreSQL reads each list of texts as it was, whatever is in them', async (t) => {
  const { appPool } = await borrowTestDatabase(t)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(word)), async (words) => {
      const { rows } = await appPool.query('select $1::text[] as words', [sendable(words)])
      assert.deepEqual(rows, [{ words }])
    }),
    { numRuns: 300 },
  )
})
