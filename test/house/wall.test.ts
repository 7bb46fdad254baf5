/** The wall between tenants, as the database itself describes it after all migrations. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { BOOKKEEPING_TABLES, PLATFORM_TABLES } from '../../src/db/index.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
before(async () => {
  database = await createTestDatabase()
})
after(() => database.close())

async function rows<T>(sql: string, values: unknown[] = []): Promise<T[]> {
  return (await database.ownerPool.query(sql, values)).rows as T[]
}

/** Tables that hold a tenant's data. */
async function walled(): Promise<string[]> {
  const tables = await rows<{ name: string }>(
    `select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by relname`,
  )
  return tables
    .map(({ name }) => name)
    .filter((name) => !(name in PLATFORM_TABLES) && !BOOKKEEPING_TABLES.includes(name))
}

// SEC I-2
test('every table of a tenant has a primary key, and no tenant is null', async () => {
  const tables = await walled()

  const keyed = await rows<{ name: string }>(
    `select c.relname as name from pg_class c
       join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnotnull
       join pg_constraint p on p.conrelid = c.oid and p.contype = 'p'
      where c.relname = any($1)`,
    [tables],
  )

  assert.ok(tables.length > 15)
  assert.deepEqual(keyed.map(({ name }) => name).toSorted(), tables)
})

// SEC I-2
test('the tenant leads every primary key, unique key, unique index and foreign key', async () => {
  const keys = await rows<{ key: string; leads: string }>(
    `select c.conrelid::regclass || ' ' || c.conname as key, a.attname as leads
       from pg_constraint c
       join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
      where c.contype in ('p', 'u', 'f') and c.conrelid::regclass::text = any($1)
     union all
     select i.indrelid::regclass || ' ' || i.indexrelid::regclass, coalesce(a.attname, 'an expression')
       from pg_index i
       left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indisunique and i.indrelid::regclass::text = any($1)`,
    [await walled()],
  )

  assert.ok(keys.length > 40)
  assert.deepEqual(
    keys.filter(({ leads }) => leads !== 'tenant_id'),
    [],
  )
})

// SEC I-2
test('a foreign key points at the tenant of its own row', async () => {
  const crooked = await rows(
    `select c.conrelid::regclass || ' ' || c.conname as key
       from pg_constraint c
       join pg_attribute a on a.attrelid = c.confrelid and a.attnum = c.confkey[1]
      where c.contype = 'f' and a.attname <> 'tenant_id'`,
  )

  assert.deepEqual(crooked, [])
})

/** The policies of a table, by the commands that each is for; all as SQL says them. */
async function policies() {
  const found = await rows<{
    name: string
    policy: string
    command: string
    seen: string
    written: string
  }>(
    `select c.relname as name, polname as policy, polcmd as command,
            coalesce(pg_get_expr(polqual, c.oid), '') as seen,
            coalesce(pg_get_expr(polwithcheck, c.oid), '') as written
       from pg_policy join pg_class c on c.oid = polrelid
      where c.relrowsecurity and c.relforcerowsecurity`,
  )
  return found.map(({ command, ...policy }) => ({
    ...policy,
    commands: command === '*' ? 'rawd' : command,
    isWall:
      (command === 'a' || WALL.test(policy.seen)) &&
      ('rd'.includes(command) || WALL.test(policy.written)),
  }))
}

/** What else there is narrows it: nothing stands beside it by OR. */
const WALL = /^(?![\s\S]* OR )\(+tenant_id = current_setting\('rollcall\.tenant'::text, true\)\)/

// SEC I-4
test('row-level security is enabled and forced on every table of a tenant, for reading and writing', async () => {
  const tables = await walled()

  const secured = (await policies()).filter(({ isWall }) => isWall)
  const commandsOf = Map.groupBy(secured, ({ name }) => name)

  for (const table of tables) {
    const commands = (commandsOf.get(table) ?? []).map((policy) => policy.commands).join('')
    assert.equal([...commands].toSorted().join(''), 'adrw', table)
  }
})

// SEC I-4
test('what looks over the wall only reads', async () => {
  const others = (await policies()).filter(({ isWall }) => !isWall)

  assert.ok(others.length > 0)
  assert.deepEqual(
    others.filter(({ commands }) => commands !== 'r'),
    [],
  )
})

// SEC I-4
test('the app works as a role that owns nothing and may bypass nothing', async () => {
  const [role] = await rows(
    `select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
            (select count(*) from pg_class where relowner = r.oid)::int as owns
       from pg_roles r where rolname = 'rollcall_app'`,
  )

  assert.deepEqual(role, {
    rolsuper: false,
    rolbypassrls: false,
    rolcreaterole: false,
    rolcreatedb: false,
    owns: 0,
  })
})

// SEC G-2
test('what happened can be added to and read, and neither changed nor taken away before its time', async () => {
  const granted = await rows(
    `select table_name, privilege_type from information_schema.role_table_grants
      where grantee = 'rollcall_app' and table_name in ('audit_log', 'event')
        and privilege_type not in ('SELECT', 'INSERT')`,
  )
  const kept = (await policies()).filter(
    ({ name, commands }) => name === 'event' && commands.includes('d'),
  )

  // Events go when they have outlived their days, and none that is younger than one.
  assert.deepEqual(granted, [{ table_name: 'event', privilege_type: 'DELETE' }])
  assert.deepEqual(
    kept.map(({ policy, seen }) => [policy, seen.replace(WALL, '')]),
    [['kept_for_a_day', " AND (happened_at < (now() - '1 day'::interval)))"]],
  )
})
