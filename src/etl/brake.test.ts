/** The brake: a mass departure is held and shown, and somebody decides. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { HOUR, MINUTE } from '../../test/support/clock.ts'
import { createTestPipeline, seedPeople } from '../../test/support/loader.ts'
import { continueFullRun, startFullRun } from './full-run.ts'
import { DEFAULT_BRAKE } from './brake-policy.ts'
import { addVersion } from './rules/versions.ts'

async function start(t: TestContext, people: number) {
  const pipeline = await createTestPipeline(t)
  const acme = await pipeline.onboard('Acme')
  const loader = pipeline.createLoader({ pollSeconds: 3_600 })
  // As the default, on a smaller scale: a fifth, and five may always leave.
  await loader.setBrakePolicy(acme.tenantId, { ...DEFAULT_BRAKE, atLeast: 5 })
  const ids = await seedPeople(pipeline.db, acme, people)
  await acme.load()
  const leave = async (some: readonly string[]) => {
    for (const id of some) await acme.change(id, { active: false })
    await acme.load()
  }
  const inactive = async () => {
    const found = await Promise.all(ids.map((id) => acme.find(id)))
    return found.filter((person) => person?.state !== 'active').length
  }
  return { ...pipeline, acme, loader, ids, leave, inactive }
}

test('as many as may always leave, leave', async (t) => {
  const { acme, loader, ids, leave, inactive } = await start(t, 20)

  await leave(ids.slice(0, 5))

  assert.equal(await inactive(), 5)
  assert.equal((await loader.status(acme.tenantId)).held, 0)
})

test('who would leave beyond the share is held, one request at a time or many in a batch', async (t) => {
  const { acme, loader, ids, leave, inactive, ended } = await start(t, 60)

  for (const id of ids.slice(0, 11)) await leave([id])
  await leave(ids.slice(11, 20))

  assert.equal(await inactive(), 12, '20 % of 60')
  const status = await loader.status(acme.tenantId)
  assert.deepEqual([status.held, status.waiting], [8, 0])
  const held = await loader.held(acme.tenantId, { kept: false, limit: 20 })
  const later = new Set(ids.slice(11, 20))
  assert.equal(held.length, 8)
  assert.ok(
    held.every(({ resourceId, wouldBe }) => later.has(resourceId) && wouldBe === 'inactive'),
  )
  assert.ok(held.every(({ requestId }) => requestId.startsWith('req_')))
  assert.equal(ended.flatMap(({ identityIds }) => identityIds).length, 12, 'access goes on')
})

test('once somebody is held everybody who would leave is, and everything else is loaded', async (t) => {
  const { acme, loader, ids, leave, clock } = await start(t, 60)
  await leave(ids.slice(0, 13))

  clock.turn(2 * HOUR)
  await leave([ids[19] ?? ''])
  const joiner = await acme.hire('joiner')
  await acme.change(ids[40] ?? '', { displayName: 'Another' })
  await acme.load()

  assert.equal((await loader.status(acme.tenantId)).held, 2)
  assert.equal((await acme.find(joiner))?.state, 'active')
  assert.equal((await acme.find(ids[40] ?? ''))?.displayName, 'Another')
})

test('who is released leaves, with their sessions', async (t) => {
  const { acme, loader, ids, leave, inactive, ended } = await start(t, 60)
  await leave(ids.slice(0, 20))
  const before = ended.flatMap(({ identityIds }) => identityIds).length

  const released = await loader.releaseHeld(acme.tenantId, {})
  await acme.load()

  assert.equal(released, 8)
  assert.equal(await inactive(), 20)
  assert.equal(ended.flatMap(({ identityIds }) => identityIds).length - before, 8)
  assert.deepEqual(await loader.held(acme.tenantId, { kept: false, limit: 10 }), [])
  const status = await loader.status(acme.tenantId)
  assert.deepEqual([status.held, status.heldSince], [0, null])
})

test('who is discarded stays, until the identity provider says it again', async (t) => {
  const { acme, loader, ids, leave, inactive } = await start(t, 60)
  await leave(ids.slice(0, 20))
  const [first] = await loader.held(acme.tenantId, { kept: false, limit: 1 })

  assert.equal(await loader.discardHeld(acme.tenantId, {}), 8)
  await acme.load()
  assert.equal(await inactive(), 12)

  await acme.change(first?.resourceId ?? '', { displayName: 'Said again' })
  await acme.load()
  assert.equal((await loader.status(acme.tenantId)).held, 1)
})

test('who is discarded stays through a full run, and is not taken for one who has left', async (t) => {
  const { acme, loader, given, ids, leave, inactive } = await start(t, 60)
  await leave(ids.slice(0, 20))
  const [first] = await loader.held(acme.tenantId, { kept: false, limit: 1 })
  const hasLeft = () =>
    loader.hasLeft(acme.tenantId, { resourceId: first?.resourceId ?? '', joinedFrom: [] })
  await loader.discardHeld(acme.tenantId, {})

  await startFullRun(given, acme.tenantId)
  while (await continueFullRun(given, acme.tenantId, 2_000));

  assert.equal(await inactive(), 12)
  assert.equal((await loader.status(acme.tenantId)).held, 0)
  assert.equal(await hasLeft(), false)
  await acme.change(first?.resourceId ?? '', { displayName: 'Said again' })
  assert.equal(await hasLeft(), true, 'said again, and not loaded yet')
})

test('who was discarded is listed as kept, and is let go when named', async (t) => {
  const { acme, loader, ids, leave, inactive } = await start(t, 60)
  await leave(ids.slice(0, 20))
  await loader.discardHeld(acme.tenantId, {})
  const kept = () => loader.held(acme.tenantId, { kept: true, limit: 50 })
  const [first] = await kept()

  const ofAll = await loader.releaseHeld(acme.tenantId, {})
  const ofOne = await loader.releaseHeld(acme.tenantId, { resourceId: first?.resourceId })
  await acme.load()

  assert.deepEqual([ofAll, ofOne], [0, 1])
  assert.equal(await inactive(), 13)
  assert.equal((await kept()).length, 7)
})

test('who comes back while held is held no more', async (t) => {
  const { acme, loader, ids, leave } = await start(t, 60)
  await leave(ids.slice(0, 13))
  const [held] = await loader.held(acme.tenantId, { kept: false, limit: 1 })
  const back = held?.resourceId ?? ''

  await acme.change(back, { active: true })
  await acme.load()

  assert.equal((await loader.status(acme.tenantId)).held, 0)
  await leave([back])
  assert.equal((await loader.status(acme.tenantId)).held, 1, 'the window is as full as it was')
})

test('whoever is held gives way where their name is given to somebody else, whatever was decided', async (t) => {
  const { acme, loader, given, ids, leave, identity } = await start(t, 60)
  await leave(ids.slice(0, 12))
  const [deleted = '', kept = '', renamed = '', other = ''] = ids.slice(12)
  const names = await Promise.all(
    [deleted, kept, renamed].map(async (id) => (await acme.find(id))?.name ?? ''),
  )
  for (const id of [deleted, kept]) await acme.remove(id)
  await acme.change(renamed, { userName: 'left', active: false })
  await leave([other])
  await loader.discardHeld(acme.tenantId, { resourceId: kept })
  assert.equal((await loader.status(acme.tenantId)).held, 3)

  const again = []
  for (const name of names) again.push(await acme.hire(name))
  await acme.load()

  const states = async (some: readonly string[]) =>
    Promise.all(some.map(async (id) => (await acme.find(id))?.state))
  assert.deepEqual(await states([deleted, kept, renamed]), ['deleted', 'deleted', 'inactive'])
  assert.deepEqual(await states([...again, other]), ['active', 'active', 'active', 'active'])
  assert.equal((await acme.find(renamed))?.name, 'left')
  for (const [at, name] of names.entries())
    assert.equal(
      (await identity.resolveFqn(acme.tenantId, `Acme:${name}`))?.identity.resourceId,
      again[at],
    )
  assert.equal((await loader.status(acme.tenantId)).held, 1, 'nobody took the place of the other')
  assert.deepEqual(await loader.held(acme.tenantId, { kept: true, limit: 5 }), [])

  await startFullRun(given, acme.tenantId)
  while (await continueFullRun(given, acme.tenantId, 2_000));
  assert.deepEqual(await states([deleted, kept, ...again]), [
    'deleted',
    'deleted',
    'active',
    'active',
    'active',
  ])
})

test('whoever is deleted and created again in one batch is not held under the name of the new one', async (t) => {
  const { acme, loader, ids } = await start(t, 60)
  const names = await Promise.all(ids.map(async (id) => (await acme.find(id))?.name ?? ''))

  for (const id of ids.slice(0, 20)) await acme.remove(id)
  for (const name of names.slice(0, 15)) await acme.hire(name)
  await acme.load()

  const { held, waiting } = await loader.status(acme.tenantId)
  assert.deepEqual([held, waiting], [0, 0], 'five go, as may always')
  for (const id of ids.slice(0, 20)) assert.equal((await acme.find(id))?.state, 'deleted')
})

test('deletions count too, and the window moves on', async (t) => {
  const { acme, loader, ids, leave, clock } = await start(t, 60)
  for (const id of ids.slice(0, 12)) await acme.remove(id)
  await acme.load()

  clock.turn(61 * MINUTE)
  await leave(ids.slice(12, 20))

  assert.equal((await loader.status(acme.tenantId)).held, 0)
  for (const id of ids.slice(20, 30)) await acme.remove(id)
  await acme.load()
  const [held] = await loader.held(acme.tenantId, { kept: false, limit: 1 })
  assert.equal(held?.wouldBe, 'deleted')
})

test('a tenant may choose its share, and that access ends at once', async (t) => {
  const { acme, loader, ids, leave, ended } = await start(t, 20)
  await loader.setBrakePolicy(acme.tenantId, {
    ...DEFAULT_BRAKE,
    share: 0.1,
    atLeast: 1,
    cutsAccess: true,
  })

  await leave(ids.slice(0, 5))

  assert.equal((await loader.status(acme.tenantId)).held, 3)
  assert.deepEqual(
    ended.map(({ cause, identityIds }) => [cause, identityIds.length]),
    [
      ['held', 3],
      ['deactivated', 2],
    ],
  )
})

test('where access ends at once, whom a rule would have leave is out, until they are let stay', async (t) => {
  const { acme, loader, ids, db, clock } = await start(t, 20)
  const cut = { ...DEFAULT_BRAKE, share: 0.1, atLeast: 0, cutsAccess: true }
  await loader.setBrakePolicy(acme.tenantId, cut)
  const row = {
    ...{ version: 1, rules: { active: 'displayName eq "Nobody"' } },
    ...{ author: 'operator:adm_1', createdAt: clock() },
  }
  await db.inTenant(acme.tenantId, (trx) => addVersion(trx, acme.tenantId, acme.connectionId, row))
  const whoIsOut = async () => {
    const out = await Promise.all(
      ids.map((resourceId) => loader.hasLeft(acme.tenantId, { resourceId, joinedFrom: [] })),
    )
    return out.filter(Boolean).length
  }
  const before = await whoIsOut()

  for (const id of ids) await acme.change(id, { title: 'Said again' })
  await acme.load()

  const { held } = await loader.status(acme.tenantId)
  assert.deepEqual([before, held, await whoIsOut()], [0, 18, 18])
  await loader.discardHeld(acme.tenantId, {})
  assert.equal(await whoIsOut(), 0)
})

test("one tenant's brake is not another's", async (t) => {
  const { ids, leave, onboard, db, loader } = await start(t, 60)
  const globex = await onboard('Globex')
  const [person = ''] = await seedPeople(db, globex, 10)
  await globex.load()

  await leave(ids.slice(0, 20))
  await globex.change(person, { active: false })
  await globex.load()

  assert.equal((await loader.status(globex.tenantId)).held, 0)
  assert.equal((await globex.find(person))?.state, 'inactive')
})
