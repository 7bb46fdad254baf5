/** Undoing a run: what it took away is there again, and stays until the identity provider says something new. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createTestDatabase } from '../../test/support/database.ts'
import { createPipeline } from '../../test/support/pipeline.ts'
import { MINUTE } from '../../test/support/clock.ts'
import { Refusal, systemRandom } from '../lib/index.ts'
import { loadSingle } from './batch.ts'
import { continueFullRun, startFullRun } from './full-run.ts'
import { listRuns } from './runs.ts'
import { departuresOfRun, undoRun } from './undo.ts'

const database = await createTestDatabase()
const pipeline = createPipeline({
  db: database.db,
  random: systemRandom,
  onWritten: () => undefined,
})

/** A tenant with three people in a group, all of it loaded. */
async function start(t: TestContext) {
  const { given, db, clock } = pipeline
  const acme = await pipeline.onboard(`Acme ${t.name.slice(0, 60)}`)
  const { tenantId } = acme
  const people = [
    await acme.hire('nadia'),
    await acme.hire('omar'),
    await acme.hire('zoya'),
  ] as const
  const group = await acme.form('Field Ops', people)
  await acme.load()
  clock.turn(2 * MINUTE)
  const runs = () => db.inTenant(tenantId, (trx) => listRuns(trx, tenantId, { limit: 50 }))
  /** Loads what is pending, in a run of its own. @returns its id */
  const loadAll = async () => {
    await acme.load()
    clock.turn(2 * MINUTE)
    return (await runs())[0]?.runId ?? ''
  }
  const runFully = async () => {
    const before = await acme.events()
    await startFullRun(given, tenantId)
    while (await continueFullRun(given, tenantId, 2_000));
    return (await acme.events()).length - before.length
  }
  const states = async () =>
    Object.fromEntries(
      await Promise.all(
        people.map(async (id) => [(await acme.find(id))?.name, (await acme.find(id))?.state]),
      ),
    )
  const names = async () => (await acme.members(group)).toSorted()
  return {
    ...{ acme, people, group, runs, loadAll, runFully, states, names },
    leave: (id: string, userName: string) => acme.change(id, { userName, active: false }),
    departures: (runId: string) => departuresOfRun(given, tenantId, runId, { limit: 100 }),
    undo: (runId: string) => undoRun(given, tenantId, runId, 'req_undo'),
  }
}

test.after(() => database.close())

test('who a run deactivated, and whom it took out of a group, are there again, and events say so', async (t) => {
  const { acme, people, group, leave, loadAll, undo, departures, states, names } = await start(t)
  const [nadia, omar] = people
  const before = await names()
  await leave(nadia, 'nadia')
  await acme.move(group, { kind: 'leave', members: [omar] })
  const runId = await loadAll()
  const gone = await departures(runId)

  const undone = await undo(runId)

  assert.deepEqual(
    gone.map(({ identity, member }) => [identity.name, member?.name]),
    [
      ['nadia', undefined],
      ['Field Ops', 'omar'],
    ],
  )
  assert.deepEqual(undone, { people: 1, memberships: 1 })
  assert.deepEqual(await states(), { nadia: 'active', omar: 'active', zoya: 'active' })
  assert.deepEqual(await names(), before)
  const events = (await acme.events()).slice(-2)
  assert.deepEqual(
    events.map(({ kind, requestId }) => [kind, requestId]),
    [
      ['person.reactivated', 'req_undo'],
      ['group.member-added', 'req_undo'],
    ],
  )
  assert.deepEqual(await departures(runId), [])
})

test('it stays through a full run, until the identity provider says something new', async (t) => {
  const { acme, people, group, leave, loadAll, undo, runFully, states, names } = await start(t)
  const [nadia, omar] = people
  await leave(nadia, 'nadia')
  await acme.move(group, { kind: 'leave', members: [omar] })
  await undo(await loadAll())

  const repaired = await runFully()
  const after = [await states(), (await names()).length]
  await acme.change(nadia, { userName: 'nadia', active: false, displayName: 'Nadia again' })
  await loadAll()

  assert.equal(repaired, 0)
  assert.deepEqual(after, [{ nadia: 'active', omar: 'active', zoya: 'active' }, 3])
  assert.deepEqual(await states(), { nadia: 'inactive', omar: 'active', zoya: 'active' })
})

