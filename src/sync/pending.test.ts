import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createTestDatabase } from '../../test/support/database.ts'
import { createTestPipeline, seedPeople } from '../../test/support/loader.ts'
import {
  addPendingMembers,
  countPending,
  putBack,
  takePending,
  takePendingOf,
  tenantsWithPendingDue,
} from './index.ts'

const ALL = { limit: 100, bytes: 1_000_000 }

async function start(t: TestContext, open?: typeof createTestDatabase) {
  const pipeline = await createTestPipeline(t, open)
  const acme = await pipeline.onboard('Acme')
  const { db, clock } = pipeline
  const take = (ask: Partial<typeof ALL & { due: Date }> = {}) =>
    db.inTenant(acme.tenantId, (trx) =>
      takePending(trx, acme.tenantId, { ...ALL, due: clock(), ...ask }),
    )
  return { ...pipeline, acme, take }
}

test('what was written first is taken first, up to the limit, and whether more is there is told', async (t) => {
  const { acme, take, clock } = await start(t)
  const ids: string[] = []
  for (const name of ['a', 'b', 'c']) {
    ids.push(await acme.hire(name))
    clock.turn(1)
  }

  const [first, second, third] = [await take({ limit: 2 }), await take({ limit: 2 }), await take()]

  const idsOf = ({ rows }: typeof first) => rows.map(({ resourceId }) => resourceId)
  assert.deepEqual([idsOf(first), first.more], [ids.slice(0, 2), true])
  assert.deepEqual([idsOf(second), second.more], [ids.slice(2), false])
  assert.deepEqual(third, { rows: [], more: false })
})

// SEC L-5
test('resources that are large together are taken a few at a time, at least one', async (t) => {
  const { acme, take, clock } = await start(t)
  const ids: string[] = []
  for (const name of ['a', 'b', 'c']) {
    ids.push(await acme.hire(name, { nickName: 'x'.repeat(10_000) }))
    clock.turn(1)
  }
  const crew = await acme.form('Crew', [ids[0] ?? ''])

  const taken = [await take({ bytes: 1 }), await take({ bytes: 10_000 }), await take()]

  assert.deepEqual(
    taken.map(({ rows, more }) => [rows.map(({ resourceId }) => resourceId), more]),
    [
      [ids.slice(0, 1), true],
      [ids.slice(1, 2), true],
      [[...ids.slice(2), crew, crew], false],
    ],
  )
})

test('what one change moved is a row or a few; taken, each of its memberships counts, and what is too many stays', async (t) => {
  const { acme, take, db, database } = await start(t)
  const people = await seedPeople(db, acme, 250)
  await take({ limit: 1_000 })
  const crew = await acme.form('Crew', people)
  await acme.move(crew, { kind: 'leave', members: people })
  const waiting = await acme.waiting()
  const { rowCount: kept } = await database.ownerPool.query(
    'select from pending where tenant_id = $1',
    [acme.tenantId],
  )

  const batches: Awaited<ReturnType<typeof take>>[] = []
  // A row each time, or a part of one.
  for (const limit of [1, 30, 130, 1, 7, 250, 1_000]) batches.push(await take({ limit }))

  assert.deepEqual([waiting, kept], [501, 7], 'a group that is new, and 250 memberships twice')
  const taken = batches.map(({ rows }) => rows.length)
  assert.ok(taken.every((count, nth) => count <= ([1, 30, 130, 1, 7, 250][nth] ?? Infinity)))
  assert.deepEqual([taken[0], taken[3], batches[0]?.more], [1, 1, true])
  assert.ok(batches.at(-1)?.more === false && (await acme.waiting()) === 0)
  const all = batches.flatMap(({ rows }) => rows)
  const times = Map.groupBy(all, ({ memberId }) => memberId)
  assert.deepEqual(
    [null, ...people].map((id) => times.get(id)?.length),
    [1, ...Array<number>(250).fill(2)],
  )
  assert.equal(all.length, 501)
  for (const { resourceId, requestId, tries } of all)
    assert.deepEqual([resourceId, requestId, tries], [crew, acme.scope.requestId, 0])
})

test('what failed is taken again when it is due, what is new at once whatever another node’s clock says', async (t) => {
  const { acme, take, db, clock } = await start(t)
  await acme.hire('a')
  const { rows } = await take()
  const notBefore = new Date(clock().getTime() + 1_000)
  await db.inTenant(acme.tenantId, (trx) =>
    putBack(
      trx,
      acme.tenantId,
      rows.map((row) => ({ ...row, notBefore })),
    ),
  )
  clock.turn(60_000)
  const fromTheFuture = await acme.hire('b')
  clock.turn(-60_000)

  const now = await take()
  const later = await take({ due: notBefore })

  assert.deepEqual(
    now.rows.map(({ resourceId, tries }) => [resourceId, tries]),
    [[fromTheFuture, 0]],
  )
  assert.deepEqual(
    later.rows.map((row) => ({ ...row, tries: row.tries - 1 })),
    rows,
  )
})

test('a write that commits while a batch reads is pending after it', async (t) => {
  const { acme, db, clock } = await start(t)
  const nadia = await acme.hire('nadia')

  const { rows } = await db.inTenant(acme.tenantId, async (trx) => {
    const taken = await takePending(trx, acme.tenantId, { ...ALL, due: clock() })
    await acme.change(nadia, { title: 'Dr' })
    return taken
  })

  assert.equal(rows.length, 1)
  assert.equal(await acme.waiting(), 1)
})

