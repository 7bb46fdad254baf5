/** The loader as a node runs it: woken, polling, paused, in trouble, stopped. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createTestPipeline, seedPeople } from '../../test/support/loader.ts'
import { until } from '../../test/support/world.ts'
import { Refusal } from '../lib/index.ts'
import type { LoaderGiven } from './index.ts'

/** Long enough that nothing in a test is found by polling, unless it is what the test is about. */
const NEVER = 3_600
const OFTEN = 0.05

async function start(t: TestContext) {
  const pipeline = await createTestPipeline(t)
  const acme = await pipeline.onboard('Acme')
  const isThere = (resourceId: string) => () => acme.find(resourceId)
  const settled = () => until('everything loaded', async () => (await acme.waiting()) === 0)
  return { ...pipeline, acme, isThere, settled }
}

test('a write wakes the loader of its node', async (t) => {
  const { acme, createLoader, isThere } = await start(t)
  const loader = createLoader({ pollSeconds: NEVER })
  await loader.start()

  const nadia = await acme.hire('nadia')

  const found = await until('nadia loaded', isThere(nadia))
  assert.equal(found.fqn, 'Acme:nadia')
})

test('a write wakes the loaders of other nodes', async (t) => {
  const { acme, createLoader, isThere } = await start(t)
  await createLoader({ pollSeconds: NEVER }).start()
  createLoader() // the node that writes, and does not load

  const nadia = await acme.hire('nadia')

  await until('nadia loaded', isThere(nadia))
})

test('what nobody was told of is found by polling', async (t) => {
  const { acme, db, createLoader, settled } = await start(t)
  await createLoader({ pollSeconds: OFTEN }).start()

  const people = await seedPeople(db, acme, 10)
  await settled()

  assert.equal((await acme.find(people[9] ?? ''))?.state, 'active')
})

test('what was left pending by those before is found at the start', async (t) => {
  const { acme, createLoader, isThere } = await start(t)
  const nadia = await acme.hire('nadia')

  await createLoader({ pollSeconds: NEVER }).start()

  await until('nadia loaded', isThere(nadia))
})

test('a lost connection for notifications is replaced, and polling goes on meanwhile', async (t) => {
  const { acme, database, createLoader, isThere, log } = await start(t)
  await createLoader({ pollSeconds: OFTEN }).start()
  const listeners = `from pg_stat_activity where datname = current_database() and query like 'listen%'`

  await database.ownerPool.query(`select pg_terminate_backend(pid) ${listeners}`)
  await until('the loss is logged', () => log.some((line) => line.includes('etl.listener.lost')))
  const nadia = await acme.hire('nadia')
  await until('nadia loaded', isThere(nadia))

  await until(
    'it listens again',
    async () => (await database.ownerPool.query(`select ${listeners}`)).rowCount === 1,
  )
})

test('a role that may not end sessions loads all the same, and it is said once', async (t) => {
  const { acme, database, log, createLoader, isThere } = await start(t)
  await database.ownerPool.query(
    'revoke execute on function pg_terminate_backend(integer, bigint) from public',
  )
  await createLoader({ pollSeconds: OFTEN }).start()
  const said = (event: string) => log.filter((line) => line.includes(`"${event}"`)).length

  await until('it is said', () => said('etl.stalled.not-permitted') > 0)
  for (const name of ['nadia', 'otto']) {
    const id = await acme.hire(name)
    await until(`${name} loaded`, isThere(id))
  }

  assert.deepEqual([said('etl.stalled.not-permitted'), said('etl.poll.failed')], [1, 0])
})

test('a paused tenant receives and loads nothing, others go on; resumed, it catches up', async (t) => {
  const { acme, onboard, createLoader, isThere } = await start(t)
  const globex = await onboard('Globex')
  const loader = createLoader({ pollSeconds: NEVER })
  await loader.start()
  await loader.pause(acme.tenantId, 'Maintenance')

  const nadia = await acme.hire('nadia')
  const zoya = await globex.hire('zoya')
  await until('zoya loaded', () => globex.find(zoya))

  assert.equal(await acme.find(nadia), undefined)
  const { paused, pausedReason, waiting, received } = await loader.status(acme.tenantId)
  assert.deepEqual([paused, pausedReason, waiting, received.people], [true, 'Maintenance', 1, 1])
  await loader.resume(acme.tenantId)
  await until('nadia loaded', isThere(nadia))
  assert.equal((await loader.status(acme.tenantId)).paused, false)
})

