import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { borrowTestDatabase } from '../../test/support/database.ts'
import { createIds, systemClock, systemRandom } from '../lib/index.ts'
import { createPendingWrites } from './pending-writes.ts'

const newId = createIds({ now: systemClock, random: systemRandom })
const WHERE = 'select pg_current_xact_id()::text as transaction'

async function open(t: TestContext) {
  const database = await borrowTestDatabase(t)
  const tenantId = newId('ten')
  const writes = createPendingWrites(database)
  const seen: string[] = []
  /** A write that notes the transaction that it was done in. */
  const write = () =>
    writes.write(tenantId, {
      name: 'where',
      text: WHERE,
      values: [],
      check: ([row]) => void seen.push((row as { transaction: string }).transaction),
    })
  return { tenantId, writes, write, seen }
}

test('what a request writes leaves in one transaction, when its answer is ready', async (t) => {
  const { writes, write, tenantId, seen } = await open(t)

  await writes.during(tenantId, async () => {
    for (let count = 0; count < 3; count += 1) await write()
    assert.deepEqual(seen, [])
    await writes.settle()
    assert.deepEqual([seen.length, new Set(seen).size], [3, 1])
  })
})

test('what a request takes away is on the disk before its answer leaves, and all else need not be', async (t) => {
  const { writes, tenantId } = await open(t)
  const waits: string[] = []
  const asking = {
    name: 'waits',
    text: `select current_setting('synchronous_commit') as waits`,
    values: [],
    check: ([row]: readonly object[]) => void waits.push((row as { waits: string }).waits),
  }

  await writes.during(tenantId, async () => {
    await writes.write(tenantId, asking)
    await writes.settle()
    await writes.write(tenantId, asking)
    await writes.write(tenantId, { ...asking, lasts: true })
  })

  assert.deepEqual(waits, ['off', 'on', 'on'])
})

test('of what a request decides on one row the last is written', async (t) => {
  const { writes, tenantId } = await open(t)
  const written: string[] = []
  const deciding = (what: string, row: string | undefined) => ({
    name: 'decides',
    text: 'select $1::text as what',
    values: [what],
    check: ([said]: readonly object[]) => void written.push((said as { what: string }).what),
    ...(row === undefined ? {} : { row }),
  })

  await writes.during(tenantId, async () => {
    for (const row of ['one', 'two', 'one']) await writes.write(tenantId, deciding(row, row))
    for (const what of ['step', 'step']) await writes.write(tenantId, deciding(what, undefined))
  })

  assert.deepEqual(written, ['two', 'one', 'step', 'step'])
})

test('what nobody settled is written at the end of the request, whatever came of it', async (t) => {
  const { writes, write, tenantId, seen } = await open(t)

  const failing = writes.during(tenantId, async () => {
    await write()
    throw new Error('no answer')
  })

  await assert.rejects(failing, /no answer/)
  assert.equal(seen.length, 1)
})

test('outside of a request, and once it was answered, a write is done at once', async (t) => {
  const { writes, write, tenantId, seen } = await open(t)
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>()

  await write()
  assert.equal(seen.length, 1)
  let later = Promise.resolve()
  await writes.during(tenantId, async () => {
    later = answered.then(write)
  })
  answer()
  await later

  assert.equal(seen.length, 2)
})

test('a request is refused where what it wrote did not take', async (t) => {
  const { writes, tenantId } = await open(t)
  const check = () => {
    throw new Error('not taken')
  }

  const failing = writes.during(tenantId, async () => {
    await writes.write(tenantId, { name: 'where', text: WHERE, values: [], check })
    await writes.settle()
  })

  await assert.rejects(failing, /not taken/)
})