test('a batch that rolls back has taken nothing', async (t) => {
  const { acme, db, clock } = await start(t)
  await acme.hire('nadia')

  await assert.rejects(
    db.inTenant(acme.tenantId, async (trx) => {
      await takePending(trx, acme.tenantId, { ...ALL, due: clock() })
      throw new Error('undone')
    }),
  )

  assert.equal(await acme.waiting(), 1)
})

test('for one person only what names them is taken, due or not', async (t) => {
  const { acme, db } = await start(t)
  const nadia = await acme.hire('nadia')
  await acme.form('Crew', [nadia])

  const rows = await db.inTenant(acme.tenantId, (trx) => takePendingOf(trx, acme.tenantId, nadia))

  assert.deepEqual(
    rows.map(({ resourceId, memberId }) => [resourceId, memberId]),
    [[nadia, null]],
  )
  assert.equal(await acme.waiting(), 2)
})

test('members whose rows were taken become pending again, once, however often their group was written', async (t) => {
  const { acme, db, clock, take } = await start(t)
  const [a, b, c] = [await acme.hire('a'), await acme.hire('b'), await acme.hire('c')]
  const crew = await acme.form('Crew', [a])
  const other = await acme.form('Other', [a])
  await take()
  await acme.move(crew, { kind: 'join', members: [b, c] })

  await db.inTenant(acme.tenantId, (trx) =>
    addPendingMembers(
      trx,
      acme.tenantId,
      [
        { resourceId: crew, requestId: 'req_again' },
        { resourceId: crew, requestId: 'req_later' },
      ],
      [{ groupId: crew, memberId: c }],
      clock(),
    ),
  )

  const { rows } = await take()
  const members = rows.filter(({ memberId }) => memberId !== null)
  assert.deepEqual(
    members.map(({ memberId, requestId }) => `${memberId} ${requestId}`).toSorted(),
    [`${a} req_again`, `${b} ${acme.scope.requestId}`, `${c} ${acme.scope.requestId}`].toSorted(),
  )
  assert.ok(rows.every(({ resourceId }) => resourceId !== other))
})

test('what waits is counted, with the oldest and the next that is due', async (t) => {
  const { acme, db, clock } = await start(t)
  const nadia = await acme.hire('nadia')
  const written = clock()
  clock.turn(5_000)
  await acme.form('Crew', [nadia])
  const count = (resourceId?: string) =>
    db.inTenant(acme.tenantId, (trx) => countPending(trx, acme.tenantId, resourceId))

  assert.deepEqual(await count(), { waiting: 3, oldestAt: written, nextDueAt: written })
  assert.equal((await count(nadia)).waiting, 1)
  assert.deepEqual(await count('usr_x'), { waiting: 0, oldestAt: null, nextDueAt: null })
})

test('of the tenants that were loaded before, those with something due and no pause are named', async (t) => {
  const { acme, onboard, db, clock, take, database } = await start(t)
  const [globex, initech] = [await onboard('Globex'), await onboard('Initech')]
  const paused = await onboard('Hooli')
  for (const tenant of [acme, globex, initech, paused]) await tenant.load()
  await database.ownerPool.query(
    `update loader set paused_at = now(), paused_reason = 'x' where tenant_id = $1`,
    [paused.tenantId],
  )
  await paused.hire('y')
  await globex.hire('x')
  await acme.hire('a')
  const { rows } = await take()
  const notBefore = new Date(clock().getTime() + 1_000)
  await db.inTenant(acme.tenantId, (trx) =>
    putBack(
      trx,
      acme.tenantId,
      rows.map((row) => ({ ...row, notBefore })),
    ),
  )
  const named = (due: Date) => db.operatorWide((trx) => tenantsWithPendingDue(trx, due))

  assert.deepEqual(await named(clock()), [globex.tenantId])
  assert.deepEqual((await named(notBefore)).toSorted(), [acme.tenantId, globex.tenantId].toSorted())
})

test('what is taken is found by its key: what a backlog has left behind is not read again', async (t) => {
  const { acme, take, database } = await start(t, createTestDatabase)
  const { ownerPool, appPool } = database
  await ownerPool.query('alter table pending set (autovacuum_enabled = off)')
  await ownerPool.query(
    `insert into pending (tenant_id, pending_id, connection_id, resource_id, request_id, written_at, not_before)
     select $1, gen_random_uuid(), $2, 'usr_' || n, 'req_x', now(), now() from generate_series(1, 10000) n`,
    [acme.tenantId, acme.scope.connectionId],
  )
  await ownerPool.query('analyze pending')
  await ownerPool.query('delete from pending')
  await acme.hire('a')
  const walks = async () => {
    await appPool.query('select pg_stat_force_next_flush()')
    const { rows } = await ownerPool.query<{ walks: number }>(
      `select seq_scan as walks from pg_stat_user_tables where relname = 'pending'`,
    )
    return rows[0]?.walks
  }
  const before = await walks()

  const { rows } = await take({ limit: 2000 })

  assert.equal(rows.length, 1)
  assert.equal(await walks(), before, 'the whole table was walked')
})
