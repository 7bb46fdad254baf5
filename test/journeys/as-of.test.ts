import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestClock, HOUR } from '../support/clock.ts'
import { rollcall } from '../support/terminal.ts'
import { isStatus, startWorld } from '../support/world.ts'

test('who was in a group on a day, and who somebody was then, is told under the names of that day', async (t) => {
  const clock = createTestClock(Date.now())
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer', overrides: { clock } })
  const { admin, tenant, okta, app } = world
  const before = clock().toISOString()
  clock.turn(HOUR)
  const [jane, omar] = [await world.hire('Jane', 'Roe'), await world.hire('Omar', 'Haddad')]
  const group = okta.createGroup('Field Ops', [jane, omar])
  await world.provisioning.pushGroup(group)
  await world.settle()
  const { id } = await world.identityOf(group)
  const { id: janeId } = await world.identityOf(jane)
  clock.turn(HOUR)
  const then = clock().toISOString()
  clock.turn(HOUR)
  await okta.removeMember(group, omar)
  await okta.rename(jane, { login: 'jane.doe@acme.example', familyName: 'Doe' })
  await okta.renameGroup(group, 'Operations')
  await world.settle()
  const at = { tenant: tenant.id, identity: id }
  const names = async (asOf?: string) =>
    (await admin.listMembers({ ...at, asOf })).items
      .map(({ fqn, displayName }) => `${fqn} ${displayName}`)
      .toSorted()

  assert.deepEqual(await names(), ['Acme:jane.doe@acme.example Jane Doe'])
  assert.deepEqual(await names(then), [
    'Acme:jane.roe@acme.example Jane Roe',
    'Acme:omar.haddad@acme.example Omar Haddad',
  ])
  assert.deepEqual(await names(before), [])

  const jane2 = await admin.readIdentity({ tenant: tenant.id, identity: janeId, asOf: then })
  assert.deepEqual(
    [jane2.fqn, jane2.familyName, jane2.groups.map(({ fqn, displayName }) => [fqn, displayName])],
    ['Acme:jane.roe@acme.example', 'Roe', [['Acme:Field Ops', 'Field Ops']]],
  )
  await assert.rejects(
    admin.readIdentity({ tenant: tenant.id, identity: janeId, asOf: before }),
    isStatus(404),
  )

  const events = await admin.listEventsOf({ tenant: tenant.id, identity: janeId, limit: 2 })
  assert.deepEqual(
    events.items.map(({ kind }) => kind),
    ['person.renamed', 'group.member-added'],
  )
  assert.ok(events.items.every(({ requestId }) => requestId?.startsWith('req_')))
  const older = await admin.listEventsOf({
    tenant: tenant.id,
    identity: janeId,
    before: events.next ?? 0,
  })
  assert.deepEqual([older.items.map(({ kind }) => kind), older.next], [['person.created'], null])

  const latest = await admin.listLatestEvents({ tenant: tenant.id, limit: 1 })
  const all = await admin.listEvents({ tenant: tenant.id })
  const beforeIt = { tenant: tenant.id, before: latest.next ?? 0 }
  const earlier = await admin.listLatestEvents(beforeIt)
  assert.deepEqual(
    [...latest.items, ...earlier.items].map(({ position, kind }) => `${position} ${kind}`),
    all.items.toReversed().map(({ position, kind }) => `${position} ${kind}`),
  )
  assert.equal(earlier.next, null)
  const joined = earlier.items.find(
    ({ kind, otherId }) => kind === 'group.member-added' && otherId === janeId,
  )
  assert.deepEqual(
    [joined?.identity?.fqn, joined?.other?.fqn],
    ['Acme:Operations', 'Acme:jane.doe@acme.example'],
  )
  const listed = await rollcall(app, ['event', 'latest', tenant.id, '--limit', '1'])
  assert.equal(listed.code, 0)
  assert.match(listed.err, new RegExp(`--before ${latest.next}\\b`))

  const said = await rollcall(app, [
    'group',
    'members',
    tenant.id,
    'Acme:Operations',
    '--as-of',
    then,
  ])
  assert.deepEqual([said.code, said.err], [0, ''])
  assert.match(said.out, /omar\.haddad/)
  const misused = await rollcall(app, ['group', 'members', tenant.id, id, '--as-of', 'yesterday'])
  assert.deepEqual([misused.code, misused.out], [2, ''])
})

test('a person who was deleted is still in the group of the day before', async (t) => {
  const clock = createTestClock(Date.now())
  const world = await startWorld(t, { kind: 'aiw', auth: 'bearer', overrides: { clock } })
  const { admin, tenant, okta, app, handover } = world
  const jane = await world.hire('Jane', 'Roe')
  const group = okta.createGroup('Field Ops', [jane])
  await world.provisioning.pushGroup(group)
  await world.settle()
  const { id } = await world.identityOf(group)
  clock.turn(HOUR)
  const then = clock().toISOString()
  clock.turn(HOUR)

  const gone = await fetch(`${handover.scim.baseUrl}/Users/${world.provisioning.scimIdOf(jane)}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${handover.scim.token}` },
  })
  assert.equal(gone.status, 204)
  await world.settle()

  const at = { tenant: tenant.id, identity: id }
  assert.deepEqual((await admin.listMembers(at)).items, [])
  assert.equal((await admin.listMembers({ ...at, asOf: then })).items.length, 1)
  assert.deepEqual((await admin.listMembers({ ...at, asOf: clock().toISOString() })).items, [])
  assert.ok(app.url !== '')
})
