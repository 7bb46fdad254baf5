import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createTestPipeline } from '../../test/support/loader.ts'
import type { Db } from '../db/index.ts'
import { createCounts } from './counts.ts'

/** Counting takes as long as the test says. */
async function start(t: TestContext, takesMs: number) {
  const { db, clock, onboard } = await createTestPipeline(t)
  const acme = await onboard('Acme')
  const slow: Db = {
    ...db,
    inTenant(tenantId, act) {
      clock.turn(takesMs)
      return db.inTenant(tenantId, act)
    },
  }
  const count = createCounts({ db: slow, clock })
  const people = async (of = acme) => (await count(of.tenantId)).received.people
  return { acme, onboard, clock, count, people }
}

test('a tenant that is counted quickly is counted at each look', async (t) => {
  const { acme, people } = await start(t, 50)
  assert.equal(await people(), 0)

  await acme.hire('nadia')

  assert.equal(await people(), 1)
})

test('a count that took long is good for nine times as long, for that tenant', async (t) => {
  const { acme, onboard, clock, people } = await start(t, 1_000)
  const globex = await onboard('Globex')
  assert.equal(await people(), 0)
  await acme.hire('nadia')
  await globex.hire('zoya')

  clock.turn(8_999 - 1_000)
  assert.equal(await people(), 0)
  assert.equal(await people(globex), 1)
  clock.turn(1)

  assert.equal(await people(), 1)
})

test('while one counts again, others are told what was known', async (t) => {
  const { acme, clock, people } = await start(t, 1_000)
  await people()
  await acme.hire('nadia')
  clock.turn(9_000)

  const looks = await Promise.all([people(), people(), people()])

  assert.deepEqual(looks, [1, 0, 0])
})

test('what is received and what is loaded are counted apart', async (t) => {
  const { acme, count } = await start(t, 0)
  const nadia = await acme.hire('nadia')
  await acme.load()
  await acme.form('Crew', [nadia, await acme.hire('zoya')])

  assert.deepEqual(await count(acme.tenantId), {
    received: { people: 2, groups: 1, members: 2 },
    loaded: { people: 1, groups: 0, links: 0 },
  })
})
