import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read } from './files.ts'
import { namedIn } from './named-tests.ts'

const PAGE = 'docs/reference/scim-details.md'
const ROWS = read(PAGE)
  .split('\n')
  .filter((line) => /^\| (?!Detail\b|-)/.test(line))

test('every test and every check that the page of SCIM details names is there', () => {
  const { tests, checks, missing } = namedIn(read(PAGE))

  assert.ok(tests.length > 40 && checks.length > 200, `${tests.length} and ${checks.length}`)
  assert.deepEqual(missing, [])
})

test('every detail of the page names what shows it', () => {
  const unshown = ROWS.filter((row) => {
    const { tests, checks } = namedIn(`| ${row.split(' | ').slice(1).join(' | ')}`)
    return tests.length + checks.length === 0
  })

  assert.ok(ROWS.length > 90, `${ROWS.length}`)
  assert.deepEqual(unshown, [])
})
