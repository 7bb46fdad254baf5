import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startApp } from '../../test/support/app.ts'
import { rollcall } from '../../test/support/terminal.ts'
import { until } from '../../test/support/world.ts'
import { createPool, readDatabaseState } from '../db/index.ts'
import { type CheckName, judge, type Verdict, worst } from './checks.ts'
import type { Facts } from './create-health.ts'
import type { Node } from './nodes.ts'

const NOW = new Date('2026-03-01T12:00:00Z')
const before = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000)
const owed = { waiting: 0, failing: 0, givenUp: 0, oldestAt: null }

const node: Node = {
  ...{ nodeId: 'nod_1', name: 'one', version: '1.0.0', runtime: '24.0.0' },
  ...{ startedAt: before(3_600), seenAt: NOW, isLost: false },
  ...{ rssBytes: 200e6, heapBytes: 80e6, heapLimitBytes: 2e9, loopDelayMs: 3 },
  ...{ connectionsBusy: 1, connectionsMost: 16, transactionsWaiting: 0 },
  ...{ logRowsDropped: 0, clockAheadMs: 2, keyIds: ['aaaaaaaa'], sealsWith: 'aaaaaaaa' },
}
const DATABASE: Facts['database'] = {
  ...{
    version: '18.0',
    startedAt: before(7_200),
    bytes: 1e9,
    connections: 5,
    connectionsMost: 100,
  },
  ...{ isReadOnly: false, unsafe: [], replicas: [], oldestTransaction: null, seesAll: true },
  migrations: { latest: '0002-b.sql', pending: [], unknown: [] },
}
const loading: Facts['loading'] = {
  ...{ waiting: 3, oldestWaitingAt: before(1), quarantined: 0, held: 0 },
  ...{ pausedTenants: 0, laggingTenants: 0 },
}
const masterKeys: Facts['masterKeys'] = {
  ...{ sealing: 'aaaaaaaa', since: before(90_000), lacking: [], waiting: [], valuesLeft: 0 },
}
const well: Facts = {
  masterKeys,
  ...{ nodeId: 'nod_1', nodes: [node], database: DATABASE, loading, notices: owed, warnings: owed },
  ...{ endings: [before(-10 * 86_400)], disk: { freeBytes: 50e9, bytes: 100e9 } },
}
const replica = { name: 'r', state: 'streaming', lagBytes: 1e6, lagSeconds: 1 }
const nodes = (...more: Partial<Node>[]) => ({
  nodes: [node, ...more.map((each) => ({ ...node, name: 'two', ...each }))],
})
const ofDatabase = (more: Partial<Facts['database']>) => ({ database: { ...DATABASE, ...more } })

test('where all is well nothing is to be done', () => {
  const checks = judge(well, NOW)

  assert.deepEqual(
    checks.filter(({ verdict, next }) => verdict !== 'ok' || next !== null),
    [],
  )
  assert.equal(worst(checks), 'ok')
  assert.equal(judge({ ...well, disk: undefined }, NOW).length, checks.length - 1)
})

