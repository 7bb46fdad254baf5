import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '../lib/index.ts'
import { declareExtension, type DeclaredAttribute, RESOURCE_TYPES, typesWith } from './index.ts'

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
    RESOURCE_TYPES,
  )

  const [badge, desk] = schema.attributes
  assert.deepEqual(
    [badge?.type, badge?.mutability, badge?.returned, badge?.uniqueness, badge?.multiValued],
    ['integer', 'readWrite', 'default', 'none', false],
  )
  assert.deepEqual([desk?.type, desk?.subAttributes?.[0]?.type], ['complex', 'string'])
})

test('a connection that declares something has it at that type and at no other', () => {
  const [user, group] = typesWith(RESOURCE_TYPES, [
    declareExtension(declaration([{ name: 'badge' }]), [], RESOURCE_TYPES),
  ])

  assert.ok(user?.extensions.has('urn:acme:user'))
  assert.ok(!group?.extensions.has('urn:acme:user'))
  assert.ok(!RESOURCE_TYPES[0]?.extensions.has('urn:acme:user'))
  assert.equal(typesWith(RESOURCE_TYPES, []), RESOURCE_TYPES)
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
    [/of letters, digits and/, declaration(one, { id: 'urn:acme:a(b),c' })],
    [/of letters, digits and/, declaration(one, { id: 'urn:acme:sp%20x?y#z/w' })],
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
      () => declareExtension(given, [], RESOURCE_TYPES),
      (error) => error instanceof Refusal && words.test(error.message),
      String(words),
    )
  const ten = Array.from({ length: 10 }, () =>
    declareExtension(declaration(one), [], RESOURCE_TYPES),
  )
  assert.throws(() => declareExtension(declaration(one), ten, RESOURCE_TYPES), /10 extensions/)
})

test('no extension is called as an attribute of another one is written', () => {
  const people = declareExtension(declaration([{ name: 'badge' }]), [], RESOURCE_TYPES)
  const badge = declaration([{ name: 'code' }], { id: 'urn:acme:user:BADGE' })
  const clashes = (given: typeof badge, other: typeof people) =>
    assert.throws(
      () => declareExtension(given, [other], RESOURCE_TYPES),
      (error) =>
        error instanceof Refusal && /would be an attribute of the other/.test(error.message),
    )

  clashes(badge, people)
  clashes(declaration([{ name: 'badge' }]), declareExtension(badge, [], RESOURCE_TYPES))
  declareExtension({ ...badge, id: 'urn:acme:User:desk' }, [people], RESOURCE_TYPES)
})