test('what came later than the run is left alone', async (t) => {
  const { acme, people, leave, loadAll, undo, departures, states } = await start(t)
  const [nadia, omar, zoya] = people
  await leave(nadia, 'nadia')
  await leave(omar, 'omar')
  await leave(zoya, 'zoya')
  const first = await loadAll()
  await acme.change(nadia, { userName: 'nadia', active: true })
  await loadAll()
  await leave(nadia, 'nadia')
  await acme.remove(omar)
  await loadAll()
  const gone = await departures(first)

  const undone = await undo(first)

  assert.deepEqual(
    gone.map(({ identity }) => identity.name),
    ['zoya'],
  )
  assert.deepEqual(undone, { people: 1, memberships: 0 })
  assert.deepEqual(await states(), { nadia: 'inactive', omar: 'deleted', zoya: 'active' })
})

test('of runs that go on beside one another each undoes its own', async (t) => {
  const { acme, people, group, leave, runs, undo, states, names } = await start(t)
  const { given, db, clock } = pipeline
  const [nadia, omar] = people
  await db.inTenant(acme.tenantId, (trx) =>
    trx.prepared('undo-spoil', 'delete from member where tenant_id = $1 and member_id = $2', [
      acme.tenantId,
      people[2],
    ]),
  )
  await startFullRun(given, acme.tenantId)
  await leave(nadia, 'nadia')
  await acme.load()
  await leave(omar, 'omar')
  await loadSingle(given, acme.tenantId, { resourceId: omar, ...acme.scope })
  while (await continueFullRun(given, acme.tenantId, 2_000));
  await acme.change(group, { displayName: 'Field Ops 2' })
  await acme.load()
  clock.turn(2 * MINUTE)
  const ran = await runs()
  const idOf = (kind: string) => ran.find((run) => run.kind === kind && run.positions)?.runId ?? ''

  const ofDifferential = await undo(idOf('differential'))
  const afterDifferential = await states()
  const ofFull = await undo(idOf('full'))

  assert.deepEqual(ofDifferential, { people: 1, memberships: 0 })
  assert.deepEqual(afterDifferential, { nadia: 'active', omar: 'inactive', zoya: 'active' })
  assert.deepEqual(ofFull, { people: 0, memberships: 1 })
  assert.equal((await names()).length, 3)
})

test('a run that goes on, or is not there, or is of another tenant is refused, and nothing changes', async (t) => {
  const { acme, leave, people, loadAll, undo } = await start(t)
  const other = await pipeline.onboard('Globex')
  await leave(people[0], 'nadia')
  const runId = await loadAll()
  const begun = await startFullRun(pipeline.given, acme.tenantId).then(() => undefined)
  const [full] = await pipeline.db.inTenant(acme.tenantId, (trx) =>
    listRuns(trx, acme.tenantId, { limit: 1 }),
  )
  const before = await acme.events()

  const is = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code
  await assert.rejects(undo(full?.runId ?? ''), is('conflict'))
  await assert.rejects(undo('run_none'), is('not_found'))
  await assert.rejects(undoRun(pipeline.given, other.tenantId, runId, 'req_undo'), is('not_found'))
  assert.deepEqual([begun, await acme.events()], [undefined, before])
})

test('whoever came back counts no more among those who left, where the brake looks', async (t) => {
  const { acme, people, leave, loadAll, undo } = await start(t)
  await leave(people[0], 'nadia')
  const runId = await loadAll()
  const departed = async () =>
    (
      await pipeline.db.inTenant(acme.tenantId, (trx) =>
        trx.prepared<{ n: number }>(
          'undo-departed',
          'select count(*) as n from departure where tenant_id = $1',
          [acme.tenantId],
        ),
      )
    )[0]?.n
  const before = await departed()

  await undo(runId)

  assert.deepEqual([before, await departed()], [1, 0])
})
