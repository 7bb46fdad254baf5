import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { serialize } from 'pg-protocol'
import { createTestDatabase } from '../../test/support/database.ts'
import { until } from '../../test/support/world.ts'
import { createIds, systemClock, systemRandom } from '../lib/index.ts'
import { endStalled } from './index.ts'

const newId = createIds({ now: systemClock, random: systemRandom })
const AFTER_MS = 1_000
const LOCK = 'select from loader for update'
/** More than a socket holds of it. */
const MUCH = `select repeat('x', 1000) from generate_series(1, 10000)`

/** A tenant whose lease may be held, and a client of the app's role that may hold it. */
async function start(t: TestContext) {
  const { db, appPool, appConfig, ownerPool } = await createTestDatabase(t)
  const tenantId = newId('ten')
  await db.inTenant(tenantId, (trx) =>
    trx.insertInto('loader').values({ tenant_id: tenantId }).execute(),
  )
  const client = new pg.Client(appConfig)
  client.on('error', () => undefined)
  await client.connect()
  t.after(async () => void client.connection.stream.destroy())
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const pid = rows[0]?.pid
  await client.query(`begin; set local rollcall.tenant = '${tenantId}'`)
  const waitsForUs = () =>
    until('it waits for its client', async () => {
      const { rows: found } = await appPool.query(
        `select from pg_stat_activity where pid = $1 and wait_event_type = 'Client'`,
        [pid],
      )
      return found.length === 1
    })
  const isFree = async () => {
    const free = await db.inTenant(tenantId, (trx) =>
      trx.selectFrom('loader').select('tenant_id').forUpdate().skipLocked().execute(),
    )
    return free.length === 1
  }
  const end = () => endStalled(appPool, AFTER_MS)
  /** It is ended once, and lets go. */
  const assertEnded = async () => {
    const ended = await until('it is ended', async () => {
      const found = await end()
      return found.length > 0 && found
    })
    assert.deepEqual(
      ended.map((one) => one.pid),
      [pid],
    )
    assert.ok((ended[0]?.stoodMs ?? 0) >= AFTER_MS)
    await until('the lease is free', isFree)
  }
  return { ownerPool, client, waitsForUs, isFree, end, assertEnded }
}

test('whoever does not read what it asked for is ended, and lets go', async (t) => {
  const { client, waitsForUs, isFree, end, assertEnded } = await start(t)
  await client.query(LOCK)
  client.connection.stream.pause()
  client.query(MUCH).catch(() => undefined)
  await waitsForUs()
  assert.deepEqual([await end(), await isFree()], [[], false], 'not before its time')

  await assertEnded()
})

test('whoever does not send the rest of a packet is ended, and lets go', async (t) => {
  const { client, waitsForUs, isFree, assertEnded } = await start(t)
  const { parse, bind, execute } = serialize
  client.connection.stream.write(Buffer.concat([parse({ text: LOCK }), bind(), execute()]))
  await until('it has the lease', async () => !(await isFree()))
  await waitsForUs()

  await assertEnded()
})

test('who stands still in another database, or as another role, is none of ours', async (t) => {
  const { ownerPool, client, waitsForUs, isFree, assertEnded } = await start(t)
  const elsewhere = await start(t)
  await client.query(LOCK)
  client.connection.stream.pause()
  client.query(MUCH).catch(() => undefined)
  await waitsForUs()

  await wait(1.5 * AFTER_MS)

  assert.deepEqual([await elsewhere.end(), await endStalled(ownerPool, AFTER_MS)], [[], []])
  assert.equal(await isFree(), false)
  await assertEnded()
})

test('whoever is at work is left alone', async (t) => {
  const { client, isFree, end } = await start(t)
  const answer = client.query(`${LOCK}; select pg_sleep(2)`)
  await until('it has the lease', async () => !(await isFree()))

  await wait(1.5 * AFTER_MS)

  assert.deepEqual(await end(), [])
  await answer
})
