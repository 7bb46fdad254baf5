import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import pg from 'pg'
import { createTestDatabase } from '../../test/support/database.ts'
import { openDistribution, readCatalog } from './distribute.ts'
import { type CatalogTable, type Placement, planDistribution } from './distribution.ts'
import { uniqueViolation } from './pg-errors.ts'
import { BOOKKEEPING_TABLES, PLATFORM_TABLES } from './platform-tables.ts'

/** What the migrations leave. */
let tables: CatalogTable[]
before(async () => {
  const database = await createTestDatabase()
  const client = await database.ownerPool.connect()
  tables = await readCatalog(client)
  client.release()
  await database.close()
})

const NOTHING = new Map<string, Placement>()
const BY_TENANT: Placement = { kind: 'distributed', column: 'tenant_id' }

/** A table of tenants, but for what is said. */
function tableOf(name: string, differs: Partial<CatalogTable> = {}): CatalogTable {
  return { name, uniqueKeys: [['tenant_id', 'id']], foreignKeys: [], localBytes: 0, ...differs }
}
const refersTo = (to: string) => ({
  foreignKeys: [{ to, columns: ['tenant_id', 'x'], toColumns: ['tenant_id', 'id'] }],
})

test('each table is placed once: by tenant, or, of the platform, on every node', () => {
  const { steps, placed } = planDistribution(tables, NOTHING)

  const placing = steps.filter(({ act }) => act !== 'reclaim')
  const expected = tables
    .map(({ name }) => name)
    .filter((name) => !BOOKKEEPING_TABLES.includes(name))
  assert.ok(expected.length > 30)
  assert.deepEqual(placing.map(({ table }) => table).toSorted(), expected)
  assert.deepEqual(
    placing
      .filter(({ act }) => act === 'copy')
      .map(({ table }) => table)
      .toSorted(),
    Object.keys(PLATFORM_TABLES).toSorted(),
  )
  assert.deepEqual(placed, [])
})

test('who is referred to is placed first, and all lie beside the first', () => {
  const { steps } = planDistribution(tables, NOTHING)

  const order = steps.map(({ table }) => table)
  const early = tables.flatMap(({ name, foreignKeys }) =>
    foreignKeys
      .filter(({ to }) => order.indexOf(to) > order.indexOf(name))
      .map(({ to }) => [name, to]),
  )
  assert.ok(tables.some(({ foreignKeys }) => foreignKeys.length > 0))
  assert.deepEqual(early, [])
  const [first, ...others] = steps.filter(({ act }) => act === 'distribute').map(({ sql }) => sql)
  assert.equal(
    first,
    `select create_distributed_table('audit_log', 'tenant_id', colocate_with => 'none')`,
  )
  assert.deepEqual(
    others.filter((sql) => !sql.endsWith(`'tenant_id', colocate_with => 'audit_log')`)),
    [],
  )
})

test('what a run that was broken off, or an older release, has placed is left there, and the rest laid beside it', () => {
  const { steps, placed } = planDistribution(
    [tableOf('a'), tableOf('b'), tableOf('label'), tableOf('tenant')],
    new Map<string, Placement>([
      ['b', BY_TENANT],
      ['label', { kind: 'reference' }],
    ]),
  )

  assert.deepEqual(placed, ['b', 'label'])
  assert.deepEqual(
    steps.map(({ sql }) => sql),
    [
      `select create_distributed_table('a', 'tenant_id', colocate_with => 'b')`,
      `select create_reference_table('tenant')`,
    ],
  )
})

test('what tables held is taken from the coordinator when all are placed', () => {
  const { steps } = planDistribution(
    [tableOf('a', { localBytes: 8192, ...refersTo('b') }), tableOf('b', { localBytes: 8192 })],
    new Map([['b', BY_TENANT]]),
  )

  assert.deepEqual(
    steps.map(({ act, table }) => `${act} ${table}`),
    ['distribute a', 'reclaim b', 'reclaim a'],
  )
})

