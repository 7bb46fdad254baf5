/**
 * The suite against our own server over HTTP, on a real database. Two customers are the target and its
 * neighbour; a third, with the very same people, is never spoken to, and all of its rows are compared.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startApp, type TestApp } from '../support/app.ts'
import { rowsOf } from '../support/rows.ts'
import { GROUP } from '../support/scim.ts'
import { call, createUser, type ScimAddress } from '../support/scim-client.ts'
import { settle } from '../support/world.ts'
import { problemsOf } from './held.ts'
import { KNOWN_GAPS } from './known-gaps.ts'
import { runSuite } from './run.ts'

// SEC I-8, T-9
test('our server holds every MUST and SHOULD but the known gaps, and a bystander is left as it was', async (t) => {
  const app = await startApp(t)
  const [acme, birch, cedar] = [
    await app.onboard('Acme'),
    await app.onboard('Birch'),
    await app.onboard('Cedar'),
  ]
  await populate(cedar.handover.scim)
  await settle(app.admin, 'Cedar')
  const before = await rowsOf(app, cedar.tenant.id)

  const run = await runSuite({ target: targetOf(acme), neighbour: targetOf(birch) })

  assert.equal(problemsOf(run, KNOWN_GAPS, 'server'), '')
  assert.deepEqual(await rowsOf(app, cedar.tenant.id), before)
  assert.ok((before.get('resource')?.length ?? 0) > 2, 'there were rows to compare')
})

function targetOf({ handover }: Awaited<ReturnType<TestApp['onboard']>>) {
  return { url: handover.scim.baseUrl, token: handover.scim.token }
}

/** The names that the suite uses at the others, in a group. */
async function populate(scim: ScimAddress): Promise<void> {
  const members = []
  for (const name of ['ada', 'grace', 'linus'])
    members.push({
      value: await createUser(scim, { userName: `conformance-${name}@conformance.example` }),
    })
  const crew = { schemas: [GROUP], displayName: 'conformance-crew', members }
  assert.equal((await call(scim, 'POST', '/Groups', crew)).status, 201)
}
