import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIds, Refusal, systemClock, systemRandom } from '../lib/index.ts'
import {
  answer,
  createMemoryStore,
  declareExtension,
  type DeclaredAttribute,
  RESOURCE_TYPES,
  typesWith,
} from './index.ts'
import { defineType } from './resource-types.ts'
import { attribute } from './schemas/attribute.ts'

const declaration = (attributes: readonly DeclaredAttribute[], change: object = {}) => ({
  resourceType: 'User',
  id: 'urn:acme:User',
  name: 'Acme',
  description: '',
  attributes,
  ...change,
})

test('what a declaration leaves out is as the standard says (RFC 7643 section 2.2)', () => {
  const { schema } = declareExtension(
    declaration([
      { name: 'badge', type: 'integer' },
      { name: 'desk', subAttributes: [{ name: 'floor' }] },
    ]),
    [],
  )

  const [badge, desk] = schema.attributes
  assert.deepEqual(
    [badge?.type, badge?.mutability, badge?.returned, badge?.uniqueness, badge?.multiValued],
    ['integer', 'readWrite', 'default', 'none', false],
  )
  assert.deepEqual([desk?.type, desk?.subAttributes?.[0]?.type], ['complex', 'string'])
})

test('a connection that declares something has it at that type and at no other', () => {
  const [user, group] = typesWith([declareExtension(declaration([{ name: 'badge' }]), [])])

  assert.ok(user?.extensions.has('urn:acme:user'))
  assert.ok(!group?.extensions.has('urn:acme:user'))
  assert.ok(!RESOURCE_TYPES[0]?.extensions.has('urn:acme:user'))
  assert.equal(typesWith([]), RESOURCE_TYPES)
})

// SEC P-7
test('what cannot be an extension is refused with the name and the rule', () => {
  const one = [{ name: 'badge' }]
  const cases: [RegExp, ReturnType<typeof declaration>][] = [
    [/is no resource type; User, Group are/, declaration(one, { resourceType: 'Device' })],
    [/cannot name an extension/, declaration(one, { id: 'acme' })],
    [
      /cannot name an extension/,
      declaration(one, { id: 'urn:ietf:params:scim:schemas:x:2.0:User' }),
    ],
    [/1 to 100 attributes/, declaration([])],
    [/names "badge" twice/, declaration([{ name: 'badge' }, { name: 'BADGE' }])],
    [/"__proto__" cannot be an attribute/, declaration([{ name: '__proto__' }])],
    [/"Meta" cannot be an attribute/, declaration([{ name: 'Meta' }])],
    [/"a.b" cannot be an attribute/, declaration([{ name: 'a.b' }])],
    [/go together/, declaration([{ name: 'desk', type: 'complex' }])],
    [/go together/, declaration([{ name: 'desk', type: 'string', subAttributes: one }])],
    [
      /cannot be complex/,
      declaration([{ name: 'desk', subAttributes: [{ name: 'x', subAttributes: one }] }]),
    ],
  ]

  for (const [words, given] of cases)
    assert.throws(
      () => declareExtension(given, []),
      (error) => error instanceof Refusal && words.test(error.message),
      String(words),
    )
  const ten = Array.from({ length: 10 }, () => declareExtension(declaration(one), []))
  assert.throws(() => declareExtension(declaration(one), ten), /10 extensions/)
})

test('a resource type that is added to the list is validated, stored, filtered, patched and served', async () => {
  const device = defineType({
    name: 'Device',
    endpoint: '/Devices',
    description: 'Things that people carry',
    idPrefix: 'dev',
    schema: {
      id: 'urn:acme:Device',
      name: 'Device',
      description: 'A device',
      attributes: [
        attribute('serial', 'Its number.', { required: true, uniqueness: 'server' }),
        attribute('weight', 'In grams.', { type: 'integer' }),
      ],
    },
    extensions: [],
    uniqueAttribute: 'serial',
    hasMembers: false,
    hasGroups: false,
  })
  const newId = createIds({ now: systemClock, random: systemRandom })
  const given = {
    store: createMemoryStore({ newId, clock: systemClock }),
    baseUrl: 'https://id.example.com/scim/v2/con_1',
    types: [...RESOURCE_TYPES, device],
  }
  const ask = async (method: string, address: string, body?: unknown) => {
    const url = new URL(address, 'http://x')
    const { status, body: text = 'null' } = await answer(given, {
      method,
      path: url.pathname,
      query: url.searchParams,
      contentType: 'application/scim+json',
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    return { status, body: JSON.parse(text) }
  }
  const schemas = ['urn:acme:Device']

  const made = await ask('POST', '/Devices', { schemas, serial: 'A-1', weight: 200 })
  const taken = await ask('POST', '/Devices', { schemas, serial: 'a-1' })
  const wrong = await ask('POST', '/Devices', { schemas, serial: 'A-2', weight: 'light' })
  const changed = await ask('PATCH', `/Devices/${made.body.id}`, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: 'weight', value: 190 }],
  })
  const found = await ask('GET', '/Devices?filter=weight eq 190')
  const type = await ask('GET', '/ResourceTypes/Device')
  const schema = await ask('GET', '/Schemas/urn:acme:Device')

  assert.deepEqual([made.status, made.body.meta.resourceType], [201, 'Device'])
  assert.ok(made.body.id.startsWith('dev_'))
  assert.deepEqual([taken.status, taken.body.scimType], [409, 'uniqueness'])
  assert.deepEqual([wrong.status, wrong.body.scimType], [400, 'invalidValue'])
  assert.deepEqual([changed.status, changed.body.weight], [200, 190])
  assert.deepEqual([found.body.totalResults, found.body.Resources[0].serial], [1, 'A-1'])
  assert.deepEqual([type.body.endpoint, schema.body.attributes.length], ['/Devices', 2])
})
