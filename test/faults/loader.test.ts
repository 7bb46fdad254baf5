/**
 * The loader in trouble: batches that fail or are cut off, writes that come in the middle of one,
 * several nodes and many writers at once. What holds after each: nothing acknowledged is lost, what
 * is loaded is told once, positions are dense (invariant 3, SEC F-5).
 */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createDb, createPool } from '../../src/db/index.ts'
import type { EndSessions } from '../../src/etl/index.ts'
import {
  createTestPipeline,
  identityIdOf,
  loadAfresh,
  loadBatch,
  seedPeople,
  type TestTenant,
  viewOf,
} from '../support/loader.ts'
import { createTestDatabase } from '../support/database.ts'
import { until } from '../support/world.ts'

async function start(t: TestContext, open?: typeof createTestDatabase) {
  const pipeline = await createTestPipeline(t, open)
  const acme = await pipeline.onboard('Acme')
  const { given, db } = pipeline
  /** A batch in whose middle, after identities are written and before events are, something happens. */
  const loadWith = (endSessions: EndSessions) =>
    loadBatch({ ...given, endSessions }, acme.tenantId, 2_000)
  const everything = () =>
    db.inTenant(acme.tenantId, async (trx) => ({
      pending: await trx.selectFrom('pending').selectAll().orderBy('pending_id').execute(),
      events: await trx.selectFrom('event').selectAll().orderBy('position').execute(),
      runs: await trx.selectFrom('run').selectAll().orderBy('run_id').execute(),
      loader: await trx.selectFrom('loader').selectAll().execute(),
      view: await viewOf(pipeline, acme),
    }))
  return { ...pipeline, acme, loadWith, everything }
}

async function assertDense(tenant: TestTenant): Promise<void> {
  const events = await tenant.events()
  assert.deepEqual(
    events.map(({ position }) => position),
    events.map((_, index) => index + 1),
  )
}

// SEC G-3
test('a batch that fails at its end has not happened, and the next one does all of it', async (t) => {
  const { acme, loadWith, everything } = await start(t)
  const nadia = await acme.hire('nadia')
  const crew = await acme.form('Crew', [nadia])
  await acme.load()
  await acme.hire('zoya')
  await acme.move(crew, { kind: 'leave', members: [nadia] })
  await acme.change(nadia, { active: false, userName: 'n' })
  const before = await everything()

  await assert.rejects(
    loadWith(async () => {
      throw new Error('the logout table is locked')
    }),
    /logout table/,
  )

  assert.deepEqual(await everything(), before)
  await acme.load()
  assert.equal((await acme.find(nadia))?.fqn, 'Acme:n')
  await assertDense(acme)
})

test('a node that is cut off in the middle of a batch leaves nothing of it, and no lease', async (t) => {
  const { acme, database, loadWith, everything } = await start(t)
  const nadia = await acme.hire('nadia')
  await acme.load()
  await acme.hire('zoya')
  await acme.change(nadia, { active: false })
  const before = await everything()

  const cutOff = loadWith(async (trx) => {
    const [row] = await trx.prepared<{ pid: number }>('pid', 'select pg_backend_pid() as pid', [])
    await database.ownerPool.query('select pg_terminate_backend($1, 30000)', [row?.pid])
    await trx.prepared('too-late', 'select 1', [])
  })

  await assert.rejects(cutOff)
  assert.deepEqual(await everything(), before)
  await acme.load()
  assert.equal((await acme.find(nadia))?.state, 'inactive')
  assert.equal(await acme.waiting(), 0)
})

test('a write in the middle of a batch that carries the same person is not lost', async (t) => {
  const { acme, loadWith } = await start(t)
  const nadia = await acme.hire('nadia')
  await acme.load()
  await acme.change(nadia, { active: false })

  await loadWith(() => acme.change(nadia, { active: true, title: 'Dr' }))

  assert.equal((await acme.find(nadia))?.state, 'inactive', 'as it was when the batch looked')
  assert.equal(await acme.waiting(), 1)
  await acme.load()
  const { state, properties } = (await acme.find(nadia)) ?? {}
  assert.deepEqual([state, properties], ['active', { title: 'Dr' }])
})

