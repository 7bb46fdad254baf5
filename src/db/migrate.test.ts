import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestDatabase } from '../../test/support/database.ts'
import { migrate } from './index.ts'
import { readMigrations } from './migrate.ts'
import { changesOf, statementsOf } from './sql-text.ts'

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

test('a constraint is added by itself, and other changes of a table stay together', () => {
  assert.deepEqual(
    [
      `-- one, and
alter table only "a" add column b text default 'x,y' /* two, */, drop constraint c,
  add constraint c check (b in ('x', 'y')), add primary key (tenant_id, b)`,
      `alter table a add column b text check (b in ('x', 'y')), drop c`,
      `alter table a add column b text, drop column "c,", add column add_check text`,
      `update a set b = 'alter table a add check (b), drop c'`,
    ].map(changesOf),
    [
      [
        `alter table only "a" add column b text default 'x,y'`,
        'alter table only "a" drop constraint c',
        `alter table only "a" add constraint c check (b in ('x', 'y'))`,
        'alter table only "a" add primary key (tenant_id, b)',
      ],
      [`alter table a add column b text check (b in ('x', 'y'))`, 'alter table a drop c'],
      [`alter table a add column b text, drop column "c,", add column add_check text`],
      [`update a set b = 'alter table a add check (b), drop c'`],
    ],
  )
})

test('no migration, as it is sent, adds a constraint beside another change', async () => {
  const sent = (await readMigrations()).flatMap(({ statements }) => statements)

  const adding = sent.filter((text) =>
    /^alter table \S+\s+add\s[\s\S]*\b(?:constraint|key|unique|check|references)\b/i.test(text),
  )
  assert.ok(adding.length > 10)
  assert.deepEqual(
    adding.filter((text) => /,\s*(?:add|drop|alter)\s/i.test(text)),
    [],
  )
})
