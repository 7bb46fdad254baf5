/** Somebody who was deleted is erased: nothing that is kept names them, and nobody else becomes them (SEC G-4). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pool } from 'pg'
import { createUser } from '../support/scim-client.ts'
import { rollcall } from '../support/terminal.ts'
import { startWorld } from '../support/world.ts'

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'

/** The tables that hold a text anywhere in a row, in any letter case. */
async function tablesThatHold(pool: Pool, text: string): Promise<string[]> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`,
  )
  const held: string[] = []
  for (const { name } of tables) {
    const { rowCount } = await pool.query(
      `select from ${name} as each where to_jsonb(each)::text ilike $1 limit 1`,
      [`%${text}%`],
    )
    if (rowCount !== 0) held.push(name)
  }
  return held
}

test('who is deleted in the identity provider can be erased, and stays nobody', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const { app, admin, tenant, provisioning, settle, identityOf, signIn, handover } = world
  const [zelda, omar] = [await world.hire('Zelda', 'Quill'), await world.hire('Omar', 'Haddad')]
  await settle()
  const { id, fqn } = await identityOf(zelda)
  assert.equal((await signIn(zelda)).outcome, 'signed-in')
  const scim = (method: string, path: string, body?: object) =>
    fetch(`${handover.scim.baseUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${handover.scim.token}`,
        'content-type': 'application/scim+json',
      },
      ...(body && { body: JSON.stringify({ schemas: [USER], ...body }) }),
    })
  const { ownerPool } = app.database

  const early = await rollcall(app, ['person', 'erase', tenant.id, fqn, '--yes'])
  assert.deepEqual([early.code, early.err.includes('Delete them there first')], [1, true])
  assert.equal((await scim('DELETE', `/Users/${provisioning.scimIdOf(zelda)}`)).status, 204)
  await settle()
  const refused = await signIn(zelda)
  assert.equal(refused.outcome, 'refused')
  const unasked = await rollcall(app, ['person', 'erase', tenant.id, id])
  assert.equal(unasked.code, 2)
  assert.ok((await tablesThatHold(ownerPool, 'Quill')).length > 0)

  const erased = await rollcall(app, ['person', 'erase', tenant.id, fqn, '--yes', '--json'])

  assert.equal(erased.code, 0, erased.err)
  const counts = JSON.parse(erased.out) as Record<string, number>
  assert.ok(counts['names'] === 1 && (counts['events'] ?? 0) >= 1 && counts['signIns'] === 2)
  for (const text of ['Zelda', 'Quill', zelda.id])
    assert.deepEqual(await tablesThatHold(ownerPool, text), [], text)
  const left = await admin.readIdentity({ tenant: tenant.id, identity: id })
  assert.deepEqual([left.state, left.name, left.email, left.history], ['deleted', id, null, []])
  assert.ok(left.erasedAt !== null)
  const { items: events } = await admin.listEvents({ tenant: tenant.id, limit: 500 })
  assert.deepEqual(
    events.map(({ position }) => position),
    events.map((_, index) => index + 1),
  )
  const { items: audited } = await admin.listAudit({ tenant: tenant.id, limit: 500 })
  const entry = audited.find(({ act }) => act === 'identity.person.erased')
  assert.deepEqual([entry?.object, entry?.details], [id, counts])
  const why = await admin.explain({ tenant: tenant.id, person: id })
  assert.match(
    `${why.people[0]?.verdict.code} ${why.people[0]?.verdict.because}`,
    /^user_not_found .*erased on/,
  )
  await assert.rejects(
    admin.readIdentity({ tenant: tenant.id, identity: id, asOf: left.createdAt }),
    /was erased on .* is not kept/,
  )
  const again = await admin.eraseIdentity({ tenant: tenant.id, identity: id })
  assert.deepEqual(again, { names: 0, events: 0, signIns: 0, requests: 0 })

  await admin.startFullRun({ tenant: tenant.id })
  await settle()
  assert.deepEqual(await admin.readIdentity({ tenant: tenant.id, identity: id }), left)
  const sent = { userName: zelda.login, externalId: zelda.id, active: true }
  assert.equal((await scim('POST', '/Users', sent)).status, 201)
  await settle()
  const back = await identityOf(zelda)
  assert.notEqual(back.id, id)
  assert.equal((await signIn(zelda)).outcome, 'signed-in')
  assert.equal((await identityOf(omar)).state, 'active')
})

test('who is deleted and held by the brake is erased once that is released, and it says so', async (t) => {
  const world = await startWorld(t, { kind: 'oin', auth: 'bearer' })
  const { app, admin, tenant, handover } = world
  await admin.changeBrake({ tenant: tenant.id, atLeast: 0, share: 0.01 })
  const resource = await createUser(handover.scim, { userName: 'zelda', active: true })
  await world.settle()
  await fetch(`${handover.scim.baseUrl}/Users/${resource}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${handover.scim.token}` },
  })
  await world.settle()
  const erase = () => rollcall(app, ['person', 'erase', tenant.id, 'Acme:zelda', '--yes'])

  const early = await erase()
  await admin.releaseHeld({ tenant: tenant.id, resource })
  await world.settle()
  const late = await erase()

  assert.equal(early.code, 1)
  assert.match(early.err, /the brake holds that.*Release usr_/)
  assert.equal(late.code, 0, late.err)
})