const CASES = [
  ['nodes', 'attention', nodes({ isLost: true })],
  ['releases', 'attention', nodes({ version: '1.1.0' })],
  ['clocks', 'attention', nodes({ clockAheadMs: -31_000 })], // SEC F-8
  ['clocks', 'failing', nodes({ clockAheadMs: 301_000 })],
  ['memory', 'attention', nodes({ heapBytes: 1.7e9 })],
  ['memory', 'failing', nodes({ heapBytes: 1.95e9 })],
  ['event-loop', 'attention', nodes({ loopDelayMs: 150 })],
  ['event-loop', 'failing', nodes({ loopDelayMs: 1_500 })],
  ['connections', 'attention', nodes({ transactionsWaiting: 4 })],
  ['connections', 'attention', ofDatabase({ connections: 95 })],
  ['database', 'failing', ofDatabase({ isReadOnly: true })],
  ['durability', 'failing', ofDatabase({ unsafe: ['fsync', 'full_page_writes'] })], // SEC F-7
  ['replication', 'attention', ofDatabase({ replicas: [replica, { ...replica, lagBytes: 2e9 }] })],
  ['replication', 'attention', ofDatabase({ replicas: [{ ...replica, state: 'catchup' }] })],
  [
    'transactions',
    'attention',
    ofDatabase({ oldestTransaction: { seconds: 601, user: 'dba', processId: 7 } }),
  ],
  [
    'migrations',
    'failing',
    ofDatabase({ migrations: { ...DATABASE.migrations, pending: ['0003'] } }),
  ],
  [
    'migrations',
    'attention',
    ofDatabase({ migrations: { ...DATABASE.migrations, unknown: ['0003'] } }),
  ],
  [
    'loading',
    'failing',
    { loading: { ...loading, laggingTenants: 1, oldestWaitingAt: before(900) } },
  ],
  ['logout-notices', 'attention', { notices: { ...owed, waiting: 2, failing: 1 } }],
  ['logout-notices', 'failing', { notices: { ...owed, givenUp: 1 } }],
  ['warnings', 'attention', { warnings: { ...owed, waiting: 2, failing: 1 } }],
  ['provisioning-log', 'attention', nodes({ logRowsDropped: 12 })],
  ['credentials', 'attention', { endings: [before(-6 * 86_400)] }],
  ['credentials', 'attention', { endings: [before(60)] }],
  // SEC K-2
  [
    'master-keys',
    'attention',
    { masterKeys: { ...masterKeys, waiting: [{ id: 'b', lackedBy: ['two'] }] } },
  ],
  ['master-keys', 'attention', { masterKeys: { ...masterKeys, valuesLeft: 3 } }],
  [
    'master-keys',
    'failing',
    { masterKeys: { ...masterKeys, lacking: [{ node: 'two', id: 'aaaaaaaa' }] } },
  ],
  ['disk', 'attention', { disk: { freeBytes: 4e9, bytes: 100e9 } }],
  ['disk', 'failing', { disk: { freeBytes: 0.4e9, bytes: 100e9 } }],
] as const satisfies readonly (readonly [CheckName, Verdict, Partial<Facts>])[]

test('what is not well comes first, alone, with what to do', () => {
  const found = CASES.map(([, , facts]) => {
    const checks = judge({ ...well, ...facts }, NOW)
    return [worst(checks), ...checks.filter(({ next }) => next !== null).map(({ name }) => name)]
  })

  assert.deepEqual(
    found,
    CASES.map(([name, verdict]) => [verdict, name]),
  )
})

test('every node is seen by asking one, one that went silent is named, and one that stopped is gone', async (t) => {
  const app = await startApp(t)
  const other = await app.startNode()
  const owner = app.database.ownerPool
  const silentFor = (minutes: number) =>
    owner.query(
      `insert into node
       select (json_populate_record(n, json_build_object('node_id', 'nod_' || $1::int,
                 'name', 'killed ' || $1, 'seen_at', now() - $1 * interval '1 minute'))).*
         from node n limit 1`,
      [minutes],
    )
  await silentFor(1)
  await silentFor(11)

  const health = await app.admin.readHealth({})

  assert.deepEqual(
    new Set(health.nodes.map(({ name, lost, asked }) => `${name.split(',')[0]} ${lost} ${asked}`)),
    new Set(['test false true', 'test false false', 'killed 1 true false', 'killed 11 true false']),
  )
  assert.match(health.checks.find(({ name }) => name === 'nodes')?.seen ?? '', /killed 1/)
  assert.match(health.migrations.latest, /^\d{4}-/)
  assert.equal(health.database.bytes > 1e6, true)
  assert.equal(JSON.stringify(health).includes(app.database.url), false)
  await other.close()
  const names = async () => (await app.admin.readHealth({})).nodes.map(({ name }) => name)
  await until('forgotten', async () => !(await names()).includes('killed 11'), 10_000)
  assert.equal((await names()).length, 2)

  const { code, out } = await rollcall(app, ['health'])
  assert.equal(code, health.verdict === 'failing' ? 1 : 0)
  assert.match(out, /killed 1 +0\.0\.0-test .* lost/)
})

test('a database that may lose what it acknowledged says so, and a transaction that stays open', async (t) => {
  const { database } = await startApp(t)
  const unsafe = createPool({
    connectionString: database.url,
    options: '-c synchronous_commit=off',
  })
  const client = await unsafe.connect()
  await client.query('begin')
  await client.query('select 1')

  const state = await readDatabaseState(unsafe)

  client.release(true)
  await unsafe.end()
  assert.ok(state.unsafe.includes('synchronous_commit'))
  assert.ok((state.oldestTransaction?.processId ?? 0) > 0)
  assert.deepEqual([state.isReadOnly, state.migrations.pending], [false, []])
})
