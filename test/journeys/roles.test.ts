import assert from 'node:assert/strict'
import { test } from 'node:test'
import { done, startWorld } from '../support/world.ts'

test('a site is told the roles that a person has because of their groups, as they are at that moment', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const { admin, tenant, connection, okta, provisioning, handover } = world
  const [nadia, omar] = [await world.hire('Nadia', 'Osei'), await world.hire('Omar', 'Haddad')]
  const group = okta.createGroup('Field Ops', [nadia])
  await done(provisioning.pushGroup(group))
  await world.settle()
  const { id } = await world.identityOf(group)
  await admin.applyRules({
    tenant: tenant.id,
    connection: connection.id,
    rules: { roles: { dispatcher: [id] } },
    replaces: 0,
  })
  const rolesAt = async (person: typeof nadia) => {
    await world.signIn(person)
    return (await world.sessionOf(person)).claims?.['roles']
  }

  const discovery = await fetch(`${handover.client.authority}/.well-known/openid-configuration`)
  const { scopes_supported: scopes, claims_supported: claims } = (await discovery.json()) as {
    readonly scopes_supported: readonly string[]
    readonly claims_supported: readonly string[]
  }
  assert.ok(scopes.includes('roles') && claims.includes('roles'))
  assert.deepEqual([await rolesAt(nadia), await rolesAt(omar)], [['dispatcher'], []])

  await okta.removeMember(group, nadia)
  await okta.addMember(group, omar)
  await world.settle()

  assert.deepEqual([await rolesAt(nadia), await rolesAt(omar)], [[], ['dispatcher']])
})
