/**
 * Processes that load the same backlog, and what befalls one of them in the middle of a batch: it
 * stands still past its lease, it is killed, the database goes away. Each change is loaded once all the
 * same, and positions are dense (SEC F-5).
 */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import pg from 'pg'
import { type AdminClient, createClient } from '../../src/contract/index.ts'
import type { TenantId } from '../../src/lib/index.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createFlakyDatabase } from '../support/flaky-database.ts'
import { seedPeople } from '../support/loader.ts'
import { startProcess, type Started } from '../support/process.ts'
import { until } from '../support/world.ts'
import { readEvents } from './writers.ts'

const PEOPLE = 3_000
/** A transaction that stands still is ended after 30 s. */
const LEASE_LAPSES_MS = 60_000

interface Backlog {
  readonly database: TestDatabase
  readonly admin: AdminClient
  readonly token: string
  readonly tenantId: TenantId
  /** Another node, on the same database. */
  readonly startNode: () => Promise<Started>
  readonly first: Started
  readonly loaded: () => Promise<number>
}

/** A node, and people who wait for it: loading is paused. */
async function start(t: TestContext, database: TestDatabase): Promise<Backlog> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-nodes-'))
  t.after(async () => {
    await database.close()
    await rm(dataDir, { recursive: true, force: true })
  })
  const nodes: Started[] = []
  t.after(async () => {
    for (const { child } of nodes) child.kill('SIGCONT')
    for (const { child } of nodes) child.kill('SIGKILL')
    await Promise.all(nodes.map(({ ended }) => ended))
  })
  const startNode = async () => {
    const node = startProcess(t, ['serve'], {
      ROLLCALL_DATA_DIR: dataDir,
      ROLLCALL_PORT: '0',
      ROLLCALL_LOG_LEVEL: 'warn',
      ROLLCALL_DATABASE_URL: database.url,
    })
    nodes.push(node)
    await node.listening
    return node
  }
  const first = await startNode()
  const token = (await readFile(join(dataDir, 'admin-token'), 'utf8')).trim()
  const admin = createClient({ url: await first.listening, token })
  const { tenant, connection } = await admin.onboardTenant({ name: 'Acme' })
  await admin.pauseSync({ tenant: tenant.id })
  await seedPeople(database.db, { tenantId: tenant.id, connectionId: connection.id }, PEOPLE)
  const loaded = () => count(database, 'identity')
  return { database, admin, token, tenantId: tenant.id, startNode, first, loaded }
}

async function count({ ownerPool }: TestDatabase, table: 'identity' | 'pending'): Promise<number> {
  const { rows } = await ownerPool.query<{ rows: number }>(`select count(*) as rows from ${table}`)
  return rows[0]?.rows ?? 0
}

/** Stops a process when it holds the lease of its tenant, with a batch begun and not committed. */
async function stopInBatch({ database, first, loaded }: Backlog): Promise<void> {
  await until('some are loaded', async () => (await loaded()) > 0)
  for (;;) {
    first.child.kill('SIGSTOP')
    // What it had sent already is answered and done with.
    await wait(100)
    const { rowCount } = await database.ownerPool.query('select from loader for update skip locked')
    if (rowCount === 0) return
    assert.ok((await loaded()) < PEOPLE, 'there was no batch left to stop')
    first.child.kill('SIGCONT')
    await wait(Math.random() * 20)
  }
}

async function assertLoadedOnce(backlog: Backlog, admin: AdminClient): Promise<void> {
  const { positions, created } = await readEvents(admin, backlog.tenantId)
  assert.deepEqual([created.length, new Set(created).size], [PEOPLE, PEOPLE])
  assert.deepEqual(
    positions,
    positions.map((_, index) => index + 1),
  )
  assert.equal(await count(backlog.database, 'pending'), 0)
  // And a look at all of it finds nothing to repair.
  await admin.startFullRun({ tenant: backlog.tenantId })
  await until('the full run', async () => (await latestFull(admin, backlog.tenantId)) !== 'running')
  const [run] = (await admin.listRuns({ tenant: backlog.tenantId, limit: 100 })).items.filter(
    ({ kind }) => kind === 'full',
  )
  assert.deepEqual(
    [run?.status, run?.identitiesCreated, run?.identitiesChanged, run?.identitiesDeleted],
    ['done', 0, 0, 0],
  )
}

