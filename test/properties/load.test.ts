/**
 * Loading again gives the same identities, ids included (invariant 4): whatever an IdP writes, in
 * whatever pieces and order it is loaded, identity ends as one fresh load of everything makes it,
 * and the events alone tell the same story.
 *
 * ROLLCALL_TEST_SEED repeats a run; a failure prints its seed and the least sequence that fails.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  createTestPipeline,
  loadAfresh,
  loadBatch,
  loadSingle,
  type TestPipeline,
  type TestTenant,
  viewOf,
} from '../support/loader.ts'
import { anyone, createPlay, write } from '../support/play.ts'
import { replay, told } from '../support/story.ts'
import { seeded } from '../support/seed.ts'

const step = fc.oneof(
  { weight: 9, arbitrary: write },
  fc.record({ act: fc.constant('load' as const), limit: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ act: fc.constant('load one' as const), who: anyone }),
  fc.record({ act: fc.constant('wait' as const), ms: fc.constantFrom(1, 1_000, 20_000) }),
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

test('any writes, loaded in any pieces, end as one fresh load would make them', async (t) => {
  const pipeline = await createTestPipeline(t)
  let tenants = 0

  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const tenant = await pipeline.onboard(`tenant ${(tenants += 1)}`)
      const take = createSteps(pipeline, tenant)
      for (const each of steps) await take(each)
      await settle(pipeline, tenant)
      await mend(pipeline, tenant)

      const events = await tenant.events()
      const view = await viewOf(pipeline, tenant)
      assert.deepEqual(
        events.map(({ position }) => position),
        events.map((_, index) => index + 1),
      )
      assert.deepEqual(replay(events), told(view))
      assert.deepEqual(await loadAfresh(pipeline, tenant), view)
    }),
    { ...seeded(t), numRuns: 60 },
  )
})

/** Plays the steps of one tenant's history. */
function createSteps({ given, clock }: TestPipeline, tenant: TestTenant) {
  const { tenantId, connectionId } = tenant
  const { play, personAt } = createPlay(tenant)
  return async (each: Step): Promise<unknown> => {
    switch (each.act) {
      case 'load':
        return loadBatch(given, tenantId, each.limit)
      case 'load one':
        return loadSingle(given, tenantId, {
          connectionId,
          resourceId: personAt(each.who),
          requestId: 'req_single',
        })
      case 'wait':
        return clock.turn(each.ms)
      default:
        return play(each)
    }
  }
}

/** Until every record is loaded or set aside. */
async function settle({ clock }: TestPipeline, tenant: TestTenant): Promise<void> {
  while ((await tenant.waiting()) > 0) {
    await tenant.load()
    clock.turn(10_000)
  }
}

/** Renames what was set aside: until then identity has it as it was before. */
async function mend(pipeline: TestPipeline, tenant: TestTenant): Promise<void> {
  const { db } = pipeline
  const aside = await db.inTenant(tenant.tenantId, (trx) =>
    trx.selectFrom('quarantine').select('resource_id').execute(),
  )
  for (const { resource_id: id } of aside)
    await tenant.change(id, { [id.startsWith('usr') ? 'userName' : 'displayName']: `mended ${id}` })
  await settle(pipeline, tenant)
}
