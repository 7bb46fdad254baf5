/** Another master key takes over (SEC K-2): when, what is wrapped anew, and what stands in the way of retiring the former. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { startApp, type TestApp } from '../../test/support/app.ts'
import { connectTo, createTestDatabase, type TestDatabase } from '../../test/support/database.ts'
import { until } from '../../test/support/world.ts'
import { nextSealed, rewrapSealed, type SealedColumn } from '../db/index.ts'
import {
  createKeyRing,
  seal,
  systemRandom,
  type TenantId,
  type WrappingKey,
  wrappingKey,
} from '../lib/index.ts'
import { SEALED_COLUMNS } from '../sealed-columns.ts'
import { placeOf } from '../sessions/index.ts'
import { countValues, rewrapValues } from './rewrapping.ts'

const [OLD, NEW, OTHER] = [7, 8, 9].map((each) => wrappingKey(Buffer.alloc(32, each))) as [
  WrappingKey,
  WrappingKey,
  WrappingKey,
]

interface TestNode extends TestApp {
  /** What its key file holds from now on; it is read at once. */
  readonly put: (...keys: WrappingKey[]) => Promise<void>
}

async function startNode(
  t: TestContext,
  database: TestDatabase,
  ...keys: WrappingKey[]
): Promise<TestNode> {
  let inFile = keys
  const app = await startApp(t, { database, masterKeys: keys, keysInFile: async () => inFile })
  return {
    ...app,
    async put(...next) {
      inFile = next
      await app.app.masterKeys.look()
    },
  }
}

/** A node on a database of its own, which goes after it; by force, for the connections of others. */
async function startFirst(t: TestContext): Promise<TestNode> {
  const database = await createTestDatabase()
  const node = await startNode(t, database, OLD)
  t.after(database.close)
  return node
}

/** Another on the same database. */
async function startNext(
  t: TestContext,
  { database }: TestNode,
  ...keys: WrappingKey[]
): Promise<TestNode> {
  const connected = await connectTo(database.url)
  try {
    return await startNode(t, connected, ...keys)
  } finally {
    t.after(connected.close)
  }
}

async function startTwo(t: TestContext) {
  const first = await startFirst(t)
  return { first, second: await startNext(t, first, OLD) }
}

async function statesAt({ admin }: TestApp): Promise<Record<string, string>> {
  const { items } = await admin.listMasterKeys({})
  return Object.fromEntries(items.map(({ id, state }) => [id, state]))
}

const ISSUER = 'https://acme.okta.example'

/** A tenant whose connection has a client secret. @returns under which key it is */
async function keepSecret({ admin, onboard, database }: TestApp, name: string) {
  const { tenant, connection } = await onboard(name)
  const which = { tenant: tenant.id, connection: connection.id }
  const change = (clientSecret: string) =>
    admin.changeConnection({
      ...which,
      oidcApplication: { issuer: ISSUER, clientId: '0oa1', clientSecret },
    })
  await change('a secret')
  const keyOf = async () => {
    const { rows } = await database.ownerPool.query<{ id: string }>(
      `select split_part(client_secret_sealed, '.', 2) as id from connection where connection_id = $1`,
      [connection.id],
    )
    return rows[0]?.id
  }
  return { which, tenantId: tenant.id, connectionId: connection.id, change, keyOf }
}

/** As if the key that seals had taken over so long ago. */
async function goBack({ database }: TestApp, hours: number): Promise<void> {
  await database.ownerPool.query(
    `update master_key set seals_from = seals_from - $1 * interval '1 hour'`,
    [hours],
  )
}

// SEC K-2
test('a key that is added to the file seals within a look, and what the former sealed is opened and wrapped anew', async (t) => {
  const node = await startFirst(t)
  const before = await keepSecret(node, 'Acme')

  await node.put(OLD, NEW)
  await node.put(OLD, NEW)
  const after = await keepSecret(node, 'Birch')

  assert.deepEqual(await statesAt(node), { [OLD.id]: 'opens', [NEW.id]: 'seals' })
  assert.equal(await after.keyOf(), NEW.id)
  await until('wrapped anew', async () => (await before.keyOf()) === NEW.id)
  assert.equal(
    await node.app.tenants.readConnectionSecret(before.tenantId, before.connectionId),
    'a secret',
  )
  await until('counted', () => node.app.masterKeys.valuesLeft() === 0)
  const [entry] = await node.app.audit.list(null, { limit: 1 })
  assert.deepEqual([entry?.act, entry?.object], ['keys.master-key.took-over', NEW.id])
})

