import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startApp } from '../support/app.ts'
import { isStatus, settle } from '../support/world.ts'

const URN = 'urn:acme:User'
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'

test('a customer declares attributes of its own, and they are stored, filtered, served and handed on', async (t) => {
  const app = await startApp(t)
  const { admin } = app
  const { tenant, connection, handover } = await app.onboard('Acme')
  const globex = await app.onboard('Globex')
  const at = { tenant: tenant.id, connection: connection.id }
  const ask = (scim: { baseUrl: string; token: string }) =>
    async function (method: string, path: string, body?: unknown) {
      const response = await fetch(scim.baseUrl + path, {
        method,
        headers: {
          authorization: `Bearer ${scim.token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
    }
  const [acmeScim, globexScim] = [ask(handover.scim), ask(globex.handover.scim)]
  const nadia = {
    schemas: [USER, URN],
    userName: 'nadia@acme.example',
    active: true,
    [URN]: { badge: 7, desk: { floor: 'third' }, tags: ['x', 'y'] },
  }

  await admin.declareExtensionSchema({
    ...at,
    id: URN,
    name: 'Acme',
    attributes: [
      { name: 'badge', type: 'integer' },
      { name: 'tags', multiValued: true },
      { name: 'desk', subAttributes: [{ name: 'floor' }] },
    ],
  })

  const made = await acmeScim('POST', '/Users', nadia)
  assert.equal(made.status, 201, JSON.stringify(made.body))
  assert.deepEqual(made.body[URN], nadia[URN])
  assert.ok(made.body.schemas.includes(URN))
  const found = await acmeScim('GET', `/Users?filter=${encodeURIComponent(`${URN}:badge eq 7`)}`)
  assert.deepEqual([found.status, found.body.totalResults], [200, 1])
  const changed = await acmeScim('PATCH', `/Users/${made.body.id}`, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: `${URN}:desk.floor`, value: 'fourth' }],
  })
  assert.equal(changed.status, 200, JSON.stringify(changed.body))
  assert.equal(changed.body[URN].desk.floor, 'fourth')
  const wrong = await acmeScim('PATCH', `/Users/${made.body.id}`, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: `${URN}:badge`, value: 'seven' }],
  })
  assert.deepEqual([wrong.status, wrong.body.scimType], [400, 'invalidValue'])
  const served = await acmeScim('GET', `/Schemas/${URN}`)
  assert.deepEqual([served.status, served.body.attributes.length], [200, 3])

  const beside = await globexScim('POST', '/Users', { ...nadia, schemas: [USER] })
  assert.deepEqual([beside.status, beside.body[URN]], [201, undefined])
  assert.equal((await globexScim('GET', `/Schemas/${URN}`)).status, 404)

  await settle(admin, tenant.id)
  const { items } = await admin.listIdentities({ tenant: tenant.id })
  const whole = await admin.readIdentity({ tenant: tenant.id, identity: items[0]?.id ?? 'idn_' })
  assert.deepEqual(whole.properties[URN], { badge: 7, desk: { floor: 'fourth' }, tags: ['x', 'y'] })

  await assert.rejects(
    admin.declareExtensionSchema({ ...at, id: URN, name: 'Again', attributes: [{ name: 'x' }] }),
    isStatus(409),
  )
  await admin.removeExtensionSchema({ ...at, urn: URN })
  assert.equal((await acmeScim('GET', `/Schemas/${URN}`)).status, 404)
  const after = await acmeScim('POST', '/Users', { ...nadia, userName: 'omar@acme.example' })
  assert.equal(after.body[URN], undefined)
  const acts = (await admin.listAudit({ tenant: tenant.id })).items.map(({ act }) => act)
  assert.ok(acts.includes('tenants.extension-schema.declared'))
  assert.ok(acts.includes('tenants.extension-schema.removed'))
})
