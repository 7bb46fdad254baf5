import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linesMatching, repositoryFiles } from './files.ts'

// The patterns are put together from halves, so that this file does not match itself.
const halves = (...pairs: readonly [string, string][]) =>
  new RegExp(pairs.map((pair) => pair.join('')).join('|'))

const files = repositoryFiles().filter((file) => file !== 'LICENSE')
const ours = files.filter((file) => file !== 'package-lock.json')

test('no file names a path of the machine that it was written on', () => {
  const machine = halves(
    ['/wor', 'k/(main|shared)'],
    ['/tmp/', 'plan'],
    ['/ho', 'me/\\w'],
    ['/Us', 'ers/\\w+/'],
  )

  assert.ok(ours.length > 20, `found only ${ours.length} files`)
  // SCIM's own path for users looks like a Mac's home; a machine's has no id after it.
  const found = linesMatching(ours, machine).filter((line) => !/\/Users\/(\$|\{|usr_|:)/.test(line))
  assert.deepEqual(found, [])
})

// SEC D-2
test('no file holds what looks like a private key or a token that opens something', () => {
  const secrets = halves(
    ['-----BEGIN', ' [A-Z ]*PRIVATE KEY'],
    ['\\b(AKIA|ASIA)', '[0-9A-Z]{16}\\b'],
    ['\\bgh[opsru]_', '[A-Za-z0-9]{36}'],
    ['\\bxox[abprs]-', '[0-9A-Za-z-]{20}'],
    ['\\brc[a-z]_[a-z0-9]{16,}', '_[\\w-]{43}_'],
  )

  assert.deepEqual(linesMatching(files, secrets), [])
})

test('no file names a registry or a mirror', () => {
  assert.deepEqual(
    linesMatching(
      files,
      halves(['registry', '\\.npm'], ['npm', 'mirror'], ['artif', 'actory'], ['nexus', '\\.']),
    ),
    [],
  )
})

test('people who are made up live in domains that are reserved for that', () => {
  // RFC 2606 and 6761. A version after a package's name looks like an address, and is none.
  const address =
    /[a-z][\w.+-]*@(?!(?:[\w-]+\.)*(?:example|invalid|test|localhost)\b|example\.(?:com|org|net)\b)[a-z][\w-]*\.[a-z]/i

  assert.match(['nadia', 'acme.exampel'].join('@'), address)
  assert.doesNotMatch('nadia@acme.example, nadia@mail.acme.example, nadia@example.com', address)
  assert.deepEqual(linesMatching(ours, address), [])
})

test('nothing is marked as left for later', () => {
  const marks = halves(['\\bTO', 'DO\\b'], ['\\bFIX', 'ME\\b'], ['not (yet )?imple', 'mented'])

  assert.deepEqual(
    linesMatching(
      ours.filter((file) => /\.(ts|sql|md)$/.test(file)),
      marks,
    ),
    [],
  )
})

test('no test is switched off or run alone', () => {
  const switched = halves(
    ['\\b(test|it|describe)\\.', '(only|skip|todo)\\('],
    ['\\b(only|todo): ', 'true'],
    ['\\bskip: ', 'true'],
  )

  assert.deepEqual(
    linesMatching(
      ours.filter((file) => file.endsWith('.test.ts')),
      switched,
    ),
    [],
  )
})
