import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createTestPipeline, identityIdOf } from '../../test/support/loader.ts'

async function start(t: TestContext) {
  const pipeline = await createTestPipeline(t)
  const acme = await pipeline.onboard('Acme')
  const loader = pipeline.createLoader()
  const locate = (value: string, matches: 'externalId' | 'userName' = 'userName') =>
    loader.locate(acme.tenantId, acme.connectionId, { matches, value })
  return { ...pipeline, acme, loader, locate }
}

test('whom the IdP never handed over is nowhere, and so is somebody of another connection or tenant', async (t) => {
  const { acme, onboard, locate } = await start(t)
  await (await onboard('Globex')).hire('nadia')
  await (await acme.connect('Entra')).hire('nadia')
  await acme.form('nadia')

  assert.deepEqual(await locate('nadia'), { at: 'nowhere' })
})

test('somebody who waits is loaded at once, alone, with their groups', async (t) => {
  const { acme, loader, locate, identity, clock } = await start(t)
  const crew = await acme.form('Crew')
  await acme.load()
  clock.turn(1)
  const nadia = await acme.hire('Nadia', { externalId: '00u1' })
  await acme.hire('zoya')
  await acme.move(crew, { kind: 'join', members: [nadia] })

  const located = await locate('00u1', 'externalId')

  assert.ok(located.at === 'identity')
  assert.equal(located.identity.fqn, 'Acme:Nadia')
  const groups = await identity.groupsOf(acme.tenantId, identityIdOf(nadia), { limit: 10 })
  assert.deepEqual(
    groups.map(({ fqn }) => fqn),
    ['Acme:Crew'],
  )
  assert.equal(await acme.waiting(), 2, 'zoya, the membership')
  const [run] = await loader.runs(acme.tenantId, { limit: 10 })
  assert.deepEqual([run?.kind, run?.taken, run?.identitiesCreated], ['single', 1, 1])
  await acme.load()
  assert.equal((await acme.events()).length, 4, 'nothing is told twice')
})

test('a change that waits is brought over first: who was reactivated may sign in', async (t) => {
  const { acme, locate } = await start(t)
  const nadia = await acme.hire('nadia', { active: false })
  await acme.load()
  await acme.change(nadia, { active: true })

  const located = await locate('NADIA')

  assert.equal(located.at === 'identity' && located.identity.state, 'active')
})

test('somebody who is there already is only read', async (t) => {
  const { acme, loader, locate } = await start(t)
  await acme.hire('nadia', { active: false })
  await acme.load()
  await loader.pause(acme.tenantId, 'Maintenance')

  const located = await locate('nadia')

  assert.equal(located.at === 'identity' && located.identity.state, 'inactive')
  assert.equal((await loader.runs(acme.tenantId, { limit: 10 })).length, 1)
})

test('of two with one externalId the active one is looked for', async (t) => {
  const { acme, locate, clock } = await start(t)
  const active = await acme.hire('one', { externalId: '00u1' })
  clock.turn(1)
  await acme.hire('two', { externalId: '00u1', active: false })

  const located = await locate('00u1', 'externalId')

  assert.equal(located.at === 'identity' && located.identity.resourceId, active)
})

test('while loading is paused the person waits, since they were written, for nobody knows how long', async (t) => {
  const { acme, loader, locate, clock } = await start(t)
  await acme.hire('nadia')
  const since = clock()
  await loader.pause(acme.tenantId, 'Maintenance')
  clock.turn(60_000)

  const located = await locate('nadia')

  assert.deepEqual(located, {
    at: 'waiting',
    reason: 'paused',
    since,
    stage: 'Received from the identity provider; loading is paused by an operator.',
    estimateSeconds: undefined,
  })
  await loader.resume(acme.tenantId)
  assert.equal((await locate('nadia')).at, 'identity')
})

test('a record that failed waits for its next try; one set aside for somebody', async (t) => {
  const { acme, createLoader, given, clock } = await start(t)
  let isSetUp = false
  const loader = createLoader({
    labelsOf: async (tenantId) => (isSetUp ? given.labelsOf(tenantId) : new Map()),
  })
  const locate = () =>
    loader.locate(acme.tenantId, acme.connectionId, { matches: 'externalId', value: '00u1' })
  const nadia = await acme.hire('nadia', { externalId: '00u1' })
  const since = clock()
  await locate()
  clock.turn(10_000)

  const failed = await locate()
  assert.ok(failed.at === 'waiting')
  assert.deepEqual([failed.reason, failed.since, failed.estimateSeconds], ['failed', since, 3])
  for (let tries = 0; tries < 3; tries += 1) await locate()
  const aside = await locate()

  assert.ok(aside.at === 'waiting')
  assert.deepEqual(
    [aside.reason, aside.since, aside.estimateSeconds],
    ['quarantined', since, undefined],
  )
  assert.equal(await acme.waiting(), 0, 'asking again makes nothing pending')
  isSetUp = true
  await acme.change(nadia, { title: 'Dr' })
  assert.equal((await locate()).at, 'identity')
})

test('while another has the lease for long the person waits a moment', async (t) => {
  const { acme, locate, holdLease } = await start(t)
  await acme.hire('nadia')
  await acme.load()
  await acme.hire('zoya')
  const release = await holdLease(acme.tenantId)

  const located = await locate('zoya')
  await release()

  assert.ok(located.at === 'waiting')
  assert.equal(located.reason, 'busy')
  assert.ok(located.estimateSeconds !== undefined && located.estimateSeconds >= 2)
  assert.equal((await locate('zoya')).at, 'identity')
})

test('a load that is at work already is waited for, and nobody is loaded twice', async (t) => {
  const { acme, locate, database, holdLease } = await start(t)
  await acme.hire('nadia')
  await acme.load()
  await acme.hire('zoya')
  const release = await holdLease(acme.tenantId)

  const located = locate('zoya')
  await waitsForLock(database.ownerPool)
  await release()

  assert.equal((await located).at, 'identity')
  assert.equal((await acme.events()).length, 2)
})

/** Somebody of this database waits for a lock. */
async function waitsForLock(pool: {
  query: (sql: string) => Promise<{ rowCount: number | null }>
}) {
  for (;;) {
    const { rowCount } = await pool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if (rowCount !== 0) return
  }
}
