/** Two nodes on one database: clients write at both, and each change is loaded once. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { startApp } from '../support/app.ts'
import { createBalancer } from '../support/balancer.ts'
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
  await until('200 writes acknowledged', () => writers.acknowledged() > 200)
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

/** A world whose public address leads to two nodes in turn, request by request. */
async function startBalanced(t: TestContext) {
  const balancer = await createBalancer()
  const overrides = { config: { ROLLCALL_PUBLIC_URL: balancer.url } }
  const first = await startApp(t, overrides)
  const second = await first.startNode()
  t.after(balancer.close)
  balancer.lead([first, second].map(({ url }) => new URL(url).port))
  return { first, second, world: await startWorld(t, { kind: 'oin', auth: 'oauth', on: first }) }
}

test('people sign in, wait, consent and leave though each request meets another node', async (t) => {
  const { world, first, second } = await startBalanced(t) // SEC F-13
  const { admin, tenant, site } = world
  await world.consent(world.itAdmin)
  const nadia = await world.hire('Nadia', 'Osei')
  await world.settle()

  assert.equal((await world.signIn(nadia)).outcome, 'signed-in')
  assert.equal((await world.signIn(nadia)).outcome, 'signed-in', 'without a question')
  await admin.pauseSync({ tenant: tenant.id })
  const tomasz = await world.hire('Tomasz', 'Bąk')
  assert.equal((await world.signIn(tomasz)).code, 'fqn_not_found')
  await admin.resumeSync({ tenant: tenant.id })
  await until('Tomasz at the site', async () => {
    await world.browserOf(tomasz).refresh()
    return world.attemptOf(tomasz).outcome === 'signed-in'
  })
  await done(world.provisioning.unassign(nadia))
  await until('the site told', () => site.logoutsReceived.length > 0, 5000)
  for (let request = 0; request < 4; request += 1)
    assert.equal((await world.signIn(nadia)).code, 'identity_inactive')

  assert.equal(site.logoutsReceived.length, 1)
  for (const { log } of [first, second])
    assert.ok(
      log.some((line) => line.includes('"endpoint":"sign-in"')),
      'both had a part in it',
    )
})

test('two nodes that are asked at once publish the same keys', async (t) => {
  const first = await startApp(t)
  const second = await first.startNode()
  const { tenant } = await first.onboard('Acme')

  const published = await Promise.all(
    [first, second, first, second].map(async ({ url }) => {
      const response = await fetch(`${url}/t/${tenant.id}/jwks`)
      return (await response.json()) as { keys: { kid: string }[] }
    }),
  )

  assert.equal(new Set(published.map(({ keys }) => keys.map(({ kid }) => kid).join())).size, 1)
  assert.equal(published[0]?.keys.length, 1)
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
