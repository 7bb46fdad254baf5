/** Two nodes on one database: clients write at both, and each change is loaded once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startApp } from '../support/app.ts'
import { done, startWorld, until } from '../support/world.ts'
import { createWriters, readEvents } from './writers.ts'

test('what is written at two nodes at once is loaded once, in one order', async (t) => {
  const first = await startApp(t) // SEC F-5
  const second = await first.startNode()
  const { tenant, handover } = await first.onboard('Acme')
  const { baseUrl, token } = handover.scim
  const elsewhere = { baseUrl: baseUrl.replace(first.url, second.url), token }
  const writers = await createWriters([{ baseUrl, token }, elsewhere], 16)

  const writing = writers.run()
  await until('600 writes acknowledged', () => writers.acknowledged() > 600)
  writers.stop()
  await writing

  assert.deepEqual(writers.failures, [])
  assert.deepEqual(await writers.lost(), [])
  for (const { admin } of [first, second])
    assert.deepEqual(await writers.differences(admin, tenant.id), [])
  const { positions, created } = await readEvents(second.admin, tenant.id)
  assert.deepEqual(
    positions,
    positions.map((_, index) => index + 1),
  )
  assert.deepEqual([created.length, new Set(created).size], [17, 17])
})

test('a node that ends hands its work to the other, which nobody has to tell', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const remaining = await world.app.startNode()
  await world.admin.pauseSync({ tenant: world.tenant.id })
  const nadia = await world.hire('Nadia', 'Osei')
  await done(world.provisioning.pushGroup(world.okta.createGroup('Field Ops', [nadia])))
  await world.app.close()

  await remaining.admin.resumeSync({ tenant: world.tenant.id })

  const { items } = await until('two identities loaded', async () => {
    const page = await remaining.admin.listIdentities({ tenant: world.tenant.id })
    return page.items.length === 2 && page
  })
  assert.deepEqual(
    items.map(({ fqn }) => fqn),
    [`Acme:${nadia.login}`, 'Acme:Field Ops'],
  )
})
