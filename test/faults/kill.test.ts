/**
 * The process is killed in the middle of provisioning and started again on the same data: nothing
 * that was acknowledged is lost, and what was pending is loaded by whoever comes next.
 */
import assert from 'node:assert/strict'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createClient } from '../../src/contract/index.ts'
import { freePort } from '../../src/free-port.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startProcess, type Started } from '../support/process.ts'
import { until } from '../support/world.ts'
import { createWriters, readEvents } from './writers.ts'

const WRITERS = 12
/** SEC section 13: ready again; on a machine that is busy elsewhere, as soon as twice the first start. */
const READY_MS = 10_000

/** A server process that is started again and again on one data directory and one port. */
async function startServer(t: TestContext, database?: TestDatabase) {
  const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-kill-'))
  await chmod(dataDir, 0o711)
  const port = await freePort('127.0.0.1')
  const url = `http://127.0.0.1:${port}`
  let process: Started | undefined
  t.after(async () => {
    process?.child.kill('SIGTERM')
    await process?.ended
    await database?.close()
    await rm(dataDir, { recursive: true, force: true })
  })
  const start = async () => {
    const from = performance.now()
    process = startProcess(t, ['serve'], {
      ROLLCALL_DATA_DIR: dataDir,
      ROLLCALL_PORT: String(port),
      ROLLCALL_PUBLIC_URL: url,
      ROLLCALL_RATE_LIMITS: 'off',
      ROLLCALL_LOG_LEVEL: 'warn',
      ...(database && { ROLLCALL_DATABASE_URL: database.url }),
    })
    await process.listening
    return { ...process, readyMs: performance.now() - from }
  }
  const first = await start()
  const token = (await readFile(join(dataDir, 'admin-token'), 'utf8')).trim()
  const admin = createClient({ url, token })
  const { tenant, handover } = await admin.onboardTenant({ name: 'Acme' })
  const writers = await createWriters([handover.scim], WRITERS)
  return { start, first, admin, tenant: tenant.id, writers, dataDir }
}

/** Lets the writers write, ends the server in the middle, and starts it again. */
async function endInTheMiddle(
  { start, writers }: Awaited<ReturnType<typeof startServer>>,
  running: Started,
  end: () => unknown,
) {
  const before = writers.acknowledged()
  const writing = writers.run()
  await until('enough writes acknowledged', () => writers.acknowledged() > before + 60)
  await end()
  const ended = await running.ended
  await writing
  const next = await start()
  return { ended, next, lost: await writers.lost() }
}

test('killed with its embedded database at work, it loses nothing and goes on by itself', async (t) => {
  const server = await startServer(t) // SEC F-1, F-6, F-12
  let running: Started = server.first

  for (let round = 1; round <= 3; round += 1) {
    const { ended, next, lost } = await endInTheMiddle(server, running, () =>
      running.child.kill('SIGKILL'),
    )

    assert.equal(ended, 'SIGKILL')
    assert.deepEqual(lost, [], `round ${round}`)
    assertReadySoon(server, next)
    running = next
  }

  await assertWhole(server)
})

test('when its embedded database is killed, it ends, and the next start loses nothing', async (t) => {
  const server = await startServer(t) // SEC F-1, F-6
  const postmaster = join(server.dataDir, 'postgres', 'postmaster.pid')
  const [pid = ''] = (await readFile(postmaster, 'utf8')).split('\n')

  const { ended, next, lost } = await endInTheMiddle(server, server.first, () =>
    process.kill(Number(pid), 'SIGKILL'),
  )

  assert.equal(ended, 1)
  assert.match(server.first.err(), /"event":"db.server.died"/)
  assert.deepEqual(lost, [])
  assertReadySoon(server, next)
  await assertWhole(server)
})

test('killed with a database server of its own, it loses nothing and goes on by itself', async (t) => {
  const server = await startServer(t, await createTestDatabase()) // SEC F-1
  let running: Started = server.first

  for (let round = 1; round <= 2; round += 1) {
    const { next, lost } = await endInTheMiddle(server, running, () =>
      running.child.kill('SIGKILL'),
    )

    assert.deepEqual(lost, [], `round ${round}`)
    running = next
  }

  await assertWhole(server)
})

test('asked to end in the middle, it ends in order within 20 s, and nothing is lost', async (t) => {
  const server = await startServer(t, await createTestDatabase()) // SEC F-12
  let endedMs = performance.now()

  const { ended, lost } = await endInTheMiddle(server, server.first, () => {
    endedMs = performance.now()
    server.first.child.kill('SIGTERM')
    return server.first.ended.then(() => void (endedMs = performance.now() - endedMs))
  })

  assert.equal(ended, 0)
  assert.ok(endedMs < 20_000, `ended after ${Math.round(endedMs)} ms`)
  assert.deepEqual(lost, [])
  await assertWhole(server)
})

function assertReadySoon(
  { first }: Awaited<ReturnType<typeof startServer>>,
  { readyMs }: { readyMs: number },
): void {
  const limitMs = Math.max(READY_MS, 2 * first.readyMs)
  assert.ok(readyMs < limitMs, `ready after ${Math.round(readyMs)} of ${Math.round(limitMs)} ms`)
}

/** Nothing failed, what sites see is what is stored, and each effective change was told once. */
async function assertWhole({ writers, admin, tenant }: Awaited<ReturnType<typeof startServer>>) {
  assert.deepEqual(writers.failures, [])
  assert.deepEqual(await writers.differences(admin, tenant), [])
  const { positions, created } = await readEvents(admin, tenant)
  assert.deepEqual(
    positions,
    positions.map((_, index) => index + 1),
  )
  assert.deepEqual([created.length, new Set(created).size], [WRITERS + 1, WRITERS + 1])
}
