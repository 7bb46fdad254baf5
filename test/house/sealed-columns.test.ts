/** That another master key takes over misses nothing: what is sealed is known, column by column (SEC K-2). */
import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { test } from 'node:test'
import { SEALED_COLUMNS } from '../../src/sealed-columns.ts'
import { read } from './files.ts'

/** Sealed columns whose name does not say so, with what they hold. */
const BY_ANOTHER_NAME: Readonly<Record<string, string>> = {
  'flow.interaction': 'which question of the OpenID provider a browser comes back to',
  'oidc_payload.payload': 'sessions, grants, codes and tokens, as jsonb of one string',
}

const known = SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`)

// SEC K-2
test('every column that is called sealed is told of by the folder of its table, and so is each of another name', () => {
  const schema = read('src/db/schema.sql')
  const named = [...schema.matchAll(/^create table (\w+) \(\n([^]*?)^\);/gm)].flatMap(
    ([, table = '', columns = '']) =>
      [...columns.matchAll(/^ {2}(\w+_sealed) /gm)].map(([, column = '']) => `${table}.${column}`),
  )

  assert.deepEqual(known.toSorted(), [...named, ...Object.keys(BY_ANOTHER_NAME)].toSorted())
})

// SEC K-2
test('every primary key of such a table is told of whole', () => {
  const schema = read('src/db/schema.sql')

  for (const { table, key, isOfTenants } of SEALED_COLUMNS) {
    const keyOf = new RegExp(`constraint ${table}_pkey PRIMARY KEY \\(([^)]*)\\)`)
    const [, columns = ''] = keyOf.exec(schema) ?? []
    const told = [...(isOfTenants ? ['tenant_id'] : []), ...key]
    // Of an installation there is one.
    assert.deepEqual(table === 'installation' ? ['is_only'] : told, columns.split(', '), table)
  }
})

// SEC K-2
test('each file that seals is of a folder that tells of a sealed column', () => {
  const folders = new Set(
    globSync('src/**/*.ts')
      .filter((file) => !file.endsWith('.test.ts') && /\bsealedColumn\(\{/.test(read(file)))
      .map((file) => file.split('/')[1]),
  )
  // What signin seals of sessions it keeps in the table that `sessions` tells of.
  const sealing = globSync('src/**/*.ts').filter(
    (file) =>
      !file.endsWith('.test.ts') && !file.startsWith('src/lib/') && /\bseal\(/.test(read(file)),
  )

  assert.ok(sealing.length > 6)
  assert.deepEqual(
    sealing.filter((file) => !folders.has(file.split('/')[1])),
    [],
  )
})