test('the pipeline of a tenant is counted, with how long changes took and wait', async (t) => {
  const { acme, onboard, createLoader, clock, settled } = await start(t)
  await (await onboard('Globex')).hire('zoya')
  const loader = createLoader({ pollSeconds: NEVER })
  const [nadia, gone] = [await acme.hire('nadia'), await acme.hire('gone')]
  await acme.form('Crew', [nadia])
  clock.turn(700)
  await loader.start()
  await settled()
  await acme.remove(gone)
  await settled()
  await loader.pause(acme.tenantId, 'Maintenance')
  await acme.change(nadia, { title: 'Dr' })
  const oldestWaitingAt = clock()
  clock.turn(2_500)

  const status = await loader.status(acme.tenantId)

  assert.deepEqual(status, {
    received: { people: 1, groups: 1, members: 1 },
    waiting: 1,
    loading: 0,
    loaded: { people: 1, groups: 1, links: 1 },
    quarantined: 0,
    skipped: 0,
    held: 0,
    heldMembers: 0,
    heldGroups: 0,
    heldSince: null,
    paused: true,
    pausedReason: 'Maintenance',
    oldestWaitingAt,
    lagMs: 2_500,
    p50LagMs: 700,
    p95LagMs: 700,
    p99LagMs: 700,
    // Five changes since the first run began, 2.5 s ago.
    ratePerSecond: 2,
    estimatedEndAt: null,
    fullRun: null,
  })
})

test('a record whose fault may pass is set aside after five tries with its reason; everything else goes on', async (t) => {
  const { acme, db, createLoader, clock, isThere } = await start(t)
  const entra = await acme.connect('Entra')
  const loader = createLoader({
    pollSeconds: OFTEN,
    labelsOf: async () => new Map([[acme.connectionId, 'Acme']]),
  })
  await loader.start()
  const quarantined = () => loader.quarantine(acme.tenantId, { limit: 10 })
  const triesOf = (resourceId: string) =>
    db.inTenant(acme.tenantId, async (trx) => {
      const text = 'select tries from pending where tenant_id = $1 and resource_id = $2'
      const [row] = await trx.prepared<{ tries: number }>('tries', text, [
        acme.tenantId,
        resourceId,
      ])
      return row?.tries
    })

  const poison = await entra.hire('nadia')
  const writtenAt = clock()
  for (const [tried, waitMs] of [0, 1_000, 2_000, 4_000].entries()) {
    clock.turn(waitMs)
    const other = await acme.hire(`after ${waitMs}`)
    await until('the other loaded', isThere(other))
    await until('it was tried', async () => (await triesOf(poison)) === tried + 1)
    assert.deepEqual(await quarantined(), [])
  }
  clock.turn(8_000)
  const [aside, ...more] = await until('it is set aside', async () => {
    const rows = await quarantined()
    return rows.length > 0 && rows
  })

  assert.deepEqual(more, [])
  assert.match(aside?.reason ?? '', /is not set up/)
  assert.deepEqual(
    [aside?.resourceId, aside?.memberId, aside?.tries, aside?.requestId, aside?.writtenAt],
    [poison, null, 5, entra.scope.requestId, writtenAt],
  )
  const { waiting, ...status } = await loader.status(acme.tenantId)
  assert.deepEqual([waiting, status.quarantined, status.loaded.people], [0, 1, 4])
})

test('a record that is itself at fault is set aside at once, and released by a change that mends it', async (t) => {
  const { acme, createLoader, isThere } = await start(t)
  const loader = createLoader()
  const nadia = await acme.hire('na\u0007dia')
  await acme.load()
  const [aside] = await loader.quarantine(acme.tenantId, { limit: 10 })
  assert.equal(aside?.tries, 1)
  assert.match(aside.reason, /control characters/)
  assert.equal(await acme.waiting(), 0)

  await acme.change(nadia, { userName: 'nadia' })
  await acme.load()

  assert.deepEqual(await loader.quarantine(acme.tenantId, { limit: 10 }), [])
  assert.equal((await isThere(nadia)())?.fqn, 'Acme:nadia')
})

