/** A tenant's turn: how many rows it takes, by how long the last ones took. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import pino from 'pino'
import { createTestPipeline, seedPeople } from '../../test/support/loader.ts'
import { Unavailable } from '../lib/index.ts'
import { startFullRun } from './full-run.ts'
import { listRuns } from './runs.ts'
import { createTurn } from './turn.ts'

/** Of 1,000 people that are pending. */
async function start(t: TestContext) {
  const { db, given, clock, ...pipeline } = await createTestPipeline(t)
  const acme = await pipeline.onboard('Acme')
  await seedPeople(db, acme, 1_000)
  const loaded: number[] = []
  const trouble = { isAt: 0, calls: 0, msEach: 0 }
  const planned: string[] = []
  const takeTurn = createTurn(
    {
      ...given,
      db: {
        ...db,
        inTenant: (tenantId, act) =>
          db.inTenant(tenantId, (trx) => {
            const { prepared } = trx
            return act(
              Object.assign(trx, {
                prepared: (name: string, ...more: [string, readonly unknown[]]) => {
                  if (name === 'load-plan-afresh') planned.push(name)
                  return prepared(name, ...more)
                },
              }),
            )
          }),
      },
      labelsOf(tenantId) {
        trouble.calls += 1
        clock.turn(trouble.msEach)
        if (trouble.calls === trouble.isAt) throw new Unavailable('The database is away.')
        return given.labelsOf(tenantId)
      },
      log: pino({ level: 'silent' }),
      batchFinished: (_tenantId, { lagsMs }) => void loaded.push(lagsMs.length),
    },
    2_000,
  )
  const lookedAt = async () => {
    const runs = await db.inTenant(acme.tenantId, (trx) =>
      listRuns(trx, acme.tenantId, { limit: 50 }),
    )
    return runs.find(({ kind }) => kind === 'full')?.taken
  }
  return {
    ...{ acme, given, loaded, trouble, planned, lookedAt },
    takeTurn: () => takeTurn(acme.tenantId),
  }
}

test('batches that take no time grow until everything is loaded', async (t) => {
  const { takeTurn, loaded } = await start(t)

  while (await takeTurn());

  assert.deepEqual(loaded, [250, 500, 250])
})

test('batches that take long become small', async (t) => {
  const { takeTurn, loaded, trouble } = await start(t)
  trouble.msEach = 60_000

  for (let turn = 0; turn < 3; turn += 1) await takeTurn()

  assert.deepEqual(loaded, [250, 50, 50])
})

test('a page of a full run that fails is taken up again with fewer', async (t) => {
  const { takeTurn, trouble, lookedAt, acme, given } = await start(t)
  await acme.load()
  await startFullRun(given, acme.tenantId)
  // A turn asks once for its batch, and then for the page.
  trouble.isAt = trouble.calls + 2

  await takeTurn()
  const afterTrouble = await lookedAt()
  await takeTurn()

  assert.deepEqual([afterTrouble, await lookedAt()], [0, 125])
})

test('a full run makes its plans at its first page, and anew when a second has passed', async (t) => {
  const { takeTurn, trouble, acme, given, planned } = await start(t)
  await acme.load()
  await startFullRun(given, acme.tenantId)
  // Each turn asks twice, so that pages begin 600 ms apart.
  trouble.msEach = 300
  const plans = []

  for (let turn = 0; turn < 3; turn += 1) {
    planned.length = 0
    await takeTurn()
    plans.push(planned.length)
  }

  assert.deepEqual(plans, [1, 0, 1])
})