test('joins, leaves and deletions in the middle of a batch end as they would after it', async (t) => {
  const pipeline = await start(t)
  const { acme, loadWith } = pipeline
  const [nadia, zoya, gone] = [
    await acme.hire('nadia'),
    await acme.hire('zoya'),
    await acme.hire('gone'),
  ]
  const crew = await acme.form('Crew', [nadia])
  await acme.load()
  await acme.change(nadia, { active: false })
  await acme.move(crew, { kind: 'leave', members: [nadia] }, { kind: 'join', members: [gone] })

  await loadWith(async () => {
    await acme.move(crew, { kind: 'only', members: [zoya, nadia] })
    await acme.remove(gone)
  })
  await acme.load()

  assert.deepEqual((await acme.members(crew)).toSorted(), ['nadia', 'zoya'])
  assert.deepEqual(await viewOf(pipeline, acme), await loadAfresh(pipeline, acme))
})

test('of two loads of one tenant at once one works and the other goes away', async (t) => {
  const { acme, given, loadWith } = await start(t)
  const nadia = await acme.hire('nadia')
  await acme.load()
  await acme.change(nadia, { active: false })
  const others: object[] = []

  await loadWith(async () => void others.push(await loadBatch(given, acme.tenantId, 2_000)))

  assert.deepEqual(others, [{ did: 'nothing', why: 'busy' }])
})

test('the very first load of a tenant, on two nodes at once, numbers its events once', async (t) => {
  const { acme, given } = await start(t)
  for (const name of ['a', 'b', 'c']) await acme.hire(name)

  await Promise.all(Array.from({ length: 4 }, () => loadBatch(given, acme.tenantId, 1)))
  await acme.load()

  assert.equal((await acme.events()).length, 3)
  await assertDense(acme)
})

test('a backlog that comes after a quiet time is taken along its index, a batch at a time', async (t) => {
  const { acme, database, db, given } = await start(t, createTestDatabase)
  const pool = createPool({ ...database.appPool.options, max: 1 })
  const load = () => loadBatch({ ...given, db: createDb({ pool }) }, acme.tenantId, 100)
  const { ownerPool } = database
  await ownerPool.query('alter table pending set (autovacuum_enabled = off)')
  await ownerPool.query('vacuum analyze')
  // As often as it takes until a connection keeps its plans.
  for (let n = 0; n < 8; n += 1) {
    await acme.hire(`p${n}`)
    await load()
  }
  await seedPeople(db, acme, 5_000)
  const readInSequence = async () => {
    await pool.query('select pg_stat_force_next_flush()')
    const { rows } = await ownerPool.query<{ read: number }>(
      `select seq_tup_read::int as read from pg_stat_user_tables where relname = 'pending'`,
    )
    return rows[0]?.read ?? 0
  }
  const before = await readInSequence()

  for (let n = 0; n < 3; n += 1) await load()

  const read = (await readInSequence()) - before
  await pool.end()
  assert.ok(read < 1_000, `${read} rows were read that were not due in these batches`)
  assert.equal(await acme.waiting(), 4_700)
})

test('20 records that cannot be loaded, among 2,000 of five tenants, stop nobody', async (t) => {
  const { acme, onboard, db, createLoader, log } = await start(t)
  const others = await Promise.all(['B', 'C', 'D', 'E'].map((name) => onboard(`tenant ${name}`)))
  const tenants = [acme, ...others]
  for (const tenant of tenants) {
    const people = await seedPeople(db, tenant, 400)
    // Passes into the resource, and no jsonb of the database takes it.
    const poison = people.filter((_, index) => index % 100 === 7)
    await db.inTenantOnce(
      tenant.tenantId,
      'test-poison',
      `update resource set body = replace(body, '"Engineer"', '"\\u0000"')
        where tenant_id = $1 and resource_id = any ($2::text[])`,
      [tenant.tenantId, poison],
    )
  }

  await createLoader().start()

  for (const tenant of tenants) {
    await until(
      `all of ${tenant.label} loaded`,
      async () => (await tenant.events()).length === 396,
      60_000,
    )
    await assertDense(tenant)
  }
  const undone = log.filter((line) => line.includes('etl.batch.undone'))
  assert.ok(undone.length > 20)
  assert.ok(!undone.some((line) => /Family|acme\.example/.test(line)), 'SEC G-1: nobody is named')
})

