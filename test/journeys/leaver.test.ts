/** Somebody leaves, or loses the application: they are inactive here, and nobody signs in as them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { done, startWorld } from '../support/world.ts'

for (const kind of ['oin', 'aiw'] as const) {
  test(`a leaver is inactive, keeps id and name, and may return to both (${kind})`, async (t) => {
    const { admin, tenant, okta, provisioning, settle, hire, identityOf, membersOf } =
      await startWorld(t, { kind, auth: 'header' })
    const [nadia, tomasz] = [await hire('Nadia', 'Osei'), await hire('Tomasz', 'Bąk')]
    const group = okta.createGroup('Field Ops', [nadia, tomasz])
    await done(provisioning.pushGroup(group))
    await settle()
    const before = await identityOf(nadia)

    await okta.leave(nadia)
    await settle()

    const gone = await identityOf(nadia)
    assert.deepEqual([gone.id, gone.state], [before.id, 'inactive'])
    assert.deepEqual(await membersOf(group), [nadia.login, tomasz.login])
    assert.equal((await identityOf(tomasz)).state, 'active')
    const { items: inactive } = await admin.listIdentities({ tenant: tenant.id, state: 'inactive' })
    assert.deepEqual(
      inactive.map(({ id }) => id),
      [before.id],
    )
  })

  test(`who is hired again is the same person, with the same groups (${kind})`, async (t) => {
    const { admin, tenant, okta, provisioning, settle, hire, identityOf } = await startWorld(t, {
      kind,
      auth: 'header',
    })
    const nadia = await hire('Nadia', 'Osei')
    await done(provisioning.pushGroup(okta.createGroup('Field Ops', [nadia])))
    await settle()
    const before = await identityOf(nadia)
    await okta.leave(nadia)
    await settle()

    await okta.rehire(nadia)
    await settle()

    const back = await identityOf(nadia)
    assert.deepEqual([back.id, back.state, back.groups], [before.id, 'active', before.groups])
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
