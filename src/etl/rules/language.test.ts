import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Refusal } from '../../lib/index.ts'
import { MOST_RULE, parse, print, type Tree } from './language.ts'
import { trees } from '../../../test/support/rule-trees.ts'

/** Without places: a tree that was made has none. */
function shape(tree: Tree): unknown {
  return JSON.parse(
    JSON.stringify(tree, (key, value: unknown) => (key === 'at' ? undefined : value)),
  )
}

test('a tree printed and parsed is the same tree', () => {
  fc.assert(
    fc.property(trees, (tree) => {
      const text = print(tree)
      fc.pre(text.length <= MOST_RULE)

      assert.deepEqual(shape(parse(text)), shape(tree))
    }),
  )
})

test('any text is a rule or is refused with the place, and nothing else', () => {
  // SEC C-8
  const pieces = fc.constantFrom(
    ...[
      'lower(',
      'first(',
      ')',
      '(',
      '[',
      ']',
      ',',
      '"a"',
      '"',
      'userName',
      'emails',
      '.value',
      '\\',
    ],
    ...[
      ' eq ',
      ' pr',
      ' and ',
      ' or ',
      'not(',
      '1',
      '-',
      'true',
      'urn:a:b',
      '__proto__',
      'constructor',
    ],
  )
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces).map((all) => all.join('')),
  )
  fc.assert(
    fc.property(texts, (text) => {
      try {
        parse(text)
      } catch (error) {
        assert.ok(
          error instanceof Refusal && /^At character \d+: ./.test(error.message),
          String(error),
        )
      }
    }),
    { numRuns: 1_000 },
  )
})

for (const [written, printed] of [
  ['userName', 'userName'],
  [' lower ( userName ) ', 'lower(userName)'],
  ['emails[type eq "work"].value', 'emails[type eq "work"].value'],
  [
    'first(emails[type eq "work"].value,emails.value)',
    'first(emails[type eq "work"].value, emails.value)',
  ],
  ['a eq 1 or b pr and not(c sw "x")', 'a eq 1 or b pr and not(c sw "x")'],
  ['(a or b) and c', '(a or b) and c'],
  ['((a))', 'a'],
  ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName', undefined],
  ['"say \\"hi\\""', undefined],
  ['-0', '0'],
] as const)
  test(`${written} is read, and printed in one spelling`, () => {
    assert.equal(print(parse(written)), printed ?? written)
  })

test('"and" binds before "or"', () => {
  assert.deepEqual(shape(parse('a or b and c')), shape(parse('a or (b and c)')))
})

for (const [written, place, reason] of [
  ['', 1, /A value was expected at the end/],
  ['lower(userName', 15, /"\)" was expected at the end/],
  ['lower(userName))', 16, /Nothing was expected at "\)"/],
  ['lowr(userName)', 1, /There is no function "lowr". Did you mean lower\?/],
  ['constructor(userName)', 1, /There is no function "constructor"/],
  ['"open', 1, /double quote is not closed/],
  ['"a\\ud800"', 1, /not a valid JSON string/],
  ['"a\\u0000"', 1, /not a valid JSON string/],
  ["'single'", 1, /write text in double quotes/i],
  ['a eq b eq c', 8, /Nothing was expected at "eq"/],
  ['name.formatted.x', 1, /is no value/],
  ['http://x:y', 1, /is no value/],
  ['a and', 6, /A value was expected at the end/],
  ['emails[type eq "work"].', 23, /names no sub-attribute/],
  [`${'('.repeat(16)}a${')'.repeat(16)}`, 17, /nested 16 levels deep at most/],
  ['lower('.repeat(100_000), 1, /2000 characters at most/],
  [`"${'a'.repeat(MOST_RULE)}"`, 1, /2000 characters at most/],
] as const)
  test(`${written.slice(0, 30)} is refused at character ${place}`, () => {
    // SEC C-8
    assert.throws(
      () => parse(written),
      (error) =>
        error instanceof Refusal &&
        error.code === 'invalid_input' &&
        error.message.startsWith(`At character ${place}: `) &&
        reason.test(error.message),
    )
  })