async function latestFull(admin: AdminClient, tenant: string): Promise<string | undefined> {
  const { items } = await admin.listRuns({ tenant, limit: 100 })
  return items.find(({ kind }) => kind === 'full')?.status
}

test('a node that stands still past its lease is passed over, and does nothing twice when it wakes', async (t) => {
  const backlog = await start(t, await createTestDatabase())
  await backlog.admin.resumeSync({ tenant: backlog.tenantId })
  await stopInBatch(backlog)
  const before = await backlog.loaded()
  const second = await backlog.startNode()
  const admin = await clientOf(backlog, second)

  await until(
    'the other node loads the rest',
    async () => (await backlog.loaded()) === PEOPLE,
    LEASE_LAPSES_MS,
  )
  backlog.first.child.kill('SIGCONT')
  await until('the first node is there again', async () => isReady(backlog.first))

  t.diagnostic(`${before} of ${PEOPLE} loaded before, ${PEOPLE - before} by the other node`)
  assert.ok(before < PEOPLE)
  await assertLoadedOnce(backlog, admin)
})

test('who holds the lease and reads no answer is passed over, too', async (t) => {
  const database = await createTestDatabase()
  const { admin, tenantId, loaded } = await start(t, database)
  const standing = new pg.Client(database.appConfig)
  const ended = new Promise((resolve) => standing.once('error', resolve))
  await standing.connect()
  await standing.query(`begin; set local rollcall.tenant = '${tenantId}'`)
  await admin.resumeSync({ tenant: tenantId })
  await standing.query('select from loader for update')
  standing.connection.stream.pause()
  // More than its socket holds: PostgreSQL waits until it is read.
  standing.query(`select repeat('x', 1000) from generate_series(1, 10000)`).catch(() => undefined)

  await wait(1_000)
  const before = await loaded()
  t.diagnostic(`${before} of ${PEOPLE} loaded before`)
  assert.ok(before < PEOPLE)

  await until('the node loads the rest', async () => (await loaded()) === PEOPLE, LEASE_LAPSES_MS)
  standing.connection.stream.resume()
  await ended
})

test('of two nodes one is killed in the middle of a batch, and the other loads the rest', async (t) => {
  const backlog = await start(t, await createTestDatabase())
  const second = await backlog.startNode()
  const admin = await clientOf(backlog, second)
  second.child.kill('SIGSTOP')
  await backlog.admin.resumeSync({ tenant: backlog.tenantId })
  await stopInBatch(backlog)
  const before = await backlog.loaded()

  second.child.kill('SIGCONT')
  backlog.first.child.kill('SIGKILL')
  await until(
    'the other node loads the rest',
    async () => (await backlog.loaded()) === PEOPLE,
    30_000,
  )

  t.diagnostic(`${before} of ${PEOPLE} loaded before the kill`)
  await assertLoadedOnce(backlog, admin)
})

test('when the database is back after going away in the middle of a batch, loading goes on within 10 s', async (t) => {
  const database = await createFlakyDatabase()
  const backlog = await start(t, database)
  await backlog.admin.resumeSync({ tenant: backlog.tenantId })
  await until('some are loaded', async () => (await backlog.loaded()) > 0)

  await database.shut()
  await wait(1_000)
  await database.open()
  const before = await backlog.loaded()
  const openedAt = performance.now()
  await until('it goes on', async () => (await backlog.loaded()) > before, 10_000)
  t.diagnostic(
    `${before} of ${PEOPLE} before; on after ${Math.round(performance.now() - openedAt)} ms`,
  )
  await until('all are loaded', async () => (await backlog.loaded()) === PEOPLE, 30_000)

  await assertLoadedOnce(backlog, backlog.admin)
})

async function clientOf({ token }: Backlog, node: Started): Promise<AdminClient> {
  return createClient({ url: await node.listening, token })
}

async function isReady(node: Started): Promise<boolean> {
  return (await fetch(`${await node.listening}/health/ready`)).ok
}
