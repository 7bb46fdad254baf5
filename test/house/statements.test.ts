/**
 * Every statement on a tenant's table names the tenant (SEC I-3), so that it can be sent to the one
 * node that holds the tenant when the tables are distributed (design section 4). What looks over
 * all tenants is listed here with the reason, and locks nothing.
 */
import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { test } from 'node:test'
import { PLATFORM_TABLES } from '../../src/db/index.ts'
import { read } from './files.ts'
import { OPERATOR_WIDE } from './operator-wide.ts'
import { OWNERS } from './owners.ts'

const WALLED = Object.keys(OWNERS).filter((table) => !(table in PLATFORM_TABLES))

const files = globSync('src/**/*.ts')
  .filter((file) => !file.endsWith('.test.ts') && !file.startsWith('src/db/'))
  .toSorted()

interface Statement {
  readonly at: string
  readonly file: string
  readonly text: string
}

/** From the word that begins a Kysely statement to what runs it. */
function kyselyStatements(file: string, text: string): Statement[] {
  const begins = /\.(?:selectFrom|updateTable|deleteFrom|insertInto)\('(\w+)'/g
  return [...text.matchAll(begins)]
    .filter(([, table = '']) => WALLED.includes(table))
    .map((match) => {
      const rest = text.slice(match.index)
      const end = rest.search(/\.execute\w*\(|\n\n/)
      return {
        at: `${file}:${text.slice(0, match.index).split('\n').length} ${match[1]}`,
        file,
        text: end < 0 ? rest : rest.slice(0, end),
      }
    })
}

/** SQL in a template or a string, with what it is put together from taken as it stands. */
function sqlStatements(file: string, text: string): Statement[] {
  const names = WALLED.join('|')
  const named = new RegExp(`\\b(?:from|join|update|into)\\s+(?:${names})\\b`, 'i')
  return [...text.matchAll(/`(?:[^`\\]|\\.)*`|'(?:[^'\\\n]|\\.)*'/g)]
    .filter(
      ([literal]) => /\b(?:select|insert|update|delete)\b/i.test(literal) && named.test(literal),
    )
    .map((match) => ({
      at: `${file}:${text.slice(0, match.index).split('\n').length}`,
      file,
      text: match[0],
    }))
}

const statements = files.flatMap((file) => {
  const text = read(file).replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, (comment) =>
    comment.replaceAll(/[^\n]/g, ' '),
  )
  return [...kyselyStatements(file, text), ...sqlStatements(file, text)]
})

/** Compares the tenant, or writes it. */
const NAMES_TENANT = /tenant_id'?,? *'?=|\(\s*tenant_id|tenant_id:|\btenant_id, |\btenant_id\)/

// SEC I-3
test('every statement on a table of a tenant names the tenant, or is in the list of those that look over all', () => {
  assert.ok(statements.length > 80, `found only ${statements.length} statements`)
  const wide = statements.filter(({ text }) => !NAMES_TENANT.test(text))

  assert.deepEqual(
    wide
      .filter(({ file }) => OPERATOR_WIDE[file] === undefined)
      .map(({ at, text }) => `${at}: ${text.slice(0, 80)}`),
    [],
  )
  assert.deepEqual(
    wide.filter(({ text }) => /forUpdate|for update|for share/i.test(text)).map(({ at }) => at),
    [],
    'what looks over all tenants locks nothing',
  )
})

test('a statement without its tenant is noticed', () => {
  const text = [
    "trx.selectFrom('resource').selectAll().execute()",
    "trx.prepared('x', `delete from link where from_id = $1`, [])",
    "trx.updateTable('run').set({}).where('tenant_id', '=', tenantId).execute()",
  ].join('\n\n')

  const found = [...kyselyStatements('x.ts', text), ...sqlStatements('x.ts', text)]

  assert.deepEqual(
    found.filter(({ text: each }) => !NAMES_TENANT.test(each)).map(({ at }) => at),
    ['x.ts:1 resource', 'x.ts:3'],
  )
})

test('no statement leans on what cannot be distributed', () => {
  const forbidden = /\block table\b|\bnextval\b|\bserial\b|deferrable|\bexclude using\b/i
  const migrations = globSync('src/db/migrations/*.sql').map((file) => ({
    at: file,
    text: read(file),
  }))

  assert.deepEqual(
    [...statements, ...migrations]
      .filter(({ text }) => forbidden.test(text.replaceAll(/--.*$/gm, '')))
      .map(({ at }) => at),
    [],
  )
})
