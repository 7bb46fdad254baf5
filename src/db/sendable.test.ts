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

test('PostgreSQL reads each list of numbers, instants and truths as it was', async (t) => {
  const { appPool } = await borrowTestDatabase(t)
  const instant = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
  const lists = fc.record({
    numbers: fc.array(fc.option(fc.double())),
    instants: fc.array(fc.option(instant)),
    truths: fc.array(fc.option(fc.boolean())),
  })
  await fc.assert(
    fc.asyncProperty(lists, async ({ numbers, instants, truths }) => {
      const { rows } = await appPool.query(
        'select $1::float8[] as numbers, $2::timestamptz[] as instants, $3::boolean[] as truths',
        [numbers, instants, truths].map(sendable),
      )
      // JSON and template strings know one zero.
      const read = numbers.map((number) => (number === null ? null : number + 0))
      assert.deepEqual(rows, [{ numbers: read, instants, truths }])
    }),
    { numRuns: 200 },
  )
})
