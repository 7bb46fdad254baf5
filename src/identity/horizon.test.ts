import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { DAY } from '../../test/support/clock.ts'
import { createTestPipeline, identityIdOf } from '../../test/support/loader.ts'
import { Refusal } from '../lib/index.ts'
import { sweepEvents } from './horizon.ts'

/** A tenant 100 days ago, whose events are swept as often as there are some. */
async function start(t: TestContext) {
  const pipeline = await createTestPipeline(t)
  const { clock, db } = pipeline
  clock.turn(Date.now() - 100 * DAY - clock().getTime())
  const acme = await pipeline.onboard('Acme')
  return {
    ...pipeline,
    acme,
    async nextDay() {
      await acme.load()
      clock.turn(DAY)
      return clock()
    },
    async sweep(before: Date) {
      while ((await sweepEvents(db, acme.tenantId, before)) > 0);
    },
  }
}

const isGone = (error: unknown) => error instanceof Refusal && error.code === 'history_gone'

test('who is in a group is known for every day that is kept, however long ago they joined', async (t) => {
  const { acme, identity, nextDay, sweep } = await start(t)
  const [stays, leaves, leftLater, goes] = [
    await acme.hire('stays'),
    await acme.hire('leaves'),
    await acme.hire('left-later'),
    await acme.hire('goes'),
  ]
  const crew = await acme.form('Crew', [stays, leaves, leftLater, goes])
  await nextDay()
  await acme.move(crew, { kind: 'leave', members: [leaves] })
  await acme.remove(goes)
  const horizon = await nextDay()
  const then = await nextDay()
  await nextDay()
  await acme.move(crew, { kind: 'leave', members: [leftLater] })
  const now = await nextDay()
  const members = async (at: Date) =>
    (await identity.membersAsOf(acme.tenantId, identityIdOf(crew), at, { limit: 9 }))
      .map(({ fqn }) => fqn)
      .toSorted()
  const groups = (at: Date) => identity.groupsAsOf(acme.tenantId, identityIdOf(leaves), at, 9)
  const before = [await members(then), await members(now)]

  await sweep(horizon)

  assert.deepEqual(before, [['Acme:left-later', 'Acme:stays'], ['Acme:stays']])
  assert.deepEqual([await members(then), await members(now)], before)
  assert.deepEqual(await groups(then), [])
  const left = await acme.events(8).catch(isGone)
  assert.equal(left, true)

  await sweep(now)

  assert.deepEqual(await members(now), ['Acme:stays'])
})

test('what was so before the horizon is refused and not answered wrongly', async (t) => {
  const { acme, identity, nextDay, sweep } = await start(t)
  const nadia = await acme.hire('nadia')
  const first = await nextDay()
  await acme.change(nadia, { title: 'Dr' })
  const second = await nextDay()
  await sweep(second)
  const present = await acme.find(nadia)
  assert.ok(present)

  const tooOld = new Date(first.getTime() - 2 * DAY)
  await assert.rejects(identity.asOf(acme.tenantId, present, tooOld), isGone)
  await assert.rejects(identity.groupsAsOf(acme.tenantId, present.identityId, tooOld, 9), isGone)
  assert.deepEqual((await identity.asOf(acme.tenantId, present, second))?.properties, {
    title: 'Dr',
  })
})

test('whoever follows events is told when some went before they were read, and who looks at all has the rest', async (t) => {
  const { acme, identity, nextDay, sweep } = await start(t)
  await acme.hire('nadia')
  await acme.hire('omar')
  const horizon = await nextDay()
  await acme.hire('zoya')
  await nextDay()

  await sweep(horizon)

  await assert.rejects(acme.events(0), isGone)
  await assert.rejects(acme.events(1), isGone)
  assert.deepEqual(
    (await acme.events(2)).map(({ position, kind }) => [position, kind]),
    [[3, 'person.created']],
  )
  const all = await identity.events(acme.tenantId, { after: undefined, limit: 9 })
  assert.deepEqual(all, await acme.events(2))
})

// SEC F-11
test('whoever has read events that are not here is told, since the database was restored', async (t) => {
  const { acme, identity, nextDay } = await start(t)
  await acme.hire('one')
  await nextDay()
  const [latest] = (await identity.events(acme.tenantId, { after: 0, limit: 10 })).slice(-1)
  const position = latest?.position ?? 0
  const follow = (after: number) => identity.events(acme.tenantId, { after, limit: 10 })

  assert.deepEqual(await follow(position), [])
  await assert.rejects(
    follow(position + 1),
    (error) =>
      error instanceof Refusal &&
      error.code === 'position_ahead' &&
      error.message.includes(`follow with after=${position}.`),
  )
})

test('what is younger than a day stays, whatever the clock of the node says', async (t) => {
  const { acme, clock, database, sweep } = await start(t)
  clock.turn(100 * DAY)
  await acme.hire('nadia')
  await acme.load()

  await sweep(new Date(Date.now() + 10 * DAY)).catch(() => undefined)

  const { rows } = await database.ownerPool.query('select count(*) from event')
  assert.equal(Number(rows[0].count), 1)
})
