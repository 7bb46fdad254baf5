/**
 * A resource type that is data and nothing else: a schema and a line, handed over where resource types are
 * given. It is served whole, from memory and by the Sync Engine, and the loader leaves it where it is.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attribute, defineType, RESOURCE_TYPES, type Schema } from '../../src/scim/index.ts'
import { startApp } from '../support/app.ts'
import { call } from '../support/scim-client.ts'
import { BASE_URL, GROUP, PATCH_OP, startScim, USER } from '../support/scim.ts'
import { settle, until } from '../support/world.ts'

const SCHEMA: Schema = {
  id: 'urn:example:schemas:2.0:Device',
  name: 'Device',
  description: 'What a person carries',
  attributes: [
    attribute('serialNumber', 'Tells it from all others.', {
      required: true,
      caseExact: true,
      uniqueness: 'server',
    }),
    attribute('displayName', 'What it is called.'),
    attribute('weight', 'In grams.', { type: 'integer' }),
    attribute('madeAt', 'When it was made.', { type: 'dateTime', mutability: 'immutable' }),
    attribute('pin', 'What unlocks it.', { mutability: 'writeOnly', returned: 'never' }),
    attribute('ports', 'Where something is plugged in.', {
      multiValued: true,
      subAttributes: [attribute('value', 'Its name.'), attribute('type', 'Its form.')],
    }),
  ],
}
const DEVICE = defineType({
  name: 'Device',
  endpoint: '/Devices',
  description: 'What people carry',
  idPrefix: 'dev',
  schema: SCHEMA,
  extensions: [],
})
const TYPES = [...RESOURCE_TYPES, DEVICE]

interface Said {
  readonly status: number
  readonly body: ReturnType<typeof JSON.parse>
}
type Ask = (method: string, path: string, body?: Readonly<Record<string, unknown>>) => Promise<Said>

const schemas = [SCHEMA.id]
const phone = {
  schemas,
  serialNumber: 'A-1',
  displayName: 'Ölofs Telefon',
  externalId: 'x1',
  weight: 180,
  madeAt: '2026-03-01T08:00:00Z',
  ports: [
    { value: 'left', type: 'usb' },
    { value: 'right', type: 'jack' },
  ],
}

test('from memory, a type of its own is served in all of SCIM', async () => {
  await isServed(startScim({ types: TYPES }).ask, BASE_URL)
})

test('by the Sync Engine, a type of its own is served in all of SCIM, and the loader leaves it where it is', async (t) => {
  const app = await startApp(t, { resourceTypes: TYPES })
  const { tenant, handover } = await app.onboard('Acme')
  const { baseUrl, token } = handover.scim
  const of = { tenant: tenant.id }

  await isServed((...asked) => call({ baseUrl, token }, ...asked), baseUrl)

  await settle(app.admin, tenant.id)
  const { id } = await app.admin.startFullRun(of)
  const run = await until('the full run over', async () => {
    const { items } = await app.admin.listRuns(of)
    const found = items.find((each) => each.id === id)
    return found?.endedAt == null ? false : found
  })
  await settle(app.admin, tenant.id)
  const { items } = await app.admin.listIdentities(of)
  assert.equal(run.reason, null)
  assert.deepEqual(items.map(({ name }) => name).toSorted(), ['Crew', 'nadia'])
})

/** Leaves one person, one group and the devices behind. */
async function isServed(ask: Ask, baseUrl: string): Promise<void> {
  const ok = async (status: number, ...asked: Parameters<Ask>) => {
    const said = await ask(...asked)
    assert.equal(said.status, status, JSON.stringify([asked, said.body]))
    return said.body
  }
  const found = async (path: string): Promise<string[]> =>
    (await ok(200, 'GET', path)).Resources.map(
      (each: { serialNumber?: string; userName?: string }) => each.serialNumber ?? each.userName,
    )
  const filtered = (filter: string) => found(`/Devices?filter=${encodeURIComponent(filter)}`)

  const type = await ok(200, 'GET', '/ResourceTypes/Device')
  assert.deepEqual([type.endpoint, type.schema], ['/Devices', SCHEMA.id])
  const { attributes } = await ok(200, 'GET', `/Schemas/${SCHEMA.id}`)
  assert.deepEqual(
    attributes.map(({ name }: { name: string }) => name),
    SCHEMA.attributes.map(({ name }) => name),
  )

  const { id, meta, ...made } = await ok(201, 'POST', '/Devices', { ...phone, pin: '1234' })
  assert.deepEqual(made, phone)
  assert.match(id, /^dev_/)
  assert.deepEqual([meta.resourceType, meta.location], ['Device', `${baseUrl}/Devices/${id}`])
  const taken = await ok(409, 'POST', '/Devices', { schemas, serialNumber: 'A-1' })
  assert.equal(taken.scimType, 'uniqueness')
  const light = { schemas, serialNumber: 'a-1', weight: 90 }
  const other = await ok(201, 'POST', '/Devices', light)
  for (const wrong of [{ schemas }, { ...light, serialNumber: 'A-2', weight: 'light' }])
    assert.equal((await ok(400, 'POST', '/Devices', wrong)).scimType, 'invalidValue')
  await ok(404, 'GET', `/Users/${id}`)

  assert.deepEqual(await filtered('serialNumber eq "A-1"'), ['A-1'])
  assert.deepEqual(await filtered('serialNumber sw "a"'), ['a-1'])
  assert.deepEqual(await filtered('weight lt 100'), ['a-1'])
  assert.deepEqual(await filtered('displayName eq "ÖLOFS telefon"'), ['A-1'])
  assert.deepEqual(await filtered('ports[value eq "left" and type eq "usb"]'), ['A-1'])
  assert.deepEqual(await filtered('madeAt le "2026-03-01T09:00:00+01:00"'), ['A-1'])
  assert.deepEqual(await filtered(`meta.location eq "${meta.location}"`), ['A-1'])
  assert.deepEqual(await found('/Devices?sortBy=weight'), ['a-1', 'A-1'])
  assert.deepEqual(await found('/Devices?sortBy=serialNumber&sortOrder=descending'), ['a-1', 'A-1'])
  const first = await ok(200, 'GET', '/Devices?cursor=&count=1')
  assert.deepEqual(await found(`/Devices?count=1&cursor=${first.nextCursor}`), ['a-1'])
  const SEARCH = ['urn:ietf:params:scim:api:messages:2.0:SearchRequest']
  const search = { schemas: SEARCH, filter: 'weight pr or userName pr', sortBy: 'weight' }
  await ok(201, 'POST', '/Users', { schemas: [USER], userName: 'nadia' })
  const everywhere = await ok(200, 'POST', '/.search', search)
  assert.equal(everywhere.totalResults, 3)
  const heavy = { ...search, filter: 'weight ge 180' }
  assert.equal((await ok(200, 'POST', '/Devices/.search', heavy)).totalResults, 1)

  const replaced = { ...phone, weight: 200, displayName: 'B' }
  assert.equal((await ok(200, 'PUT', `/Devices/${id}`, replaced)).weight, 200)
  const later = { ...replaced, madeAt: '2027-01-01T00:00:00Z' }
  assert.equal((await ok(400, 'PUT', `/Devices/${id}`, later)).scimType, 'mutability')
  const patch = (...Operations: object[]) => ({ schemas: [PATCH_OP], Operations })
  const patched = await ok(
    200,
    'PATCH',
    `/Devices/${id}`,
    patch({ op: 'remove', path: 'ports[type eq "usb"]' }, { op: 'add', value: { weight: 210 } }),
  )
  assert.deepEqual([patched.ports, patched.weight], [[phone.ports[1]], 210])
  const clash = patch({ op: 'replace', path: 'serialNumber', value: 'A-1' })
  assert.equal((await ok(409, 'PATCH', `/Devices/${other.id}`, clash)).scimType, 'uniqueness')

  // A device is no member: the schema of groups names who may be one.
  const crew = { schemas: [GROUP], displayName: 'Crew', members: [{ value: id }] }
  const group = await ok(201, 'POST', '/Groups', crew)
  assert.deepEqual(group.members, [])
  await ok(
    204,
    'PATCH',
    `/Groups/${group.id}`,
    patch({ op: 'add', path: 'members', value: [{ value: id }] }),
  )
  assert.deepEqual((await ok(200, 'GET', `/Groups/${group.id}`)).members, [])

  const bulk = await ok(200, 'POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [
      { method: 'POST', path: '/Devices', bulkId: 'd', data: { schemas, serialNumber: 'C-3' } },
      { method: 'DELETE', path: `/Devices/${other.id}` },
    ],
  })
  assert.deepEqual(
    bulk.Operations.map(({ status }: { status: string }) => status),
    ['201', '204'],
  )
  await ok(204, 'DELETE', `/Devices/${id}`)
  assert.deepEqual(await found('/Devices'), ['C-3'])
  assert.deepEqual((await found('/')).toSorted(), ['C-3', 'nadia', undefined])
}
