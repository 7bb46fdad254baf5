/** What is left out of what is set aside, by a decision. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createTestPipeline } from '../../test/support/loader.ts'
import { Refusal } from '../lib/index.ts'
import { continueFullRun, startFullRun } from './full-run.ts'

const REASON = 'A test account of the customer.'

/** Somebody whose name cannot be loaded is in quarantine, and left out. */
async function start(t: TestContext) {
  const pipeline = await createTestPipeline(t)
  const acme = await pipeline.onboard('Acme')
  const { tenantId } = acme
  const loader = pipeline.createLoader()
  const nadia = await acme.hire('na\u0007dia')
  await acme.load()
  await loader.skip(tenantId, nadia, REASON)
  const runFully = async (how?: { withSkipped: boolean }) => {
    await startFullRun(pipeline.given, tenantId, how)
    while (await continueFullRun(pipeline.given, tenantId, 2_000));
  }
  return {
    ...{ ...pipeline, acme, loader, nadia, runFully },
    aside: () => loader.quarantine(tenantId, { limit: 10 }),
    counts: async () => {
      const { waiting, quarantined, skipped } = await loader.status(tenantId)
      return [waiting, quarantined, skipped]
    },
  }
}

test('what is skipped stays in the list with the reason, is counted apart, and a full run leaves it out', async (t) => {
  const { acme, loader, clock, counts, nadia, aside, runFully } = await start(t)
  const at = new Date(clock().getTime())

  await runFully()

  const [row, ...more] = await aside()
  assert.deepEqual([row?.resourceId, row?.skipped, more], [nadia, { at, reason: REASON }, []])
  assert.deepEqual(await counts(), [0, 0, 1])
  const { quarantined } =
    (await loader.progress(acme.tenantId, {
      resourceId: nadia,
      joinedFrom: [],
    })) ?? {}
  assert.deepEqual(quarantined, [row])
})

test('it is tried again when the identity provider writes it anew, and set aside plainly if it fails again', async (t) => {
  const { acme, counts, nadia, aside } = await start(t)

  await acme.change(nadia, { userName: 'na\u0007dia.b' })
  await acme.load()

  assert.deepEqual(await counts(), [0, 1, 0])
  assert.equal((await aside())[0]?.skipped, null)
  await acme.change(nadia, { userName: 'nadia' })
  await acme.load()
  assert.equal((await acme.find(nadia))?.name, 'nadia')
  assert.deepEqual(await counts(), [0, 0, 0])
})

test('a retry takes the decision back, and so does a full run that is asked for with it', async (t) => {
  const { acme, loader, counts, nadia, runFully } = await start(t)

  await loader.retry(acme.tenantId, nadia)
  const retried = await counts()
  await acme.load()
  await loader.skip(acme.tenantId, nadia, REASON)
  await runFully({ withSkipped: true })
  const looked = await counts()
  await acme.load()

  assert.deepEqual(retried, [1, 0, 0])
  assert.deepEqual(looked, [1, 1, 0], 'the run has made it pending')
  assert.deepEqual(await counts(), [0, 1, 0])
})

test('a full run that can load what was set aside takes it out of quarantine', async (t) => {
  const { acme, db, counts, nadia, runFully } = await start(t)
  await db.inTenant(acme.tenantId, (trx) =>
    trx.prepared(
      'mend',
      `update resource set body = replace(body, '\\u0007', '') where tenant_id = $1`,
      [acme.tenantId],
    ),
  )

  await runFully({ withSkipped: true })

  assert.equal((await acme.find(nadia))?.name, 'nadia')
  assert.deepEqual(await counts(), [0, 0, 0])
})

test("nothing is left out of what is not in quarantine, nor a neighbour's", async (t) => {
  const { acme, onboard, loader, nadia, counts } = await start(t)
  const globex = await onboard('Globex')
  const zoya = await acme.hire('zoya')
  await acme.load()

  for (const [tenantId, resourceId] of [
    [acme.tenantId, zoya],
    [globex.tenantId, nadia],
  ] as const)
    await assert.rejects(
      loader.skip(tenantId, resourceId, REASON),
      (error) => error instanceof Refusal && error.code === 'not_found',
    )
  assert.deepEqual(await counts(), [0, 0, 1])
})
