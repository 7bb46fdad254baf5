import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createTestPipeline,
  type TestPipeline,
  type TestTenant,
} from '../../../test/support/loader.ts'
import type { RuleSet } from './rule-set.ts'
import { addVersion } from './versions.ts'

/** In force from the next batch on; nothing is loaded again by itself. */
function putInForce(
  { db, clock }: TestPipeline,
  { tenantId, connectionId }: TestTenant,
  version: number,
  rules: RuleSet,
): Promise<void> {
  const row = { version, rules, author: 'operator:adm_1', createdAt: clock() }
  return db.inTenant(tenantId, (trx) => addVersion(trx, tenantId, connectionId, row))
}

test("rules are one connection's: the other one of the tenant loads as without", async (t) => {
  const pipeline = await createTestPipeline(t)
  const acme = await pipeline.onboard('Acme')
  const other = await acme.connect('AcmeLabs')
  await putInForce(pipeline, acme, 1, { name: 'upper(userName)' })
  await putInForce(pipeline, acme, 2, { name: 'lower(userName)' })

  const [jane, omar] = [await acme.hire('Jane@x'), await other.hire('Omar@x')]
  await acme.load()

  assert.equal((await acme.find(jane))?.name, 'jane@x')
  assert.equal((await other.find(omar))?.name, 'Omar@x')
})

test('who leaves and cannot be named by a rule any more leaves all the same', async (t) => {
  const pipeline = await createTestPipeline(t)
  const acme = await pipeline.onboard('Acme')
  await putInForce(pipeline, acme, 1, { name: 'concat(nickName, "@x")' })
  const jane = await acme.hire('jane', { nickName: 'jane' })
  const june = await acme.hire('june', { nickName: 'june' })
  await acme.load()

  await acme.change(jane, { nickName: '', active: false })
  await acme.change(june, { nickName: 'jane', active: false })
  await acme.load()

  const [first, second] = [await acme.find(jane), await acme.find(june)]
  assert.deepEqual([first?.state, first?.name], ['inactive', 'jane@x'])
  assert.deepEqual([second?.state, second?.name], ['inactive', 'june@x'])
  assert.deepEqual(
    new Set(pipeline.ended.flatMap(({ identityIds }) => identityIds)),
    new Set([first?.identityId, second?.identityId]),
  )
  assert.equal(await acme.waiting(), 1, 'the name that is taken may become free')
})

for (const [becomes, free] of [
  ['is deleted', (acme: TestTenant, id: string) => acme.remove(id)],
  ['has another', (acme: TestTenant, id: string) => acme.change(id, { nickName: 'june' })],
] as const)
  test(`who is set aside for a name is loaded when whoever has it ${becomes}`, async (t) => {
    const pipeline = await createTestPipeline(t)
    const acme = await pipeline.onboard('Acme')
    await putInForce(pipeline, acme, 1, { name: 'nickName' })
    const jane = await acme.hire('1', { nickName: 'Jane' })
    const joan = await acme.hire('2', { nickName: 'joan' })
    await acme.load()
    const other = await acme.hire('3', { nickName: 'jane' })
    await acme.hire('4', { nickName: 'joan' })
    for (let tries = 0; tries < 5; tries += 1) {
      await acme.load()
      pipeline.clock.turn(10_000)
    }
    const loader = pipeline.createLoader({ pollSeconds: 3_600 })
    const aside = async () =>
      (await loader.quarantine(acme.tenantId, { limit: 10 })).map(({ resourceId }) => resourceId)
    const before = await aside()

    await free(acme, jane)
    await acme.load()

    assert.equal(before.length, 2)
    assert.equal((await acme.find(other))?.name, 'jane')
    assert.equal((await acme.find(joan))?.name, 'joan')
    assert.deepEqual(
      await aside(),
      before.filter((id) => id !== other),
    )
  })

test('who is left out for good waits for no name', async (t) => {
  const pipeline = await createTestPipeline(t)
  const acme = await pipeline.onboard('Acme')
  await putInForce(pipeline, acme, 1, { name: 'nickName' })
  const jane = await acme.hire('1', { nickName: 'jane' })
  await acme.load()
  const other = await acme.hire('2', { nickName: 'jane' })
  for (let tries = 0; tries < 5; tries += 1) {
    await acme.load()
    pipeline.clock.turn(10_000)
  }
  const loader = pipeline.createLoader({ pollSeconds: 3_600 })
  await loader.skip(acme.tenantId, other, 'not theirs')

  await acme.remove(jane)
  await acme.load()

  assert.equal(await acme.find(other), undefined)
})

test('two people who change names with each other by a rule are loaded in one batch', async (t) => {
  const pipeline = await createTestPipeline(t)
  const acme = await pipeline.onboard('Acme')
  await putInForce(pipeline, acme, 1, { name: 'nickName' })
  const jane = await acme.hire('1', { nickName: 'jane' })
  const june = await acme.hire('2', { nickName: 'june' })
  await acme.load()

  await acme.change(jane, { nickName: 'june' })
  await acme.change(june, { nickName: 'jane' })
  await acme.load()

  assert.deepEqual(
    [(await acme.find(jane))?.name, (await acme.find(june))?.name, await acme.waiting()],
    ['june', 'jane', 0],
  )
})
