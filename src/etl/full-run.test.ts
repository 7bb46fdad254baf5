/** A full run: finds and repairs what differs, page by page, beside everything else. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { createTestPipeline, seedPeople } from '../../test/support/loader.ts'
import { until } from '../../test/support/world.ts'
import { Refusal } from '../lib/index.ts'
import { continueFullRun, startFullRun } from './full-run.ts'
import { listRuns } from './runs.ts'

interface Page {
  readonly limit: number
  readonly after?: number | undefined
}

async function start(t: TestContext) {
  const pipeline = await createTestPipeline(t)
  const { given, db } = pipeline
  const acme = await pipeline.onboard('Acme')
  const runs = () =>
    db.inTenant(acme.tenantId, (trx) => listRuns(trx, acme.tenantId, { limit: 50 }))
  const lastFull = async () => (await runs()).find(({ kind }) => kind === 'full')
  const loader = pipeline.createLoader()
  const drift = async (runId: string, page: Page = { limit: 100 }) =>
    (await loader.drift(acme.tenantId, runId, page)).drift
  const runFully = async () => {
    await startFullRun(given, acme.tenantId)
    while (await continueFullRun(given, acme.tenantId, 2_000));
    return lastFull()
  }
  /** What only a mistake, or somebody with SQL, could do. */
  const spoil = (text: string, values: readonly unknown[] = []) =>
    db.inTenant(acme.tenantId, (trx) => trx.prepared(`spoil ${digest(text)}`, text, values))
  return { ...pipeline, acme, runs, lastFull, runFully, spoil, drift }
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16)

const isRefusal = (code: string) => (error: unknown) =>
  error instanceof Refusal && error.code === code

const idn = (resourceId: string) => `idn_${resourceId.slice(4)}`

test('where nothing differs a full run changes nothing and says so', async (t) => {
  const { acme, runFully } = await start(t)
  const [nadia, omar] = [await acme.hire('nadia'), await acme.hire('omar', { active: false })]
  const group = await acme.form('Field Ops', [nadia, omar])
  await acme.form('Field Ops East', [group])
  await acme.load()
  const before = await acme.events()

  const run = await runFully()

  assert.deepEqual(
    [run?.status, run?.identitiesCreated, run?.identitiesChanged, run?.identitiesDeleted],
    ['done', 0, 0, 0],
  )
  assert.deepEqual([run?.linksAdded, run?.linksRemoved, run?.taken], [0, 0, run?.expected])
  assert.deepEqual(await acme.events(), before)
})

test('what is missing, different or extra is counted and put right, and ids stay', async (t) => {
  const { acme, runFully, spoil, ended, drift, runs } = await start(t)
  const [nadia, omar, zoya] = [
    await acme.hire('nadia', { displayName: 'Nadia' }),
    await acme.hire('omar'),
    await acme.hire('zoya'),
  ]
  const group = await acme.form('Field Ops', [nadia, omar])
  await acme.load()
  const whole = await acme.members(group)
  await spoil('delete from identity where tenant_id = $1 and identity_id = $2', [
    acme.tenantId,
    idn(omar),
  ])
  await spoil(
    `update identity set display_name = 'Somebody' where tenant_id = $1 and identity_id = $2`,
    [acme.tenantId, idn(nadia)],
  )
  await spoil('delete from link where tenant_id = $1 and to_id = $2', [acme.tenantId, idn(nadia)])
  await spoil(
    `insert into link (tenant_id, kind, from_id, to_id, since) values ($1, 'member', $2, $3, now())`,
    [acme.tenantId, idn(group), idn(zoya)],
  )
  await spoil(
    `insert into identity (tenant_id, identity_id, connection_id, resource_id, kind, state, label, name,
                           name_folded, properties, created_at, changed_at)
     values ($1, 'idn_${'0'.repeat(26)}', $2, 'usr_${'0'.repeat(26)}', 'person', 'active', 'Acme', 'ghost',
             'ghost', '{}', now(), now())`,
    [acme.tenantId, acme.connectionId],
  )

  const run = await runFully()

  assert.deepEqual(
    [run?.identitiesCreated, run?.identitiesChanged, run?.identitiesDeleted],
    [1, 1, 1],
    'missing, different, extra',
  )
  assert.equal(run?.linksRemoved, 1)
  assert.equal((await acme.find(nadia))?.displayName, 'Nadia')
  assert.equal((await acme.find(omar))?.identityId, idn(omar))
  assert.deepEqual(await acme.members(group), whole)
  assert.equal((await acme.find(`usr_${'0'.repeat(26)}`))?.state, 'deleted')
  assert.deepEqual(ended.at(-1)?.cause, 'deleted', 'a ghost loses its sessions')
  const events = await acme.events()
  assert.ok(events.at(-1)?.requestId?.startsWith('run_'), 'what began it is the run')

  const found = await drift(run?.runId ?? '')
  const told = found.map(({ was, kind, identity, other }) =>
    [was, kind, identity.resourceId, other?.resourceId].join(' ').trimEnd(),
  )
  // Of one millisecond, ids are in no order.
  const expected = [
    `different person.changed ${nadia}`,
    `missing person.created ${omar}`,
    `extra person.deleted usr_${'0'.repeat(26)}`,
    `missing group.member-added ${group} ${nadia}`,
    `extra group.member-removed ${group} ${zoya}`,
  ]
  assert.deepEqual(told.toSorted(), expected.toSorted())
  const different = found.find(({ was }) => was === 'different')
  assert.deepEqual(different?.changes, { displayName: { from: 'Somebody', to: 'Nadia' } })
  const first = await drift(run?.runId ?? '', { limit: 2 })
  const second = await drift(run?.runId ?? '', { limit: 9, after: first[1]?.position })
  assert.deepEqual([...first, ...second], found, 'page by page')
  const [other] = (await runs()).filter(({ kind }) => kind === 'differential')
  await assert.rejects(drift(other?.runId ?? ''), isRefusal('invalid_input'))
  await assert.rejects(drift('run_none'), isRefusal('not_found'))
})

