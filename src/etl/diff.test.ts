import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Identity } from '../identity/index.ts'
import { changesOf, newsOf, newsOfLink } from './diff.ts'

const NADIA: Identity = {
  identityId: 'idn_1',
  connectionId: 'con_1',
  resourceId: 'usr_1',
  kind: 'person',
  state: 'active',
  label: 'Okta',
  name: 'nadia@acme.example',
  fqn: 'Okta:nadia@acme.example',
  externalId: '00u1',
  displayName: 'Nadia Osei',
  givenName: 'Nadia',
  familyName: 'Osei',
  email: 'nadia@acme.example',
  locale: null,
  properties: { title: 'Dr', name: { givenName: 'Nadia', familyName: 'Osei' } },
  managerResourceId: null,
  joinedTo: null,
  joinedFrom: [],
  sourceState: null,
  createdAt: new Date(0),
  changedAt: new Date(0),
  erasedAt: null,
}

test('what is the same is no news', () => {
  assert.equal(newsOf(NADIA, { ...NADIA }), undefined)
})

test('a property is the same whatever order its parts have and whether it has a prototype', () => {
  const name = Object.assign(Object.create(null), { familyName: 'Osei', givenName: 'Nadia' })

  const changes = changesOf(NADIA, { ...NADIA, properties: { name, title: 'Dr' } })

  assert.deepEqual(changes, {})
})

test('0 and -0 are the same: JSON has only one of them', () => {
  const [one, other] = [{ floor: 0 }, { floor: -0 }]

  assert.deepEqual(changesOf({ ...NADIA, properties: one }, { ...NADIA, properties: other }), {})
})

test('each change is named with what it was and what it is', () => {
  const changes = changesOf(NADIA, {
    ...NADIA,
    locale: 'uk',
    properties: { name: { givenName: 'Nadia' }, nickName: 'N' },
  })

  assert.deepEqual(changes, {
    locale: { from: null, to: 'uk' },
    'properties.title': { from: 'Dr', to: null },
    'properties.name': {
      from: { givenName: 'Nadia', familyName: 'Osei' },
      to: { givenName: 'Nadia' },
    },
    'properties.nickName': { from: null, to: 'N' },
  })
})

test('a property called as an attribute hides no change of the attribute', () => {
  const married = { givenName: 'Nadia', familyName: 'Bąk' }

  const changes = changesOf(NADIA, {
    ...NADIA,
    name: 'nadia.bak@acme.example',
    properties: { ...NADIA.properties, name: married, ['__proto__']: 'x' },
  })

  assert.deepEqual(Object.keys(changes), ['name', 'properties.name', 'properties.__proto__'])
  assert.deepEqual(changes['name']?.to, 'nadia.bak@acme.example')
})

for (const [change, kind] of [
  [{ displayName: 'N' }, 'person.changed'],
  [{ name: 'n@acme.example' }, 'person.renamed'],
  [{ label: 'Entra' }, 'person.renamed'],
  [{ state: 'inactive' }, 'person.deactivated'],
  [{ state: 'inactive', name: 'n' }, 'person.deactivated'],
  [{ state: 'deleted' }, 'person.deleted'],
  [{ managerResourceId: 'usr_2' }, 'person.changed'],
  [{ properties: {} }, 'person.changed'],
] satisfies [Partial<Identity>, string][])
  test(`a change of ${Object.keys(change).join(' and ')} is ${kind}`, () => {
    assert.equal(newsOf(NADIA, { ...NADIA, ...change })?.kind, kind)
  })

test('somebody inactive who is active again is reactivated', () => {
  assert.equal(newsOf({ ...NADIA, state: 'inactive' }, NADIA)?.kind, 'person.reactivated')
})

test('who was not there is created, with name and state', () => {
  assert.deepEqual(newsOf(undefined, { ...NADIA, state: 'inactive' }), {
    kind: 'person.created',
    identityId: 'idn_1',
    otherId: null,
    changes: {
      name: { from: null, to: 'nadia@acme.example' },
      state: { from: null, to: 'inactive' },
    },
  })
})

test('links are news of the group, and of who is managed', () => {
  const ends = { fromId: 'idn_1', toId: 'idn_2' } as const

  const news = [
    newsOfLink({ kind: 'member', ...ends }, 'added'),
    newsOfLink({ kind: 'manager', ...ends }, 'removed'),
  ]

  assert.deepEqual(
    news.map(({ kind, identityId, otherId }) => [kind, identityId, otherId]),
    [
      ['group.member-added', 'idn_1', 'idn_2'],
      ['person.manager-removed', 'idn_1', 'idn_2'],
    ],
  )
})
