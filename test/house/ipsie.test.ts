import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { read } from './files.ts'

const PAGE = 'docs/reference/ipsie.md'

test('every test that the page of the IPSIE profile names is there, by its file and its words', () => {
  const named = [...read(PAGE).matchAll(/`([\w./-]+\.test\.ts)`(?:: ([^`|]+?)(?= `|\. `| \|))?/g)]
  const missing = named.filter(([, file = '', words = '']) => {
    if (!existsSync(file)) return true
    return !withoutQuotes(read(file)).includes(withoutQuotes(words.replace(/\.$/, '')))
  })

  assert.ok(named.length > 25, `${named.length}`)
  assert.deepEqual(
    missing.map(([whole]) => whole),
    [],
  )
})

test('whatever the page says is met names a test, or the row that does', () => {
  const rows = read(PAGE)
    .split('\n')
    .filter((line) => / \| met \| /.test(line))

  assert.ok(rows.length > 20)
  assert.deepEqual(
    rows.filter((row) => !/\.test\.ts`|As above/.test(row)),
    [],
  )
})

/** Quotes within a text may be escaped where it stands in a source. */
function withoutQuotes(text: string): string {
  return text.replaceAll(/[\\'"’]/g, '')
}
