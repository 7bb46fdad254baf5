/** Somebody takes another name, and Okta gives them another login with it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { done, startWorld } from '../support/world.ts'

for (const kind of ['oin', 'aiw'] as const) {
  // SEC N-5
  test(`who is renamed is the same person, and the old name still finds them (${kind})`, async (t) => {
    const world = await startWorld(t, { kind, auth: 'header' })
    const { admin, tenant, okta, provisioning, settle, hire, identityOf, signIn, sessionOf } = world
    const nadia = await hire('Nadia', 'Osei')
    await done(provisioning.pushGroup(okta.createGroup('Field Ops', [nadia])))
    await settle()
    const before = await identityOf(nadia)
    assert.equal((await signIn(nadia)).outcome, 'signed-in')

    await okta.rename(nadia, { familyName: 'Osei-Mensah', login: 'nadia.mensah@acme.example' })
    await settle()

    const after = await identityOf(nadia)
    assert.deepEqual(
      [after.id, after.fqn, after.displayName, after.email],
      [
        before.id,
        'Acme:nadia.mensah@acme.example',
        'Nadia Osei-Mensah',
        'nadia.mensah@acme.example',
      ],
    )
    assert.deepEqual(after.groups, before.groups)
    const old = await admin.readIdentityByFqn({ tenant: tenant.id, fqn: before.fqn })
    assert.deepEqual([old.id, old.isOld], [before.id, true])
    assert.deepEqual(
      old.history.map(({ fqn, validTo }) => [fqn, validTo === null]),
      [
        [after.fqn, true],
        [before.fqn, false],
      ],
    )
    const { outcome, page } = await signIn(nadia)
    assert.deepEqual([outcome, page.heading], ['signed-in', 'Hello, Nadia Osei-Mensah'])
    const { claims } = await sessionOf(nadia)
    assert.deepEqual([claims?.sub, claims?.['fqn']], [before.id, after.fqn])
  })

  test(`whoever gets a name that somebody had is somebody else, and has it now (${kind})`, async (t) => {
    const { admin, tenant, okta, settle, hire, identityOf } = await startWorld(t, {
      kind,
      auth: 'header',
    })
    const first = await hire('Nadia', 'Osei')
    await settle()
    const { id, fqn } = await identityOf(first)
    await okta.rename(first, { login: 'nadia.mensah@acme.example' })

    const second = await hire('Nadia', 'Osei')
    await settle()

    const now = await admin.readIdentityByFqn({ tenant: tenant.id, fqn })
    assert.deepEqual([now.isOld, now.externalId], [false, second.id])
    assert.notEqual(now.id, id)
    assert.equal((await identityOf(first)).id, id)
  })
}

test('two who swap names while the loader is paused have each the name that is theirs at the end', async (t) => {
  const { admin, tenant, okta, settle, hire, identityOf } = await startWorld(t, {
    kind: 'oin',
    auth: 'bearer',
  })
  const [nadia, naomi] = [await hire('Nadia', 'Osei'), await hire('Naomi', 'Osei')]
  await settle()
  const [first, second] = [await identityOf(nadia), await identityOf(naomi)]
  await admin.pauseSync({ tenant: tenant.id })

  await okta.rename(nadia, { login: 'between@acme.example' })
  await okta.rename(naomi, { login: 'nadia.osei@acme.example' })
  await okta.rename(nadia, { login: 'naomi.osei@acme.example' })
  await admin.resumeSync({ tenant: tenant.id })
  await settle()

  assert.deepEqual(
    [(await identityOf(nadia)).id, (await identityOf(naomi)).id],
    [first.id, second.id],
  )
  assert.deepEqual((await identityOf(nadia)).fqn, second.fqn)
})