test('in pages of any size a full run finds what is missing and extra, and passes over what is alike', async (t) => {
  const { acme, given, lastFull, spoil } = await start(t)
  const people = await Promise.all(Array.from({ length: 9 }, (_, n) => acme.hire(`person-${n}`)))
  const inner = await acme.form('Inner', people.slice(0, 6))
  const outer = await acme.form('Outer', [inner, ...people.slice(4)])
  await acme.load()
  const whole = [await acme.members(inner), await acme.members(outer)]
  const ghost = `usr_${'0'.repeat(26)}`
  const [lost = '', stranger = ''] = [people[5], people[7]]

  for (const size of [1, 2, 3, 5, 8]) {
    await spoil('delete from link where tenant_id = $1 and from_id = $2 and to_id = $3', [
      ...[acme.tenantId, idn(outer), idn(lost)],
    ])
    await spoil(
      `insert into link (tenant_id, kind, from_id, to_id, since) values ($1, 'member', $2, $3, now())`,
      [acme.tenantId, idn(inner), idn(stranger)],
    )
    await spoil(
      `insert into identity (tenant_id, identity_id, connection_id, resource_id, kind, state, label, name,
                             name_folded, properties, created_at, changed_at)
       values ($1, $2, $3, $4, 'person', 'active', 'Acme', 'ghost', 'ghost', '{}', now(), now())
       on conflict (tenant_id, identity_id) do update set state = 'active'`,
      [acme.tenantId, idn(ghost), acme.connectionId, ghost],
    )

    await startFullRun(given, acme.tenantId)
    while (await continueFullRun(given, acme.tenantId, size));

    const run = await lastFull()
    assert.deepEqual(
      [run?.identitiesDeleted, run?.linksAdded, run?.linksRemoved, run?.identitiesCreated],
      [1, 1, 1, 0],
      `in pages of ${size}`,
    )
    assert.deepEqual([await acme.members(inner), await acme.members(outer)], whole)
    assert.equal((await acme.find(ghost))?.state, 'deleted')
  }
})

test('a link that no membership stands for is found wherever it is, among links that are alike', async (t) => {
  const { acme, given, lastFull, spoil } = await start(t)
  const people = await Promise.all(Array.from({ length: 5 }, (_, n) => acme.hire(`person-${n}`)))
  const inner = await acme.form('Inner', people.slice(1, 4))
  const outer = await acme.form('Outer', [inner, ...people.slice(0, 4)])
  await acme.load()
  const strangers = [
    ...[people[0], people[4], inner, outer].map((each) => [inner, each] as const),
    ...[people[4], outer].map((each) => [outer, each] as const),
  ]
  const all = async () => [await acme.members(inner), await acme.members(outer)]
  const whole = await all()

  for (const [group, stranger = ''] of strangers)
    for (const size of [1, 2, 5]) {
      await spoil(
        `insert into link (tenant_id, kind, from_id, to_id, since) values ($1, 'member', $2, $3, now())`,
        [acme.tenantId, idn(group), idn(stranger)],
      )
      await startFullRun(given, acme.tenantId)
      while (await continueFullRun(given, acme.tenantId, size));
      const run = await lastFull()
      assert.deepEqual([run?.linksAdded, run?.linksRemoved], [0, 1], `${stranger} by ${size}`)
      assert.deepEqual(await all(), whole)
    }
})

test('a full run never looks at more than it says there is, though nothing was loaded before and more arrives', async (t) => {
  const { acme, clock, given, lastFull, spoil } = await start(t)
  const forgetPending = () => spoil('delete from pending where tenant_id = $1', [acme.tenantId])
  const people = await Promise.all(Array.from({ length: 4 }, (_, n) => acme.hire(`person-${n}`)))
  await acme.form('Field Ops', people)
  await forgetPending()

  await startFullRun(given, acme.tenantId)
  const begun = await lastFull()
  const looks: boolean[] = []
  for (let page = 0; await continueFullRun(given, acme.tenantId, 2); page += 1) {
    if (page === 0) {
      // Ids are in the order of time, and this one comes behind the page.
      clock.turn(1_000)
      await acme.hire('late')
      await forgetPending()
    }
    const run = await lastFull()
    looks.push((run?.taken ?? 0) <= (run?.expected ?? 0))
  }

  const run = await lastFull()
  assert.equal(begun?.expected, 2 * 5 + 2 * 4)
  assert.deepEqual([run?.taken, run?.expected], [20, 20])
  assert.ok(looks.every(Boolean))
})

