import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createUser } from '../support/scim-client.ts'
import { startWorld } from '../support/world.ts'
import { rollcall } from '../support/terminal.ts'

test('whoever asks why somebody cannot sign in gets the answer in one command', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const { admin, tenant, okta, app } = world
  const jane = await world.hire('Jane', 'Roe')
  await world.settle()
  const explain = (person: string) => admin.explain({ tenant: tenant.id, person })

  const never = await explain('nobody@acme.example')
  assert.deepEqual([never.people, never.verdict.code], [[], 'user_not_found'])

  assert.equal((await world.signIn(jane)).outcome, 'signed-in')
  const { identityId } = await explain(jane.login)
  for (const name of [
    jane.login.toUpperCase(),
    `Acme:${jane.login}`,
    jane.email,
    jane.id,
    identityId ?? '',
    world.provisioning.scimIdOf(jane) ?? '',
  ]) {
    const found = await explain(name)
    assert.deepEqual(
      [name, found.people.length, found.verdict.canSignIn, found.identityId],
      [name, 1, true, identityId],
    )
    assert.equal(found.people[0]?.signIns[0]?.outcome, 'signed-in')
    assert.equal(found.people[0]?.events[0]?.kind, 'person.created')
  }

  await createUser(world.handover.scim, {
    userName: 'omar',
    active: true,
    emails: [{ value: 'Omar.Haddad@acme.example', primary: true }],
  })
  const byEmail = await explain('omar.haddad@acme.example')
  assert.deepEqual([byEmail.people.length, byEmail.people[0]?.staged?.userName], [1, 'omar'])

  const oldName = `Acme:${jane.login}`
  await okta.rename(jane, { login: 'jane.doe@acme.example' })
  await world.settle()
  assert.equal((await explain(oldName)).identityId, identityId)

  await world.provisioning.unassign(jane)
  await world.settle()
  const refused = await world.signIn(jane)
  const byReference = await explain(refused.reference ?? '')
  assert.deepEqual(
    [byReference.verdict.code, byReference.identityId, byReference.signIn?.id],
    ['identity_inactive', identityId, refused.reference],
  )
  assert.match(byReference.verdict.todo, /reactivate/)

  const said = await rollcall(app, ['explain', tenant.id, jane.login])
  assert.equal(said.code, 0, said.err)
  assert.match(said.out, /Can sign in +no\n/)
  assert.match(said.out, /identity_inactive/)
  assert.match(said.out, /person\.deactivated/)
})

test('a reference, and a person, of another tenant are not known', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' }) // SEC I-8
  const { admin, app } = world
  const jane = await world.hire('Jane', 'Roe')
  await world.settle()
  await world.signIn(jane)
  const [signIn] = (await admin.listSignIns({ tenant: world.tenant.id })).items
  const { tenant: globex } = await app.onboard('Globex')

  await assert.rejects(admin.explain({ tenant: globex.id, person: signIn?.id ?? '' }), /reference/)
  assert.deepEqual((await admin.explain({ tenant: globex.id, person: jane.login })).people, [])
})

test('somebody who waits behind a pause is explained so', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const { admin, tenant } = world
  await admin.pauseSync({ tenant: tenant.id, reason: 'maintenance' })
  const jane = await world.hire('Jane', 'Roe')

  const { verdict, people } = await admin.explain({ tenant: tenant.id, person: jane.login })

  assert.equal(verdict.code, 'fqn_not_found')
  assert.match(verdict.because, /maintenance/)
  assert.deepEqual([people[0]?.identity, people[0]?.progress?.waiting], [null, 1])
})
