/**
 * 60 lives of the loader, each as its seed has it: whatever goes wrong between any two statements,
 * in the end identity is what a fresh load makes of what was received, told once and without gaps.
 *
 * ROLLCALL_TEST_SEED=17 lives through that one alone; ten thousand: npm run bench -- simulation
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestDatabase } from '../support/database.ts'
import { createSimulation } from '../support/simulation.ts'

/** Of one test, so that a slow machine ends it in time. */
const LIVES = 30
const SEEDS = 60

const alone = process.env['ROLLCALL_TEST_SEED']
const parts =
  alone === undefined
    ? Array.from(
        { length: SEEDS / LIVES },
        (_, part) => [part * LIVES + 1, (part + 1) * LIVES] as const,
      )
    : [[Number(alone), Number(alone)] as const]

for (const [from, to] of parts)
  test(`in the lives ${from} to ${to}, of any trouble, nothing is lost, told twice or left lying`, async (t) => {
    const database = await createTestDatabase() // SEC F-5, F-14
    const simulation = await createSimulation(database.ownerPool, database.appPool.options)
    t.after(() => simulation.close().then(database.close))

    const counts = await simulation.live({ from, to })

    for (const [what, count] of Object.entries(counts)) t.diagnostic(`${what}: ${count}`)
    assert.equal(counts['seeds'], to - from + 1)
  })