// SEC K-2
test('while another node does not have the new key the old one seals, on both', async (t) => {
  const { first, second } = await startTwo(t)
  const acme = await keepSecret(first, 'Acme')

  await first.put(OLD, NEW)
  await first.put(OLD, NEW)
  await acme.change('another')

  assert.equal(await acme.keyOf(), OLD.id)
  const [, waits] = (await first.admin.listMasterKeys({})).items
  assert.deepEqual(
    [waits?.id, waits?.state, waits?.hadBy.length, waits?.lackedBy.length],
    [NEW.id, 'waits', 1, 1],
  )
  const health = await second.admin.readHealth({})
  const check = health.checks.find(({ name }) => name === 'master-keys')
  assert.equal(check?.verdict, 'attention')
  assert.match(check?.seen ?? '', new RegExp(`${NEW.id} does not seal yet`))

  await second.put(OLD, NEW)
  await first.put(OLD, NEW)
  await acme.change('a third')

  assert.equal(await acme.keyOf(), NEW.id)
  assert.equal(
    await second.app.tenants.readConnectionSecret(acme.tenantId, acme.connectionId),
    'a third',
  )
})

// SEC K-2
test('a node that comes without a key that is needed does not start, and does not stand in the way of the next', async (t) => {
  const first = await startFirst(t)
  await first.put(OLD, NEW)
  await first.put(OLD, NEW)

  await assert.rejects(startNext(t, first, OLD), new RegExp(`${NEW.id}.*does not have`))
  await assert.rejects(startNext(t, first, NEW), new RegExp(`${OLD.id}.*does not have`))

  await first.put(OLD, NEW, OTHER)
  assert.equal((await statesAt(first))[OTHER.id], 'seals')
})

// SEC K-2
test('a key that is gone from the file goes on opening while it is needed', async (t) => {
  const node = await startFirst(t)
  const acme = await keepSecret(node, 'Acme')

  await node.put(NEW)

  assert.equal(
    await node.app.tenants.readConnectionSecret(acme.tenantId, acme.connectionId),
    'a secret',
  )
  assert.equal(node.app.masterKeys.lacking().length, 0)
})

/** What a round works with, and so many values under the old key that it takes several batches. */
async function startWithMany(t: TestContext, many: number) {
  const node = await startFirst(t)
  const { tenant } = await node.onboard('Acme')
  const tenantId = tenant.id
  const rows = Array.from({ length: many }, (_, index) => {
    const idHash = `hash ${String(index).padStart(4, '0')}`
    const place = placeOf(tenantId, 'Grant', idHash)
    return [idHash, seal(createKeyRing([OLD]), systemRandom, place, `text ${index}`)] as const
  })
  await node.database.ownerPool.query(
    `insert into oidc_payload (tenant_id, model, id_hash, payload)
     select $1, 'Grant', id_hash, to_jsonb(sealed) from unnest($2::text[], $3::text[]) as n (id_hash, sealed)`,
    [tenantId, rows.map(([idHash]) => idHash), rows.map(([, sealed]) => sealed)],
  )
  const given = {
    ...{ db: node.database.db, random: systemRandom, masterKey: createKeyRing([OLD, NEW]) },
    tenants: async (after: TenantId | undefined) => (after === undefined ? [tenantId] : []),
  }
  return { node, tenantId, given }
}

const PAYLOADS = SEALED_COLUMNS.filter(({ table }) => table === 'oidc_payload')
const GOING_ON = new AbortController().signal

