import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fields, printable, table } from './output.ts'

test('text from a directory can neither move the cursor nor turn a line around', () => {
  const hostile = 'a\u001B[2Jb\u202Ec\nd\u200Be\u009Bf' // SEC W-5

  assert.equal(printable(hostile), 'a\\u{1b}[2Jb\\u{202e}c\\u{a}d\\u{200b}e\\u{9b}f')
  for (const text of [fields([['Name', hostile]]), table(['NAME'], [[hostile]], '')])
    assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u)
})

test('names in every script stay as they are, and columns stay aligned', () => {
  const text = table(
    ['NAME', 'ID'],
    [
      ['Zoë', 1],
      ['日本', 2],
      ['נועה', 3],
    ],
    '',
  )

  assert.equal(text, 'NAME  ID\nZoë   1\n日本  2\nנועה  3\n')
})

test('an empty list says so in a sentence', () => {
  assert.equal(table(['NAME'], [], 'There are no tenants yet.'), 'There are no tenants yet.\n')
})