test('of the memberships that one change moved, the one that cannot be loaded is found and set aside', async (t) => {
  const { acme, createLoader, database, db, clock } = await start(t, createTestDatabase)
  const people = await seedPeople(db, acme, 40)
  const poison = people[20] ?? assert.fail()
  const crew = await acme.form('Crew')
  await acme.load()
  const refusing = 'alter table link add constraint poison check (to_id <> '
  await database.ownerPool.query(`${refusing}'${identityIdOf(poison)}')`)
  const loader = createLoader({ pollSeconds: 0.05 })
  const aside = () => loader.quarantine(acme.tenantId, { limit: 10 })
  await acme.move(crew, { kind: 'join', members: people })

  await loader.start()
  await until(
    'all but one loaded, and that one set aside',
    async () => {
      clock.turn(1_000)
      return (await acme.waiting()) === 0 && (await aside()).length > 0
    },
    60_000,
  )

  assert.deepEqual(
    (await aside()).map(({ resourceId, memberId, tries }) => [resourceId, memberId, tries]),
    [[crew, poison, 5]],
  )
  assert.equal((await acme.members(crew)).length, 39)
  await assertDense(acme)
  await database.ownerPool.query('alter table link drop constraint poison')
  await loader.retry(acme.tenantId, crew)
  await until('loaded after all', async () => (await acme.members(crew)).length === 40)
  await until('set aside no longer', async () => (await aside()).length === 0)
})

test('many writers and two nodes at once: nothing is lost or told twice, and nobody waits for another in a circle', async (t) => {
  const pipeline = await start(t)
  const { acme, onboard, createLoader, database } = pipeline
  const globex = await onboard('Globex')
  const nodes = [createLoader({ pollSeconds: 0.05 }), createLoader({ pollSeconds: 0.05 })]
  for (const node of nodes) await node.start()

  await Promise.all(
    Array.from({ length: 8 }, (_, writer) => write(writer % 4 === 0 ? globex : acme, writer)),
  )
  for (const tenant of [acme, globex])
    await until('everything loaded', async () => (await tenant.waiting()) === 0)
  // From here on nobody else loads.
  for (const node of nodes) await node.stop()

  for (const tenant of [acme, globex]) {
    await assertDense(tenant)
    assert.deepEqual(replay(await tenant.events()), await linksOf(pipeline, tenant))
    assert.deepEqual(await viewOf(pipeline, tenant), await loadAfresh(pipeline, tenant))
  }
  const { rows } = await database.ownerPool.query(
    'select deadlocks::int from pg_stat_database where datname = current_database()',
  )
  assert.deepEqual(rows, [{ deadlocks: 0 }])
})

/** One administrator's busy minute. */
async function write(tenant: TestTenant, writer: number): Promise<void> {
  const people: string[] = []
  const crew = await tenant.form(`Crew ${writer}`)
  for (let n = 0; n < 12; n += 1) {
    const person = await tenant.hire(`p${writer}.${n}`)
    people.push(person)
    await tenant.move(crew, { kind: 'join', members: people })
    await tenant.change(person, { userName: `q${writer}.${n}`, active: n % 3 !== 0 })
    if (n % 4 === 1) await tenant.move(crew, { kind: 'leave', members: people.slice(0, 2) })
    if (n % 4 === 2) await tenant.remove(people.shift() ?? '')
    if (n % 4 === 3) await tenant.change(people[0] ?? '', { active: true, title: `Dr ${n}` })
  }
  if (writer % 2 === 0) await tenant.remove(crew)
}

/** Who is in which group, from the events alone. */
function replay(events: Awaited<ReturnType<TestTenant['events']>>): string[] {
  const links = new Set<string>()
  for (const { kind, identityId, otherId } of events) {
    const link = `${identityId} ${otherId}`
    if (kind === 'group.member-added') links.add(link)
    if (kind === 'group.member-removed') links.delete(link)
    if (kind === 'group.deleted' || kind === 'person.deleted')
      for (const each of links) if (each.split(' ').includes(identityId)) links.delete(each)
  }
  return [...links].toSorted()
}

async function linksOf(pipeline: Parameters<typeof viewOf>[0], tenant: TestTenant) {
  const { links } = await viewOf(pipeline, tenant)
  return links.map(({ from_id, to_id }) => `${from_id} ${to_id}`).toSorted()
}
