import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createTestClock, DAY, MINUTE } from '../../test/support/clock.ts'
import { connectTo, borrowTestDatabase, type TestDatabase } from '../../test/support/database.ts'
import { createFlakyDatabase } from '../../test/support/flaky-database.ts'
import { createTestTenants, OPERATOR } from '../../test/support/tenants.ts'
import { type ConnectionId, createIds, systemRandom, type TenantId } from '../lib/index.ts'
import { type AnsweredScim, createProvisioningLog, keyOfEntry } from './index.ts'

/** Long enough ago that the database lets it be taken out. */
const LONG_AGO = Date.parse('2020-11-02T09:00:00Z')

async function start(t: TestContext, given?: TestDatabase, startAt?: number) {
  const database = given ?? (await borrowTestDatabase(t))
  const clock = createTestClock(startAt)
  const newId = createIds({ now: clock, random: systemRandom })
  const { onboard, audit } = createTestTenants(database.db, clock)
  const { tenant, connection } = await onboard('Acme')
  const said: { event: unknown; rows?: unknown }[] = []
  const say = (fields: { event: unknown }) => void said.push(fields)
  const counts = { written: 0, dropped: 0 }
  const owners = new Map<ConnectionId, TenantId>([[connection.connectionId, tenant.tenantId]])
  const logOn = ({ db }: TestDatabase) => {
    const log = createProvisioningLog({
      tallied: () => undefined,
      ...{ db, audit, clock, days: 30, log: { info: say, warn: say } },
      counted: (outcome, rows) => void (counts[outcome] += rows),
      tenantOf: async (connectionId) => owners.get(connectionId),
    })
    t.after(log.stop)
    return log
  }
  const answered = (more: Partial<AnsweredScim> = {}): AnsweredScim => ({
    requestId: newId('req'),
    bulkOperation: null,
    tenantId: tenant.tenantId,
    connectionId: connection.connectionId,
    credential: { kind: 'token', id: 'abc' },
    ...{ operation: 'patch', resourceType: 'User', resourceId: 'usr_1' },
    ...{ status: 200, outcome: 'ok', scimType: null, detail: null, found: null },
    ...{ changes: [], movedMembers: 0, rewrites: [], ignored: [], unknownMembers: [] },
    ...{ durationMs: 2, address: '203.0.113.7', userAgent: 'Okta SCIM Client 1.0.0' },
    ...more,
  })
  const log = logOn(database)
  return {
    ...{ log, logOn, answered, clock, onboard, database, said, counts, newId },
    tenantId: tenant.tenantId,
    connectionId: connection.connectionId,
    ids: async (query: Partial<Parameters<typeof log.list>[1]> = {}) =>
      (await log.list(tenant.tenantId, { limit: 500, ...query })).map(({ requestId }) => requestId),
  }
}

const TITLE = { attribute: 'title', before: 'Trainee', after: 'Lead' }

async function textOfLog({ ownerPool }: TestDatabase): Promise<string> {
  const { rows } = await ownerPool.query('select t::text from provisioning_log t')
  return JSON.stringify(rows)
}

test('an entry is found as it was handed over, with names and without values', async (t) => {
  const { log, answered, clock, tenantId, database, counts } = await start(t)
  const request = answered({
    ...{ status: 409, outcome: 'refused', scimType: 'uniqueness', detail: 'Taken by usr_2.' },
    ...{ changes: [TITLE], movedMembers: 2, found: 0 },
    ...{
      rewrites: ['entra.x'],
      ignored: ['ni"ck\\', ''],
      unknownMembers: ['usr_9', '{a,b}', 'NULL'],
    },
  })

  log.record(request)
  await log.flush()

  const { changes: _, ...rest } = request
  assert.deepEqual(await log.find(request.requestId), {
    ...rest,
    tenantId,
    changed: ['title', 'members'],
    changes: null,
    receivedAt: new Date(clock().getTime() - 2),
  })
  assert.doesNotMatch(await textOfLog(database), /Trainee|Lead/)
  assert.deepEqual(counts, { written: 1, dropped: 0 })
})

