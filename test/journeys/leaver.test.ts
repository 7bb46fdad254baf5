/** Somebody leaves, or loses the application: they are out everywhere, and may return as they were. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { done, startWorld, until } from '../support/world.ts'

/** Two people in a group, one of them signed in at the site. */
async function startSignedIn(t: TestContext, kind: 'oin' | 'aiw') {
  const world = await startWorld(t, { kind, auth: 'header' })
  const [nadia, tomasz] = [await world.hire('Nadia', 'Osei'), await world.hire('Tomasz', 'Bąk')]
  const group = world.okta.createGroup('Field Ops', [nadia, tomasz])
  await done(world.provisioning.pushGroup(group))
  await world.settle()
  for (const person of [nadia, tomasz])
    assert.equal((await world.signIn(person)).outcome, 'signed-in')
  return { ...world, nadia, tomasz, group, before: await world.identityOf(nadia) }
}

for (const kind of ['oin', 'aiw'] as const) {
  test(`who loses the application loses the session at the site, within seconds (${kind})`, async (t) => {
    const { provisioning, site, sessionOf, nadia, tomasz, before } = await startSignedIn(t, kind) // SEC F-13

    await done(provisioning.unassign(nadia))

    const { at, ...notice } = await until('a logout received', () => site.logoutsReceived[0], 5000)
    const { acknowledgedAt } = provisioning.writes.at(-1) ?? { acknowledgedAt: 0 }
    assert.equal(notice.sub, before.id)
    assert.equal(notice.ended, 1)
    assert.ok(at - acknowledgedAt < 5000, `after ${at - acknowledgedAt} ms`)
    assert.equal((await sessionOf(nadia)).signedIn, false)
    assert.equal((await sessionOf(tomasz)).signedIn, true)
    assert.equal(site.logoutsReceived.length, 1)
  })

  test(`a leaver is inactive with id, name and groups kept, and nobody else is touched (${kind})`, async (t) => {
    const { admin, tenant, okta, settle, identityOf, membersOf, signIn, ...world } =
      await startSignedIn(t, kind)
    const { nadia, tomasz, group, before } = world

    await okta.leave(nadia)
    await settle()

    const gone = await identityOf(nadia)
    assert.deepEqual([gone.id, gone.state], [before.id, 'inactive'])
    assert.deepEqual(await membersOf(group), [nadia.login, tomasz.login])
    assert.equal((await identityOf(tomasz)).state, 'active')
    const { items } = await admin.listIdentities({ tenant: tenant.id, state: 'inactive' })
    assert.deepEqual(
      items.map(({ id }) => id),
      [before.id],
    )
    assert.equal((await signIn(nadia)).outcome, 'stopped-at-okta', 'who let them in until now')
    assert.equal((await signIn(tomasz)).outcome, 'signed-in')
  })

  test(`who is hired again is the same person, with the same groups, and signs in (${kind})`, async (t) => {
    const { admin, tenant, okta, settle, identityOf, signIn, sessionOf, nadia, before } =
      await startSignedIn(t, kind)
    await okta.leave(nadia)
    await settle()

    await okta.rehire(nadia)
    await settle()

    const back = await identityOf(nadia)
    assert.deepEqual([back.id, back.state, back.groups], [before.id, 'active', before.groups])
    assert.equal((await signIn(nadia)).outcome, 'signed-in')
    assert.equal((await sessionOf(nadia)).claims?.sub, before.id)
    const { items } = await admin.listEvents({ tenant: tenant.id, limit: 500 })
    const hers = items.filter(
      ({ identityId, kind: what }) => identityId === before.id && what.startsWith('person.'),
    )
    assert.deepEqual(
      hers.map((event) => event.kind),
      ['person.created', 'person.deactivated', 'person.reactivated'],
    )
  })
}
