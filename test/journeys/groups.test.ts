/** Groups are pushed, gain and lose members, are renamed, and end: with each of Okta's ways. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { done, startWorld } from '../support/world.ts'

/** Three people, two of them in a pushed group. */
async function startWithGroup(t: TestContext, kind: 'oin' | 'aiw') {
  const world = await startWorld(t, { kind, auth: 'bearer' })
  const [nadia, tomasz, zoya] = await Promise.all([
    world.hire('Nadia', 'Osei'),
    world.hire('Tomasz', 'Bąk'),
    world.hire('Зоя', 'Ґудзь'),
  ])
  const group = world.okta.createGroup('Field Ops', [nadia, tomasz])
  await done(world.provisioning.pushGroup(group))
  await world.settle()
  return { ...world, nadia, tomasz, zoya, group }
}

const kindsOf = (events: readonly { kind: string }[]) => events.map(({ kind }) => kind)

for (const kind of ['oin', 'aiw'] as const) {
  test(`a pushed group has its members, and each of them has the group (${kind})`, async (t) => {
    const { identityOf, membersOf, nadia, zoya, tomasz, group } = await startWithGroup(t, kind)

    const field = await identityOf(group)
    assert.deepEqual([field.fqn, field.kind, field.state], ['Acme:Field Ops', 'group', 'active'])
    assert.deepEqual(await membersOf(group), [nadia.login, tomasz.login])
    const { groups } = await identityOf(nadia)
    assert.deepEqual(groups, [{ id: field.id, fqn: field.fqn, displayName: 'Field Ops' }])
    assert.deepEqual((await identityOf(zoya)).groups, [])
  })

  test(`a mover leaves one group for another, and nobody else's groups change (${kind})`, async (t) => {
    const world = await startWithGroup(t, kind)
    const { okta, provisioning, settle, identityOf, membersOf, nadia, tomasz, zoya } = world
    const research = okta.createGroup('Research', [zoya])
    await done(provisioning.pushGroup(research))

    await okta.removeMember(world.group, nadia)
    await okta.addMember(research, nadia)
    await settle()

    assert.deepEqual(await membersOf(world.group), [tomasz.login])
    assert.deepEqual(await membersOf(research), [nadia.login, zoya.login].toSorted())
    const { groups } = await identityOf(nadia)
    assert.deepEqual(
      groups.map(({ displayName }) => displayName),
      ['Research'],
    )
    assert.equal((await world.signIn(nadia)).outcome, 'signed-in')
    const { claims } = await world.sessionOf(nadia)
    assert.deepEqual(claims?.['groups'], [
      { id: groups[0]?.id, fqn: 'Acme:Research', name: 'Research' },
    ])
  })

  test(`a renamed group is the same group with its members, found by both names (${kind})`, async (t) => {
    const { admin, tenant, okta, settle, identityOf, membersOf, group, nadia, tomasz } =
      await startWithGroup(t, kind)
    const before = await identityOf(group)

    await okta.renameGroup(group, 'Field Operations')
    await settle()

    const after = await identityOf(group)
    assert.deepEqual([after.id, after.fqn], [before.id, 'Acme:Field Operations'])
    assert.deepEqual(await membersOf(group), [nadia.login, tomasz.login])
    const old = await admin.readIdentityByFqn({ tenant: tenant.id, fqn: 'Acme:Field Ops' })
    assert.deepEqual([old.id, old.isOld], [before.id, true])
    assert.deepEqual(
      after.history.map(({ fqn }) => fqn),
      ['Acme:Field Operations', 'Acme:Field Ops'],
    )
  })

  test(`an unlinked group stays as it is; an unlinked and deleted one ends, its people stay (${kind})`, async (t) => {
    const world = await startWithGroup(t, kind)
    const { admin, okta, provisioning, settle, identityOf, membersOf, nadia, group } = world
    const tenant = world.tenant.id
    const research = okta.createGroup('Research', [nadia])
    await done(provisioning.pushGroup(research))
    await settle()
    const { id } = await identityOf(research)

    await done(provisioning.unlinkGroup(group, { delete: false }))
    await done(provisioning.unlinkGroup(research, { delete: true }))
    await okta.removeMember(group, nadia)
    await settle()

    assert.equal((await membersOf(group)).length, 2, 'Okta says no more about it')
    const ended = await admin.readIdentity({ tenant, identity: id })
    assert.equal(ended.state, 'deleted')
    assert.deepEqual((await admin.listMembers({ tenant, identity: id })).items, [])
    const { state, groups } = await identityOf(nadia)
    assert.deepEqual([state, groups.map(({ fqn }) => fqn)], ['active', ['Acme:Field Ops']])
  })

  test(`a group of a name that was deleted is another group (${kind})`, async (t) => {
    const { admin, tenant, okta, provisioning, settle, identityOf, membersOf, group, zoya } =
      await startWithGroup(t, kind)
    const first = await identityOf(group)
    await done(provisioning.unlinkGroup(group, { delete: true }))

    const second = okta.createGroup('Field Ops', [zoya])
    await done(provisioning.pushGroup(second))
    await settle()

    assert.notEqual((await identityOf(second)).id, first.id)
    assert.deepEqual(await membersOf(second), [zoya.login])
    const old = await admin.readIdentity({ tenant: tenant.id, identity: first.id })
    assert.equal(old.state, 'deleted')
  })
}

test('what sites read of a group is an event for each change, dense and in order', async (t) => {
  const { admin, tenant, okta, settle, group, zoya } = await startWithGroup(t, 'oin')
  const { items: before } = await admin.listEvents({ tenant: tenant.id, limit: 500 })

  await okta.addMember(group, zoya)
  await okta.addMember(group, zoya)
  await settle()
  await okta.removeMember(group, zoya)
  await okta.renameGroup(group, 'Field Operations')
  await settle()

  const after = before.at(-1)?.position ?? 0
  const { items } = await admin.listEvents({ tenant: tenant.id, after, limit: 500 })
  assert.deepEqual(
    kindsOf(items).toSorted(),
    ['group.member-added', 'group.member-removed', 'group.renamed'],
    'and the second addition is none',
  )
  assert.deepEqual(
    [...before, ...items].map(({ position }) => position),
    Array.from({ length: before.length + 3 }, (_, index) => index + 1),
  )
})

test('a second group of one name is refused, and the administrator reads in Okta which has it', async (t) => {
  const { okta, provisioning, settle, membersOf, nadia, tomasz, zoya, group } =
    await startWithGroup(t, 'oin')
  const second = okta.createGroup('FIELD OPS', [zoya])

  const outcome = await provisioning.pushGroup(second)
  await settle()

  assert.ok(!outcome.done && outcome.task.status === 409)
  assert.match(outcome.task.detail ?? '', new RegExp(provisioning.scimIdOf(group) ?? 'none'))
  assert.deepEqual(await membersOf(group), [nadia.login, tomasz.login], 'it is not taken over')
})