test('what the database refuses is undone and found among the others, set aside, and loaded on retry once mended', async (t) => {
  const { acme, createLoader, clock, settled, log } = await start(t)
  const broken = { is: false }
  const loader = createLoader({
    pollSeconds: OFTEN,
    endSessions: async (trx) => {
      if (broken.is) await trx.prepared('broken', `select 'no number'::int`, [])
    },
  })
  const people = await Promise.all(Array.from({ length: 40 }, (_, n) => acme.hire(`p${n}`)))
  await acme.load()
  const [nadia = '', ...others] = people
  broken.is = true
  await acme.change(nadia, { active: false })
  for (const other of others) await acme.change(other, { title: 'Dr' })

  await loader.start()
  await until('the others loaded', async () => (await acme.waiting()) === 1)
  const aside = await until('it is set aside', async () => {
    clock.turn(1_000)
    return (await loader.quarantine(acme.tenantId, { limit: 10 }))[0]
  })

  assert.deepEqual([aside.resourceId, aside.tries], [nadia, 5])
  assert.match(aside.reason, /Loading it failed: invalid input syntax for type integer/)
  assert.equal((await acme.find(nadia))?.state, 'active')
  const failed = await loader.runs(acme.tenantId, { limit: 10 })
  assert.equal(failed.filter(({ status }) => status === 'failed').length, 5)
  assert.ok(log.some((line) => line.includes('etl.batch.undone')))
  const events = await acme.events()
  assert.deepEqual(
    events.map(({ position }) => position),
    events.map((_, index) => index + 1),
  )
  broken.is = false
  await loader.retry(acme.tenantId, nadia)
  await settled()
  assert.equal((await acme.find(nadia))?.state, 'inactive')
  assert.deepEqual(await loader.quarantine(acme.tenantId, { limit: 10 }), [])
})

test('a retry of what is not set aside is refused, also of another tenant’s', async (t) => {
  const { acme, onboard, createLoader } = await start(t)
  const globex = await onboard('Globex')
  const theirs = await globex.hire('na\u0007dia')
  await globex.load()
  const loader = createLoader()

  await assert.rejects(
    loader.retry(acme.tenantId, theirs),
    (error) => error instanceof Refusal && error.code === 'not_found', // SEC I-8
  )
  assert.equal((await loader.quarantine(globex.tenantId, { limit: 10 })).length, 1)
})

test('a stop lets the batch at work end and begins no other', async (t) => {
  const { acme, createLoader } = await start(t)
  const nadia = await acme.hire('nadia')
  await acme.load()
  const [begun, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const loader = createLoader({
    pollSeconds: OFTEN,
    endSessions: async () => {
      begun.resolve()
      await end.promise
    },
  })
  await loader.start()
  await acme.change(nadia, { active: false })
  await begun.promise
  await acme.hire('zoya')

  const stopped = loader.stop()
  end.resolve()
  await stopped

  assert.equal((await acme.find(nadia))?.state, 'inactive')
  assert.equal(await acme.waiting(), 1, 'zoya waits for the next start')
})

test('a stop that comes before the start, or twice, harms nothing', async (t) => {
  const { createLoader } = await start(t)
  const loader = createLoader()

  await loader.stop()
  await loader.stop()
})

test('what became of each batch is told, for the metrics', async (t) => {
  const { acme, createLoader, clock } = await start(t)
  const told: Parameters<NonNullable<LoaderGiven['batchFinished']>>[1][] = []
  await acme.hire('nadia')
  await acme.hire('zo\u0007ya')
  clock.turn(30)

  await createLoader({
    pollSeconds: NEVER,
    batchFinished: (_tenantId, batch) => told.push(batch),
  }).start()
  const [first] = await until('a batch finished', () => told.length > 0 && told)

  assert.deepEqual([first?.outcome, first?.lagsMs, first?.failed], ['loaded', [30], 1])
})
