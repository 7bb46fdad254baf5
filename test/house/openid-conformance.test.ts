import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read } from './files.ts'
import { namedIn } from './named-tests.ts'

const PAGE = 'docs/reference/openid-conformance.md'

test('every test that the page of OpenID conformance names is there, and every row but what is not offered names one', () => {
  const rows = read(PAGE)
    .split('\n')
    .filter((line) => /^\| (?!Module\b|Plan\b|-)/.test(line))

  assert.deepEqual(namedIn(read(PAGE)).missing, [])
  assert.ok(rows.length > 20, `${rows.length}`)
  assert.deepEqual(
    rows.filter((row) => !row.endsWith('| – |') && namedIn(row).tests.length === 0),
    [],
  )
})