test('a connection whose policy keeps values has them before and after, until it is masked again', async (t) => {
  const { log, answered, tenantId, connectionId, onboard } = await start(t)
  const birch = await onboard('Birch')
  const list = { attribute: 'emails', before: undefined, after: [{ value: 'x'.repeat(600) }] }
  const changes = [TITLE, list]

  await log.setPolicy(OPERATOR, tenantId, connectionId, true)
  const [shown, neighbour] = [
    answered({ changes }),
    answered({ ...birch.tenant, ...birch.connection, changes }),
  ]
  log.record(shown)
  log.record(neighbour)
  assert.deepEqual(await log.readPolicy(tenantId, connectionId), { keepsValues: true })
  await log.setPolicy(OPERATOR, tenantId, connectionId, false)
  const masked = answered({ changes })
  log.record(masked)
  await log.flush()

  const valuesOf = async ({ requestId }: AnsweredScim) => (await log.find(requestId))?.changes
  const [title, emails] = (await valuesOf(shown)) ?? []
  assert.deepEqual(title, TITLE)
  assert.equal(emails?.before, null)
  assert.match(emails?.after ?? '', /^\[\{"value":"x{400,}…$/)
  assert.equal(await valuesOf(neighbour), null)
  assert.equal(await valuesOf(masked), null)
})

test('entries come latest first, in pages, and by each thing that they can be asked for', async (t) => {
  const { log, answered, clock, ids, newId } = await start(t)
  const odd: Partial<AnsweredScim>[] = [
    {},
    { resourceId: 'usr_2' },
    { operation: 'list' },
    { status: 409, outcome: 'refused', detail: 'userName is 100% taken_by usr_2.' },
    { status: 500, outcome: 'failed', detail: 'Something went wrong on our side.' },
  ]
  const requests = odd.map((more) => {
    clock.turn(MINUTE)
    return answered(more)
  })
  const [plain, other, listed, refused, failed] = requests.map(({ requestId }) => requestId)
  for (const request of requests) log.record(request)
  await log.flush()
  const at = (minutes: number) => new Date(Date.parse('2026-11-02T09:00:00Z') + minutes * MINUTE)

  assert.deepEqual(await ids(), [failed, refused, listed, other, plain])
  assert.deepEqual(await ids({ limit: 2 }), [failed, refused])
  assert.deepEqual(await ids({ limit: 2, after: refused }), [listed, other])
  assert.deepEqual(await ids({ resourceId: 'usr_2' }), [other])
  assert.deepEqual(await ids({ operation: 'list' }), [listed])
  assert.deepEqual(await ids({ outcome: 'failed' }), [failed])
  assert.deepEqual(await ids({ status: 409 }), [refused])
  assert.deepEqual(await ids({ requestId: listed }), [listed])
  assert.deepEqual(await ids({ since: at(3), until: at(5) }), [refused, listed])
  assert.deepEqual(await ids({ connectionId: newId('con') }), [])
  assert.deepEqual(await ids({ text: 'USERNAME is 100%' }), [refused])
  // SEC P-6
  for (const text of ['1%taken', 'taken_b_', '!', "'; drop table"])
    assert.deepEqual(await ids({ text }), [], text)
})

test("another tenant's entries are not there", async (t) => {
  const { log, answered, onboard } = await start(t) // SEC I-4
  const { tenant } = await onboard('Birch')
  log.record(answered())
  await log.flush()

  assert.deepEqual(await log.list(tenant.tenantId, { limit: 10 }), [])
})

test('text that the database cannot hold, or that is endless, keeps no entry from being written', async (t) => {
  const { log, answered, ids } = await start(t)
  const hostile = `\0\ud800'"\\u0000\u202e${'x'.repeat(100_000)}`
  const request = answered({
    ...{ resourceId: hostile, detail: hostile, userAgent: hostile, scimType: null },
    ...{ ignored: Array(5000).fill(hostile), unknownMembers: Array(5000).fill(hostile) },
    changes: Array.from({ length: 5000 }, () => ({
      attribute: hostile,
      before: hostile,
      after: hostile,
    })),
  })

  log.record(request)
  log.record(answered())
  await log.flush()

  assert.equal((await ids()).length, 2)
  const entry = await log.find(request.requestId)
  assert.ok(JSON.stringify(entry).length < 100_000)
  assert.equal(entry?.resourceId?.length, 100)
})

test('while the database is away nothing fails and entries wait; then each is there once', async (t) => {
  const database = await createFlakyDatabase()
  t.after(database.close)
  const { log, answered, said, counts } = await start(t, database)
  const requests = Array.from({ length: 1200 }, () => answered())

  await database.shut()
  for (const request of requests) log.record(request)
  await log.flush()
  const away = said.map(({ event }) => event)
  await database.open()
  await log.flush()

  assert.ok(away.includes('audit.provisioning-log.postponed'), away.join())
  const { rows } = await database.ownerPool.query('select request_id as id from provisioning_log')
  assert.deepEqual(
    new Set(rows.map(({ id }) => id)),
    new Set(requests.map(({ requestId }) => requestId)),
  )
  assert.deepEqual([rows.length, counts], [1200, { written: 1200, dropped: 0 }])
})

test('where there is no more room, entries are dropped, counted and said', async (t) => {
  const database = await createFlakyDatabase()
  t.after(database.close)
  const { log, answered, said, counts } = await start(t, database)

  await database.shut()
  for (let index = 0; index < 10_500; index += 1) log.record(answered())
  await log.flush()
  await database.open()
  await log.flush()

  const dropped = said.filter(({ event }) => event === 'audit.provisioning-log.dropped')
  const sum = dropped.reduce((rows, line) => rows + Number(line.rows), 0)
  assert.ok(sum > 0)
  assert.deepEqual(counts, { written: 10_500 - sum, dropped: sum })
})

test('an entry that is there already keeps none that is written with it from being there, and is there once', async (t) => {
  const { log, answered, ids, said } = await start(t)
  const [first, second] = [answered(), answered()]
  log.record(first)
  await log.flush()

  log.record(first)
  log.record(second)
  await log.flush()

  const there = [first.requestId, second.requestId].toSorted()
  assert.deepEqual((await ids()).toSorted(), there)
  assert.deepEqual(said, [])
})

test('stopping writes what waits', async (t) => {
  const { log, answered, ids } = await start(t)
  const request = answered()
  log.record(request)

  await log.stop()

  assert.deepEqual(await ids(), [request.requestId])
})

test('who was not authenticated is logged ten times a minute, and only where a connection is named', async (t) => {
  const { log, answered, clock, ids, newId, onboard } = await start(t)
  const { tenant } = await onboard('Birch')
  const stranger = {
    tenantId: undefined,
    credential: null,
    status: 401,
    outcome: 'refused',
  } as const
  const knock = async (times: number, more: Partial<AnsweredScim> = {}) => {
    for (let time = 0; time < times; time += 1) log.record(answered({ ...stranger, ...more }))
    await log.flush()
  }

  await knock(15)
  await knock(3, { connectionId: newId('con') })
  assert.equal((await ids()).length, 10)
  clock.turn(MINUTE)
  await knock(1)

  assert.equal((await ids({ status: 401 })).length, 11)
  assert.deepEqual(await log.list(tenant.tenantId, { limit: 10 }), [])
})

test('what has outlived its days goes, on two nodes at once, and the rest stays', async (t) => {
  const {
    log,
    logOn,
    answered,
    clock,
    ids,
    onboard,
    database,
    tenantId: acme,
  } = await start(t, undefined, LONG_AGO)
  const birch = await onboard('Birch')
  const other = await connectTo(database.url)
  t.after(other.close)
  const node = logOn(other)
  for (let index = 0; index < 300; index += 1) {
    log.record(answered())
    log.record(answered({ ...birch.tenant, ...birch.connection }))
  }
  clock.turn(29 * DAY)
  const young = answered()
  log.record(young)
  await log.flush()

  const sweep = async (one: typeof log) => {
    let taken = 0
    for (const tenantId of [acme, birch.tenant.tenantId])
      taken += await one.sweep(tenantId, new Date(clock().getTime() - 30 * DAY))
    return taken
  }

  const before = await sweep(log)
  clock.turn(1 * DAY + 1)
  const taken = await Promise.all([sweep(log), sweep(node)])

  assert.equal(before, 0)
  assert.deepEqual(await ids(), [young.requestId])
  assert.deepEqual(await log.list(birch.tenant.tenantId, { limit: 10 }), [])
  assert.equal(taken[0] + taken[1], 600)
})

test('the app can change no entry, and take none away that is younger than a day', async (t) => {
  const { log, answered, ids, database, tenantId } = await start(t, undefined, Date.now()) // SEC G-2
  log.record(answered())
  await log.flush()
  const run = (sql: string) => database.db.inTenantOnce(tenantId, sql, sql, [])

  await assert.rejects(run(`update provisioning_log set detail = 'x'`), /row-level security/)
  await assert.rejects(run('update provisioning_log set status = 200'), /permission denied/)
  await run('delete from provisioning_log')

  assert.equal((await ids()).length, 1)
})

test('a page may end among the operations of a bulk request, and the next goes on there', async (t) => {
  const { log, answered, tenantId, newId, clock } = await start(t)
  log.record(answered())
  clock.turn(1)
  const requestId = newId('req')
  log.record(answered({ requestId, operation: 'bulk' }))
  for (const bulkOperation of [1, 2, 3]) log.record(answered({ requestId, bulkOperation }))
  clock.turn(1)
  log.record(answered())
  await log.flush()

  const all = await log.list(tenantId, { limit: 50 })
  const pages: unknown[] = []
  for (let after: string | undefined; ;) {
    const [entry] = await log.list(tenantId, { limit: 1, after })
    if (entry === undefined) break
    pages.push(entry)
    after = keyOfEntry(entry)
  }

  assert.deepEqual(
    all.map(({ bulkOperation }) => bulkOperation),
    [null, 3, 2, 1, null, null],
  )
  assert.deepEqual(pages, all)
  assert.equal((await log.find(requestId))?.bulkOperation, null)
})
