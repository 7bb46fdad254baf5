import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { wordsOf } from './problem-words.ts'

const CASES: [z.ZodType, unknown, string][] = [
  [z.string(), undefined, 'is missing'],
  [z.string(), 7, 'must be text'],
  [z.coerce.number(), 'abc', 'must be a number'],
  [z.int(), 1.5, 'must be a whole number'],
  [z.array(z.string()), 'a', 'must be a list'],
  [z.string().min(1), '', 'must not be empty'],
  [z.string().min(2), 'a', 'must have at least 2 characters'],
  [z.string().max(2), 'abc', 'must have at most 2 characters'],
  [z.number().min(1), 0, 'must be at least 1'],
  [z.number().max(500), 501, 'must be at most 500'],
  [z.array(z.string()).max(1), ['a', 'b'], 'must hold at most 1'],
  [z.email(), 'nope', 'is no e-mail address'],
  [z.url(), 'nope', 'is no URL'],
  [z.templateLiteral(['grp_', z.string()]), 'x', 'does not have the form that it must have'],
  [z.enum(['ok', 'refused']), 'bad', 'must be one of ok, refused'],
  [z.strictObject({}), { shoe: 1 }, 'has what is not known here: shoe'],
  [z.union([z.string(), z.number()]), true, 'has none of the forms that it may have'],
]

test('what is wrong with a value is said in words for whoever sent it', () => {
  for (const [schema, value, words] of CASES) {
    const read = schema.safeParse(value, { error: wordsOf })

    assert.deepEqual(
      read.error?.issues.map(({ message }) => message),
      [words],
    )
  }
})

test('a schema that has words of its own keeps them', () => {
  const schema = z.string().min(3, 'is too short for a secret')

  const read = schema.safeParse('a', { error: wordsOf })

  assert.equal(read.error?.issues[0]?.message, 'is too short for a secret')
})