test('what cannot be distributed is named, and nothing is planned', () => {
  const crooked = [
    tableOf('keyless', { uniqueKeys: [] }),
    tableOf('by_name', { uniqueKeys: [['name', 'tenant_id']] }),
    tableOf('pointing', { foreignKeys: [{ to: 'a', columns: ['x'], toColumns: ['id'] }] }),
    tableOf('label', refersTo('keyless')),
    tableOf('a'),
    tableOf('b'),
  ]
  const placements = new Map<string, Placement>([
    ['a', { kind: 'distributed', column: 'name' }],
    ['b', { kind: 'reference' }],
  ])

  assert.throws(() => planDistribution(crooked, placements), {
    message: [
      'The tables cannot be distributed:',
      'keyless has no key.',
      'by_name is unique by (name, tenant_id), without its tenant first.',
      'pointing refers to a without the tenant first.',
      'label refers to keyless, of which no node has every row.',
      'a is spread by name, not by tenant_id.',
      'b is on every node, and belongs where its tenant is.',
    ].join('\n  '),
  })
})

test('a PostgreSQL without Citus is refused with what to do', async (t) => {
  const database = await createTestDatabase(t)

  await assert.rejects(
    openDistribution(database.url),
    /no citus extension.*create extension citus/s,
  )
})

test('a Citus that grants nothing on single columns is refused, and the first that does is not', async (t) => {
  const database = await createTestDatabase(t)
  const client = await database.ownerPool.connect()
  await client.query('set allow_system_table_mods = on')
  await client.query(
    `insert into pg_extension select 1, 'citus', extowner, extnamespace, false, '' from pg_extension limit 1`,
  )
  const refusalOf = async (version: string) => {
    await client.query(`update pg_extension set extversion = $1 where extname = 'citus'`, [version])
    const refusal: unknown = await openDistribution(database.url).catch((error: unknown) => error)
    assert.ok(refusal instanceof Error)
    return refusal.message
  }

  const refusals = [
    await refusalOf('12.1-1'),
    await refusalOf('13.0-2'),
    await refusalOf('13.1-1'),
    await refusalOf('14.0-1'),
  ]

  client.release(true)
  assert.deepEqual(
    refusals.map((words) => /^This is Citus (\S+)\. Citus before 13\.1 gives/.exec(words)?.[1]),
    ['12.1-1', '13.0-2', undefined, undefined],
  )
})

test('what migrates keeps a distribution waiting', async (t) => {
  const database = await createTestDatabase(t)
  const client = await database.ownerPool.connect()
  await client.query('select pg_advisory_lock($1)', [0x726f6c6c])

  await assert.rejects(openDistribution(database.url), /being migrated or distributed/)

  client.release(true)
})

test('a name that is taken is told by the name of its constraint, whichever node says so', async (t) => {
  const { ownerPool } = await createTestDatabase(t)
  await ownerPool.query('create table a (b int constraint a_b_key unique)')
  await ownerPool.query('create table a_102008 (b int constraint a_b_key_102008 unique)')
  const refused = async (table: string, passOn: (error: pg.DatabaseError) => void) => {
    const error: unknown = await ownerPool
      .query(`insert into ${table} values (1), (1)`)
      .catch((thrown: unknown) => thrown)
    assert.ok(error instanceof pg.DatabaseError)
    passOn(error)
    return uniqueViolation(error)
  }
  const asIs = () => undefined
  // ReportResultError of Citus passes on code, message, detail, hint and context.
  const byCitus = (error: pg.DatabaseError) => void (error.constraint = undefined)

  assert.deepEqual(
    [
      await refused('a', asIs),
      await refused('a_102008', asIs),
      await refused('a_102008', byCitus),
      uniqueViolation(new Error('duplicate')),
    ],
    ['a_b_key', 'a_b_key', 'a_b_key', undefined],
  )
})
