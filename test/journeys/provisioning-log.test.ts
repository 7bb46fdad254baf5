/**
 * An administrator at the customer sees an error in Okta; the operator finds the request behind it, in
 * the same words, and nothing of people that is not theirs to see.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isStatus, startWorld, until, type World } from '../support/world.ts'
import { rollcall } from '../support/terminal.ts'

const BEARER = { kind: 'aiw', auth: 'bearer' } as const

/** Somebody in Okta gets the login that a person has whom Okta does not know of. */
async function clash(world: World) {
  const { baseUrl, token } = world.handover.scim
  const taken = await fetch(`${baseUrl}/Users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
    body: JSON.stringify({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: 'reception@acme.example',
    }),
  })
  assert.equal(taken.status, 201)
  const nadia = await world.hire('Nadia', 'Osei')
  await world.okta.rename(nadia, { login: 'Reception@acme.example' })
  const [task] = world.provisioning.tasks
  if (task?.detail === undefined) throw new Error('Okta shows no error.')
  return { nadia, detail: task.detail }
}

test('the error that Okta shows is found in the log in the same words, and by its request', async (t) => {
  const world = await startWorld(t, BEARER)
  const { admin, tenant, connection, provisioning } = world
  const { detail, nadia } = await clash(world)

  const entry = await until('the refusal in the log', async () => {
    const { items } = await admin.listProvisioningLog({ tenant: tenant.id, text: detail })
    return items[0]
  })
  const found = await admin.readProvisioningLogEntry({
    requestId: entry.requestId as `req_${string}`,
  })
  const { out } = await rollcall(world.app, ['log', 'show', entry.requestId])

  assert.match(detail, /"userName" belongs to another resource/)
  assert.deepEqual(found, entry)
  assert.deepEqual(
    [found.detail, found.scimType, found.status, found.outcome, found.connectionId],
    [detail, 'uniqueness', 409, 'refused', connection.id],
  )
  assert.deepEqual(
    [found.operation, found.resourceId, found.changed],
    ['replace', provisioning.scimIdOf(nadia), []],
  )
  assert.match(found.userAgent ?? '', /Okta/)
  assert.ok(out.includes(detail))
  const history = await admin.listProvisioningLog({
    tenant: tenant.id,
    resource: found.resourceId ?? '',
  })
  assert.deepEqual(
    history.items.map(({ operation, status }) => `${operation} ${status}`),
    ['replace 409', 'read 200', 'create 201'],
  )
})

test('what people are called is nowhere in the log, and everything that the log says of them is names of attributes', async (t) => {
  const world = await startWorld(t, BEARER) // SEC G-1
  const { admin, tenant, app } = world
  const nadia = await world.hire('Nadia', 'Osei')
  await world.okta.rename(nadia, { familyName: 'Mensah' })
  await world.settle()

  const items = await until('the rename in the log', async () => {
    const page = await admin.listProvisioningLog({ tenant: tenant.id })
    return page.items.some(({ operation }) => operation === 'replace') && page.items
  })

  const [rename] = items
  assert.ok(rename?.changed.includes('name.familyName'), rename?.changed.join())
  const kept = await app.database.ownerPool.query('select l::text from provisioning_log l')
  const printed = await rollcall(app, ['log', 'list', tenant.id])
  for (const text of [
    JSON.stringify(items),
    JSON.stringify(kept.rows),
    printed.out,
    app.log.join(),
  ])
    assert.doesNotMatch(text, /nadia|osei|mensah/i)
})

test("a neighbour's log tells nothing of a customer's requests, by no way of asking", async (t) => {
  const acme = await startWorld(t, BEARER) // SEC I-4, I-8
  const birch = await startWorld(t, { ...BEARER, name: 'Birch', on: acme.app })
  const { admin } = acme
  const { detail } = await clash(acme)
  const [entry] = await until('the refusal in the log', async () => {
    const { items } = await admin.listProvisioningLog({ tenant: acme.tenant.id, text: detail })
    return items.length > 0 && items
  })
  const { requestId = '', resourceId } = entry ?? {}
  const asked = [
    {},
    { text: detail },
    { requestId: requestId as `req_${string}` },
    { resource: resourceId ?? '' },
    { connection: acme.connection.id },
  ]

  for (const query of asked) {
    const { items } = await admin.listProvisioningLog({ tenant: birch.tenant.id, ...query })
    assert.deepEqual(items, [], JSON.stringify(query))
  }
  const at = { tenant: birch.tenant.id, connection: acme.connection.id }
  await assert.rejects(admin.readProvisioningLogPolicy(at), isStatus(404))
  await assert.rejects(
    admin.changeProvisioningLogPolicy({ ...at, keepsValues: true }),
    isStatus(404),
  )
})
