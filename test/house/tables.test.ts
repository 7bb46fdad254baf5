import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { test } from 'node:test'
import { read } from './files.ts'
import { OWNERS } from './owners.ts'

const migrations = globSync('src/db/migrations/*.sql').toSorted().map(read).join('\n')
const tables = [...migrations.matchAll(/^create table (\w+) \(/gm)].map((match) => match[1] ?? '')

test('every table has an owner in test/house/owners.ts, and every owner there a table', () => {
  assert.deepEqual(tables.toSorted(), Object.keys(OWNERS).toSorted())
})

// SEC G-4
test('how long a row is kept is said of every table in docs/operations/README.md', () => {
  const [, section = ''] = read('docs/operations/README.md').split('\n### Table by table\n')
  const [rows = ''] = section.split('\n## ')
  const named = [...rows.matchAll(/`([a-z_]+)`/g)].map(([, name = '']) => name)

  assert.deepEqual(named.toSorted(), ['schema_migration', ...tables].toSorted())
})

test('only the owner of a table names it', () => {
  const files = globSync('src/**/*.ts').filter(
    (file) => !file.endsWith('.test.ts') && !file.startsWith('src/db/'),
  )
  const trespasses = files.flatMap((file) => {
    const folder = file.split('/')[1] ?? ''
    return tablesNamed(read(file))
      .filter(({ name }) => {
        const owner = OWNERS[name]
        return (
          owner && owner.folder !== folder && !owner.also?.some((other) => other.folder === folder)
        )
      })
      .map(
        ({ name, line }) =>
          `${file}:${line} names ${name}, which belongs to ${OWNERS[name]?.folder}`,
      )
  })

  assert.deepEqual(trespasses, [])
})

test('naming a table is noticed in Kysely and in SQL, and a word in a sentence is not', () => {
  const text = [
    `await trx.selectFrom('identity as i').innerJoin('link', 'a', 'b')`,
    'sql`delete from pending using resource where true`',
    '// one from link to link',
    `const label = 'site'`,
  ].join('\n')

  assert.deepEqual(
    tablesNamed(text).map(({ name, line }) => `${name}:${line}`),
    ['identity:1', 'link:1', 'pending:2', 'resource:2'],
  )
})

interface Named {
  readonly name: string
  readonly line: number
}

const BUILDER =
  /\b(?:selectFrom|insertInto|updateTable|deleteFrom|mergeInto|using|\w*[jJ]oin)\(\s*\[?\s*'(\w+)/g
const STATEMENT =
  /\b(?:from|join|into|update|using|truncate|table)\s+(?:only\s+)?(?:public\.)?(\w+)/gi

/** The tables that a file's queries name: through Kysely's builder, or in the text of SQL. */
function tablesNamed(text: string): Named[] {
  const literals = [...text.matchAll(/`(?:[^`\\]|\\[^])*`|'(?:[^'\\\n]|\\.)*'/g)]
    .filter((match) => /\b(?:select|insert|update|delete|with|truncate|merge)\b/i.test(match[0]))
    .flatMap((match) =>
      [...match[0].matchAll(STATEMENT)].map((inner) => ({
        name: inner[1] ?? '',
        at: match.index + inner.index,
      })),
    )
  const built = [...text.matchAll(BUILDER)].map((match) => ({
    name: match[1] ?? '',
    at: match.index,
  }))
  return [...built, ...literals]
    .filter(({ name }) => name in OWNERS)
    .toSorted((a, b) => a.at - b.at)
    .map(({ name, at }) => ({ name, line: text.slice(0, at).split('\n').length }))
}
