/** The brake of groups: what would empty a large group is held and shown, and somebody decides. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { MINUTE } from '../../test/support/clock.ts'
import { createTestPipeline, identityIdOf, seedPeople } from '../../test/support/loader.ts'
import { DEFAULT_BRAKE } from './brake-policy.ts'
import { continueFullRun, startFullRun } from './full-run.ts'

/** A group of so many, of whom at most half may leave within an hour; one of fewer than ten is small. */
async function start(t: TestContext, size: number) {
  const pipeline = await createTestPipeline(t)
  const acme = await pipeline.onboard('Acme')
  const loader = pipeline.createLoader({ pollSeconds: 3_600 })
  await loader.setBrakePolicy(acme.tenantId, { ...DEFAULT_BRAKE, groupSize: 10 })
  const ids = await seedPeople(pipeline.db, acme, size)
  const group = await acme.form('Everybody', ids)
  await acme.load()
  const leave = async (members: readonly string[]) => {
    await acme.move(group, { kind: 'leave', members })
    await acme.load()
  }
  const join = async (members: readonly string[]) => {
    await acme.move(group, { kind: 'join', members })
    await acme.load()
  }
  const fullRun = async () => {
    await startFullRun(pipeline.given, acme.tenantId)
    while (await continueFullRun(pipeline.given, acme.tenantId, 2_000));
  }
  const members = async (of = group) => (await acme.members(of)).length
  const held = async () => {
    const { heldMembers, heldGroups } = await loader.status(acme.tenantId)
    return [heldMembers, heldGroups]
  }
  return { ...pipeline, acme, loader, ids, group, leave, join, fullRun, members, held }
}

test('half of a large group may leave; who comes after that is held, and shown', async (t) => {
  const { acme, loader, ids, group, leave, members, held } = await start(t, 20)

  for (const id of ids.slice(0, 9)) await leave([id])
  await leave(ids.slice(9, 14))

  assert.equal(await members(), 10)
  assert.deepEqual(await held(), [4, 1])
  const rows = await loader.held(acme.tenantId, { kept: false, limit: 10 })
  assert.deepEqual(
    rows.map(({ resourceId, wouldBe }) => [resourceId, wouldBe]),
    Array.from({ length: 4 }, () => [group, 'removed']),
  )
  assert.ok(rows.every(({ requestId }) => requestId.startsWith('req_')))
  const [shown] = await loader.heldGroups(acme.tenantId, { limit: 10 })
  assert.deepEqual([shown?.held, shown?.members, shown?.isDeletion], [4, 10, false])
})

test('a small group may be emptied and deleted', async (t) => {
  const { acme, ids, members, held } = await start(t, 20)
  const small = await acme.form('Few', ids.slice(0, 9))
  await acme.load()

  await acme.move(small, { kind: 'only', members: [] })
  await acme.load()
  assert.equal(await members(small), 0)

  await acme.remove(small)
  await acme.load()
  assert.equal((await acme.find(small))?.state, 'deleted')
  assert.deepEqual(await held(), [0, 0])
})

test('one group that is held holds no other, and nobody who leaves the tenant', async (t) => {
  const { acme, ids, leave, held, members } = await start(t, 20)
  const other = await acme.form('Others', ids)
  await acme.load()
  await leave(ids.slice(0, 11))

  await acme.move(other, { kind: 'leave', members: ids.slice(0, 5) })
  await acme.change(ids[19] ?? '', { active: false })
  await acme.load()

  assert.equal(await members(other), 15)
  assert.equal((await acme.find(ids[19] ?? ''))?.state, 'inactive')
  assert.deepEqual(await held(), [1, 1])
})

test('the window moves on, and what was held does not go by itself', async (t) => {
  const { ids, leave, clock, held, members } = await start(t, 40)
  await leave(ids.slice(0, 20))

  clock.turn(62 * MINUTE)
  await leave(ids.slice(20, 31))

  assert.deepEqual(await held(), [1, 1])
  clock.turn(62 * MINUTE)
  await leave(ids.slice(31, 32))
  assert.deepEqual(await held(), [2, 1], 'one is held: so is whoever follows')
  assert.equal(await members(), 10)
})

test('what is released ends, and its group is free again', async (t) => {
  const { acme, loader, ids, leave, held, members, clock } = await start(t, 20)
  await leave(ids.slice(0, 14))

  assert.equal(await loader.releaseHeld(acme.tenantId, {}), 4)
  await acme.load()

  assert.equal(await members(), 6)
  assert.deepEqual(await held(), [0, 0])
  clock.turn(62 * MINUTE)
  await leave(ids.slice(14, 20))
  assert.equal(await members(), 0, 'it is small now')
})

test('one group is decided without another', async (t) => {
  const { acme, loader, ids, group, leave, members, held } = await start(t, 20)
  const other = await acme.form('Others', ids)
  await acme.load()
  await leave(ids.slice(0, 12))
  await acme.move(other, { kind: 'leave', members: ids.slice(0, 13) })
  await acme.load()

  assert.equal(await loader.releaseHeld(acme.tenantId, { resourceId: other }), 3)
  await acme.load()

  assert.deepEqual([await members(group), await members(other)], [10, 7])
  assert.deepEqual(await held(), [2, 1])
})

