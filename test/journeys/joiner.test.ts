/** Somebody joins the customer: they are assigned in Okta, and from then on they are somebody here. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { done, startWorld } from '../support/world.ts'

for (const [kind, auth] of [
  ['oin', 'header'],
  ['aiw', 'bearer'],
] as const) {
  test(`a joiner is known under their fully qualified name once loaded (${kind}, ${auth})`, async (t) => {
    const { okta, provisioning, admin, tenant, settle, identityOf, hire } = await startWorld(t, {
      kind,
      auth,
    })
    const before = Date.now()

    const nadia = await hire('Nadia', 'Osei')
    await settle()

    const identity = await identityOf(nadia)
    assert.deepEqual(
      [identity.fqn, identity.kind, identity.state, identity.externalId, identity.displayName],
      ['Acme:nadia.osei@acme.example', 'person', 'active', nadia.id, 'Nadia Osei'],
    )
    assert.deepEqual([identity.givenName, identity.familyName], ['Nadia', 'Osei'])
    assert.equal(identity.email, 'nadia.osei@acme.example')
    assert.ok(Date.parse(identity.createdAt) >= before)
    const { items: events } = await admin.listEvents({ tenant: tenant.id })
    assert.deepEqual(
      events.map(({ position, kind: what, identityId }) => [position, what, identityId]),
      [[1, 'person.created', identity.id]],
    )
    assert.deepEqual(provisioning.tasks, [])
    const sent = provisioning.exchanges.map(({ method, status }) => `${method} ${status}`)
    assert.deepEqual(sent, ['GET 200', 'POST 201'])
    assert.equal(okta.org.people.size, 2, 'the administrator was not assigned and is not known')
    await assert.rejects(identityOf([...okta.org.people.values()][0] ?? nadia))
  })

  test(`a joiner arrives at the site under their name, with their groups (${kind}, ${auth})`, async (t) => {
    const { okta, provisioning, settle, hire, signIn, sessionOf, identityOf } = await startWorld(
      t,
      {
        kind,
        auth,
      },
    )
    const nadia = await hire('Nadia', 'Osei')
    for (const name of ['Field Ops', 'Research'])
      await done(provisioning.pushGroup(okta.createGroup(name, [nadia])))
    await settle()

    const { outcome, page } = await signIn(nadia)

    assert.equal(outcome, 'signed-in', page.text)
    assert.equal(page.heading, 'Hello, Nadia Osei')
    const { claims } = await sessionOf(nadia)
    const { id, fqn, groups } = await identityOf(nadia)
    assert.deepEqual(
      [claims?.sub, claims?.['fqn'], claims?.['name'], claims?.['preferred_username']],
      [id, fqn, 'Nadia Osei', nadia.login],
    )
    assert.deepEqual(
      claims?.['groups'],
      groups.map((group) => ({ id: group.id, fqn: group.fqn, name: group.displayName })),
    )
    assert.deepEqual(
      groups.map((group) => group.fqn),
      ['Acme:Field Ops', 'Acme:Research'],
    )
  })

  test(`a whole company joins, in every script, and Okta's import finds each again (${kind})`, async (t) => {
    const { okta, provisioning, admin, tenant, settle, identityOf } = await startWorld(t, {
      kind,
      auth,
    })
    const people = NAMES.map(([givenName, familyName]) => okta.hire({ givenName, familyName }))

    const result = await provisioning.provisionAll(people)
    await settle()

    assert.deepEqual(result, { done: NAMES.length, failed: 0 })
    for (const person of people)
      assert.equal((await identityOf(person)).displayName, person.displayName)
    const { loaded } = await admin.readSync({ tenant: tenant.id })
    assert.equal(loaded.people, NAMES.length)
    const imported = await provisioning.importUsers()
    assert.deepEqual(
      new Set(imported.map(({ externalId }) => externalId)),
      new Set(people.map(({ id }) => id)),
    )
    assert.equal(imported.length, people.length)
  })
}

const NAMES = [
  ['Nadia', 'Osei'],
  ['Tomasz', 'Bąk'],
  ['Þóra', 'Guðmundsdóttir'],
  ['D’Arcy', "O'Neill"],
  ['İpek', 'Yıldız'],
  ['静怡', '欧阳'],
  ['Ґудзь', 'Єва'],
  ['ليلى', 'حداد'],
  ['नर्मदा', 'त्रिवेदी'],
  ['𠮷', '野家'],
  ['Sukarti', ''],
  ['Nadia', 'Osei'],
] as const
