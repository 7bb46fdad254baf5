import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read } from './files.ts'
import { namedIn } from './named-tests.ts'

const PAGE = 'docs/reference/ipsie.md'

test('every test that the page of the IPSIE profile names is there, by its file and its words', () => {
  const { tests, missing } = namedIn(read(PAGE))

  assert.ok(tests.length > 25, `${tests.length}`)
  assert.deepEqual(missing, [])
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