test('what is held or discarded stays through full runs, until the provider says something new', async (t) => {
  const { acme, loader, ids, leave, join, fullRun, members, held } = await start(t, 20)
  await leave(ids.slice(0, 14))
  const [row] = await loader.held(acme.tenantId, { kept: false, limit: 1 })
  const member = row?.memberId ?? ''

  await fullRun()
  assert.deepEqual([await members(), await held()], [10, [4, 1]])
  const [after] = await loader.held(acme.tenantId, { kept: false, limit: 1 })
  assert.deepEqual(after, row, 'with the request that asked for it')

  assert.equal(await loader.discardHeld(acme.tenantId, {}), 4)
  await fullRun()
  assert.deepEqual([await members(), await held()], [10, [0, 0]])

  await join([member])
  await leave([member])
  assert.deepEqual(await held(), [1, 1], 'said again, and the window is as full as it was')
})

test('who is put back into the group is held no more', async (t) => {
  const { ids, leave, join, held, members } = await start(t, 20)
  await leave(ids.slice(0, 12))

  await join(ids.slice(0, 12))

  assert.deepEqual([await members(), await held()], [20, [0, 0]])
})

test('the deletion of a large group is held, with all of its members, also through full runs', async (t) => {
  const { acme, loader, group, fullRun, members, held } = await start(t, 20)

  await acme.remove(group)
  await acme.load()
  await fullRun()

  assert.equal((await acme.find(group))?.state, 'active')
  assert.deepEqual([await members(), await held()], [20, [0, 1]])
  const [shown] = await loader.heldGroups(acme.tenantId, { limit: 10 })
  assert.deepEqual([shown?.held, shown?.members, shown?.isDeletion], [0, 20, true])

  assert.equal(await loader.releaseHeld(acme.tenantId, {}), 1)
  await acme.load()
  assert.equal((await acme.find(group))?.state, 'deleted')
  assert.deepEqual([await members(), await held()], [0, [0, 0]])
})

test('a discarded deletion keeps the group and its members through full runs', async (t) => {
  const { acme, loader, group, fullRun, members, held } = await start(t, 20)
  await acme.remove(group)
  await acme.load()

  await loader.discardHeld(acme.tenantId, {})
  await fullRun()

  assert.deepEqual([await members(), await held()], [20, [0, 0]])
})

test('somebody whose deletion is held keeps their groups through full runs', async (t) => {
  const { acme, loader, ids, group, fullRun } = await start(t, 20)
  await loader.setBrakePolicy(acme.tenantId, { ...DEFAULT_BRAKE, share: 0.01, atLeast: 0 })
  const leaver = ids[3] ?? ''
  await acme.remove(leaver)
  await acme.load()

  await fullRun()

  assert.equal((await acme.find(leaver))?.state, 'active')
  assert.ok((await acme.members(group)).includes('person4@acme.example'))
})

test('what keeps somebody in a group is known', async (t) => {
  const { acme, loader, ids, group, leave } = await start(t, 20)
  const other = await acme.form('Others', ids)
  await acme.load()
  await leave(ids.slice(0, 11))
  const [row] = await loader.held(acme.tenantId, { kept: false, limit: 1 })
  const groups = [identityIdOf(group), identityIdOf(other)]
  const keptOf = (member: string) => loader.keptMemberships(acme.tenantId, [member], groups)

  assert.deepEqual([...(await keptOf(row?.memberId ?? '')).keys()], [identityIdOf(group)])
  assert.deepEqual([...(await keptOf(ids[15] ?? '')).keys()], [])
  await loader.discardHeld(acme.tenantId, { resourceId: group })
  await acme.remove(other)
  await acme.load()
  const kept = await keptOf(row?.memberId ?? '')
  assert.deepEqual(
    groups.map((id) => kept.get(id)?.isDiscarded),
    [true, false],
  )
})

test('the number of members that is kept stays right through joiners, leavers and deletions', async (t) => {
  const { acme, ids, leave, join, db, members } = await start(t, 20)
  await leave(ids.slice(0, 8))

  await join(ids.slice(0, 3))
  await acme.remove(ids[19] ?? '')
  await leave([ids[0] ?? ''])

  assert.equal(await members(), 13)
  const kept = await db.inTenant(acme.tenantId, (trx) =>
    trx
      .selectFrom('member_count')
      .select('members')
      .where('tenant_id', '=', acme.tenantId)
      .execute(),
  )
  assert.deepEqual(kept, [{ members: 13 }])
})

test('a share of 100 % holds no group', async (t) => {
  const { acme, loader, group, ids, leave, members, held } = await start(t, 20)
  await loader.setBrakePolicy(acme.tenantId, { ...DEFAULT_BRAKE, groupShare: 1, groupSize: 10 })

  await leave(ids.slice(0, 15))
  await acme.remove(group)
  await acme.load()

  assert.deepEqual([await members(), await held()], [0, [0, 0]])
})

test("one tenant's groups are not another's", async (t) => {
  const { ids, leave, held, onboard, db, loader } = await start(t, 20)
  const globex = await onboard('Globex')
  const people = await seedPeople(db, globex, 60, 'other')
  const theirs = await globex.form('Everybody', people)
  await globex.load()

  await leave(ids.slice(0, 14))
  await globex.move(theirs, { kind: 'leave', members: people.slice(0, 20) })
  await globex.load()

  assert.deepEqual(await held(), [4, 1])
  assert.equal((await loader.status(globex.tenantId)).heldMembers, 0)
  assert.equal((await globex.members(theirs)).length, 40)
})
