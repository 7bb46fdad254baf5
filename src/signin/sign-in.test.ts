import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startWorld } from '../../test/support/world.ts'

test('a provisioned person signs in at a site and arrives with FQN, name and groups', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const jane = await world.hire('Jane', 'Roe')
  const group = world.okta.createGroup('Field Ops', [jane])
  await world.provisioning.pushGroup(group)
  await world.settle()

  const attempt = await world.signIn(jane)

  console.error(attempt.page.status, attempt.page.url, attempt.page.text?.slice(0, 1500))
  for (const line of world.app.log.slice(-15)) console.error(line.slice(0, 1500))
  assert.equal(attempt.outcome, 'signed-in')
  console.error(await world.sessionOf(jane))
})
