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
import type { Transaction } from '../../src/db/index.ts'
import { Refusal } from '../../src/lib/index.ts'
import {
  continueFullRun,
  countHeld,
  createTestJoining,
  releaseHeld,
  startFullRun,
  writeBrakePolicy,
} from '../support/joining.ts'
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

const joiningStep = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ act: fc.constant('write' as const), at: fc.nat(2), write }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant('load' as const),
      limit: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ act: fc.constant('page' as const), size: fc.constantFrom(1, 2, 50) }),
  },
  fc.record({
    act: fc.constant('rule' as const),
    by: fc.constantFrom('userName', 'userName', 'title', null),
    active: fc.constantFrom('all' as const, 'any' as const),
    isTurned: fc.boolean(),
  }),
  fc.record({ act: fc.constant('release' as const) }),
)
const joiningSteps = fc.array(joiningStep, { maxLength: 40, size: 'max' })
/** Whoever would leave is held. */
const ON_BRAKE = {
  ...{ share: 0.01, atLeast: 0, windowMinutes: 60, cutsAccess: false },
  ...{ groupShare: 0.01, groupSize: 1 },
}

test('people of several connections, joined and parted in any pieces by any rules, end as one fresh load would make them', async (t) => {
  const pipeline = await createTestPipeline(t)
  const { given, db } = pipeline
  let tenants = 0

  await fc.assert(
    fc.asyncProperty(joiningSteps, fc.boolean(), async (steps, isBraked) => {
      const tenant = await pipeline.onboard(`joined ${(tenants += 1)}`)
      const { tenantId } = tenant
      const others = [await tenant.connect(`B${tenants}`), await tenant.connect(`C${tenants}`)]
      const all = [tenant, ...others]
      const plays = all.map((each) => createPlay(each).play)
      const order = all.map(({ connectionId }) => connectionId)
      const apply = createTestJoining(pipeline, tenantId)
      const inTenant = <T>(act: (trx: Transaction) => Promise<T>) => db.inTenant(tenantId, act)
      const release = () => inTenant((trx) => releaseHeld(trx, tenantId, {}, pipeline.clock()))
      if (isBraked) await inTenant((trx) => writeBrakePolicy(trx, tenantId, ON_BRAKE))
      for (const play of plays) {
        await play({ act: 'hire', name: 'nadia', boss: null })
        await play({ act: 'form', name: 'crew', members: [0] })
      }
      await apply({ by: 'userName', active: 'all', connections: order })
      while (await continueFullRun(given, tenantId, 500));
      for (const each of steps) {
        pipeline.clock.turn(1)
        if (each.act === 'write') await plays[each.at]?.(each.write)
        else if (each.act === 'load') await loadBatch(given, tenantId, each.limit)
        else if (each.act === 'release') await release()
        else if (each.act === 'page') await continueFullRun(given, tenantId, each.size)
        else {
          const connections = each.isTurned ? order.toReversed() : order.slice(0, 2)
          // While a full run is under way it is refused.
          await apply({ ...each, connections }).catch(onlyRefusals)
        }
      }
      while (await continueFullRun(given, tenantId, 500));
      do {
        await release()
        await settle(pipeline, tenant)
        await mend(pipeline, tenant, all)
      } while (Object.values(await inTenant((trx) => countHeld(trx, tenantId))).some(Boolean))

      const events = await tenant.events()
      const view = await viewOf({ db }, tenant)
      assert.deepEqual(replay(events), told(view))
      await startFullRun(given, tenantId)
      while (await continueFullRun(given, tenantId, 500));
      assert.deepEqual(await tenant.events(events.length), [], 'a full run finds nothing')
      assert.deepEqual(await loadAfresh(pipeline, tenant), view)
    }),
    { ...seeded(t), numRuns: 20 },
  )
})

function onlyRefusals(error: unknown): void {
  if (!(error instanceof Refusal)) throw error
}

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
async function mend(
  pipeline: TestPipeline,
  tenant: TestTenant,
  connections: readonly TestTenant[] = [tenant],
): Promise<void> {
  const { db } = pipeline
  const aside = await db.inTenant(tenant.tenantId, (trx) =>
    trx.selectFrom('quarantine').select(['resource_id', 'connection_id']).execute(),
  )
  for (const { resource_id: id, connection_id: of } of aside)
    await connections
      .find(({ connectionId }) => connectionId === of)
      ?.change(id, { [id.startsWith('usr') ? 'userName' : 'displayName']: `mended ${id}` })
  await settle(pipeline, tenant)
}
