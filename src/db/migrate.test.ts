import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestDatabase } from '../../test/support/database.ts'
import { migrate } from './index.ts'
import { statementsOf } from './sql-text.ts'

test('a database that is up to date is left alone', async (t) => {
  const { ownerPool } = await createTestDatabase(t)

  assert.deepEqual(await migrate(ownerPool), [])
})

// SEC F-10
test('nodes that start together migrate once', async (t) => {
  const { ownerPool } = await createTestDatabase(t)
  await ownerPool.query(
    'drop schema public cascade; create schema public; grant usage on schema public to public',
  )

  const applied = await Promise.all([migrate(ownerPool), migrate(ownerPool), migrate(ownerPool)])

  assert.equal(applied.flat().filter((name) => name.startsWith('0001')).length, 1)
})

// SEC F-10
test('a database that a newer release wrote is refused, and left as it is', async (t) => {
  const { ownerPool } = await createTestDatabase(t)
  await ownerPool.query(
    `insert into schema_migration (version, name, checksum) values (9999, '9999-later.sql', 'x')`,
  )

  await assert.rejects(migrate(ownerPool), /9999-later\.sql, which this release does not know/)
})

test('a landed migration that was edited is refused', async (t) => {
  const { ownerPool } = await createTestDatabase(t)
  await ownerPool.query(`update schema_migration set checksum = 'other' where version = 1`)

  await assert.rejects(migrate(ownerPool), /never edited/)
})

test('a migration that fails changes nothing and says which it was', async (t) => {
  const { ownerPool } = await createTestDatabase(t)
  await ownerPool.query(
    'drop schema public cascade; create schema public; grant usage on schema public to public',
  )
  await ownerPool.query('create table tenant (in_the_way text)')

  await assert.rejects(migrate(ownerPool), /0001-.*failed and changed nothing/)

  const { rows } = await ownerPool.query(`select to_regclass('connection') as made`)
  assert.deepEqual(rows, [{ made: null }])
})

test('a file of SQL is taken apart where a statement ends, and nowhere else', () => {
  assert.deepEqual(
    statementsOf(`-- one; and
create table "a;b" (c text default 'x;''y'); /* two; */
do $body$ begin perform 1; execute $$select ';'$$; end $body$;
select $1::text, a$b from c;
-- the end;
`).map((statement) => statement.trim()),
    [
      `-- one; and\ncreate table "a;b" (c text default 'x;''y')`,
      `/* two; */\ndo $body$ begin perform 1; execute $$select ';'$$; end $body$`,
      'select $1::text, a$b from c',
    ],
  )
})