// SEC K-2
test('a round that is killed after a batch has done that one, and another node goes on with the rest', async (t) => {
  const { given } = await startWithMany(t, 250)
  const killed = new AbortController()
  let seen = 0
  const columns: SealedColumn[] = PAYLOADS.map((column) => ({
    ...column,
    placeOf(row) {
      seen += 1
      if (seen === 100) killed.abort()
      return column.placeOf(row)
    },
  }))

  const first = await rewrapValues({ ...given, columns }, killed.signal)
  const between = await countValues({ ...given, columns: PAYLOADS }, GOING_ON)
  const second = await rewrapValues({ ...given, columns: PAYLOADS }, GOING_ON)

  assert.deepEqual([first.rewrapped, second.rewrapped], [100, 150])
  assert.deepEqual(
    between,
    new Map([
      [OLD.id, 150],
      [NEW.id, 100],
    ]),
  )
  assert.deepEqual(
    await countValues({ ...given, columns: PAYLOADS }, GOING_ON),
    new Map([[NEW.id, 250]]),
  )
})

// SEC K-2
test('what is written while a batch is wrapped anew wins, and what does not open is left as it is', async (t) => {
  const { node, given, tenantId } = await startWithMany(t, 3)
  const [column] = PAYLOADS
  assert.ok(column !== undefined)
  const batch = await nextSealed(given.db, column, tenantId, given.masterKey, {
    ...{ after: undefined, limit: 10 },
  })
  const place = placeOf(tenantId, 'Grant', 'hash 0001')
  const written = seal(given.masterKey, systemRandom, place, 'written meanwhile')
  const payloads = async () => {
    const { rows } = await node.database.ownerPool.query<{ text: string }>(
      `select payload #>> '{}' as text from oidc_payload order by id_hash`,
    )
    return rows.map(({ text }) => text)
  }
  const change = (idHash: string, text: string) =>
    node.database.ownerPool.query(
      'update oidc_payload set payload = to_jsonb($2::text) where id_hash = $1',
      [idHash, text],
    )
  await change('hash 0001', written)
  await node.database.ownerPool.query(`delete from oidc_payload where id_hash = 'hash 0002'`)

  const done = await rewrapSealed(given, column, tenantId, batch)

  assert.deepEqual(done, { rewrapped: 1, failed: 0 })
  assert.equal((await payloads())[1], written)
  // A value that was copied from another row.
  const [ofAnother = ''] = batch.map(({ sealed }) => sealed)
  await change('hash 0001', ofAnother)
  const again = await rewrapValues({ ...given, columns: PAYLOADS }, GOING_ON)
  assert.deepEqual(again, { rewrapped: 0, failed: 1 })
  assert.equal((await payloads())[1], ofAnother)
})

// SEC K-2
test('a key is retired when it wraps nothing, no node seals with it, and what was derived from it has ended', async (t) => {
  const { first, second } = await startTwo(t)
  const acme = await keepSecret(first, 'Acme')
  const retire = (key = OLD.id) => first.admin.retireMasterKey({ key })

  await assert.rejects(retire(), /is the key that seals/)
  await assert.rejects(retire('0a0a0a0a'), /has ever sealed here/)
  await second.put(OLD, NEW)
  await first.put(OLD, NEW)
  await assert.rejects(retire(), /may still seal with/, 'the second has not looked since')
  await second.put(OLD, NEW)
  await assert.rejects(retire(), /an hour more/)
  await goBack(first, 2)
  await until('wrapped anew', async () => (await acme.keyOf()) === NEW.id)
  await first.database.ownerPool.query('update connection set client_secret_sealed = $1', [
    seal(createKeyRing([OLD]), systemRandom, 'elsewhere', 'a straggler'),
  ])
  await assert.rejects(retire(), /still wraps 1 value/)
  await acme.change('another')
  await retire()

  assert.deepEqual(await statesAt(second), { [OLD.id]: 'retired', [NEW.id]: 'seals' })
  assert.equal((await retire()).items[0]?.state, 'retired', 'twice is once')
  const [entry] = await first.app.audit.list(null, { limit: 1 })
  assert.deepEqual([entry?.act, entry?.object], ['keys.master-key.retired', OLD.id])
  await second.put(OLD, NEW)
  const { nodes } = await first.admin.readHealth({})
  assert.deepEqual(
    nodes.map(({ keyIds }) => keyIds),
    [[NEW.id], [NEW.id]],
    'in the file it does no harm',
  )
})