test('what is only pending is passed over: it is late and not wrong', async (t) => {
  const { acme, runFully } = await start(t)
  const nadia = await acme.hire('nadia')

  const run = await runFully()

  assert.equal(run?.identitiesCreated, 0)
  assert.equal(await acme.find(nadia), undefined)
  assert.equal(await acme.waiting(), 1)
})

test('a run that is cut off goes on where it was, and counts nothing twice', async (t) => {
  const { acme, db, given, lastFull } = await start(t)
  await seedPeople(db, acme, 4_500)
  await acme.load()
  await startFullRun(given, acme.tenantId)
  const cut = {
    ...given,
    labelsOf: () => Promise.reject(Object.assign(new Error('cut'), { code: '57P01' })),
  }

  await continueFullRun(given, acme.tenantId, 2_000)
  await assert.rejects(continueFullRun(cut, acme.tenantId, 2_000))
  const half = await lastFull()
  while (await continueFullRun(given, acme.tenantId, 2_000));

  const run = await lastFull()
  assert.deepEqual([half?.status, half?.taken], ['running', 2_000])
  assert.deepEqual([run?.status, run?.taken], ['done', 9_000])
  assert.equal(run?.runId, half?.runId)
})

test('a second one beside the first is refused, and a paused one waits', async (t) => {
  const { acme, given, createLoader } = await start(t)
  const loader = createLoader({ pollSeconds: 3_600 })
  await startFullRun(given, acme.tenantId)

  await assert.rejects(startFullRun(given, acme.tenantId), isRefusal('conflict'))
  await loader.pause(acme.tenantId, 'maintenance')
  assert.equal(await continueFullRun(given, acme.tenantId, 2_000), false)
  await loader.resume(acme.tenantId)
  assert.equal(await continueFullRun(given, acme.tenantId, 2_000), true)
})

test('a page that the database refuses ends the run with the reason', async (t) => {
  const { acme, given, lastFull } = await start(t)
  await acme.hire('nadia')
  await startFullRun(given, acme.tenantId)

  const failing = { ...given, labelsOf: () => Promise.reject(new Error('a mistake of ours')) }
  await continueFullRun(failing, acme.tenantId, 2_000)

  const run = await lastFull()
  assert.equal(run?.status, 'failed')
  assert.match(run?.reason ?? '', /a mistake of ours/)
  assert.equal(await continueFullRun(given, acme.tenantId, 2_000), false)
})

test('a group that a run has made has its members, also when the run failed before it came to them', async (t) => {
  const { acme, clock, given, runFully, lastFull, spoil } = await start(t)
  const nadia = await acme.hire('nadia')
  const group = await acme.form('Field Ops', [nadia])
  await acme.load()
  const whole = await acme.members(group)
  const lose = async () => {
    await spoil('delete from identity where tenant_id = $1 and kind = $2', [acme.tenantId, 'group'])
    await spoil('delete from link where tenant_id = $1 and from_id = $2', [
      acme.tenantId,
      idn(group),
    ])
  }

  await lose()
  const run = await runFully()
  const afterRun = await acme.members(group)
  const waiting = await acme.waiting()
  clock.turn(1_000)
  await lose()
  await startFullRun(given, acme.tenantId)
  await continueFullRun(given, acme.tenantId, 1)
  const failing = { ...given, labelsOf: () => Promise.reject(new Error('a mistake of ours')) }
  await continueFullRun(failing, acme.tenantId, 1)
  const half = await acme.members(group)
  await acme.load()

  assert.deepEqual([run?.identitiesCreated, run?.linksAdded], [1, 1])
  assert.deepEqual(afterRun, whole)
  assert.equal(waiting, 0, 'the run came to them by itself')
  assert.equal((await lastFull())?.status, 'failed')
  assert.deepEqual(half, [])
  assert.deepEqual(await acme.members(group), whole)
})

test('a loader carries a full run on by itself, changes have their turns, and a neighbour is untouched', async (t) => {
  const { acme, db, onboard, createLoader, lastFull } = await start(t)
  const globex = await onboard('Globex')
  const stranger = await globex.hire('stranger')
  await globex.load()
  const [before] = await globex.events()
  await seedPeople(db, acme, 9_000)
  const loader = createLoader({ pollSeconds: 1 })
  await loader.start()
  await until('loaded', async () => (await acme.waiting()) === 0)

  await loader.startFullRun(acme.tenantId)
  const late = await acme.hire('late')
  await until('the change is loaded', () => acme.find(late))
  await until('done', async () => (await lastFull())?.status === 'done')

  assert.equal((await lastFull())?.identitiesChanged, 0)
  assert.deepEqual(await globex.events(), [before])
  assert.equal((await globex.find(stranger))?.state, 'active')
})
