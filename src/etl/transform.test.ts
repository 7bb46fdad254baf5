import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Body } from '../scim/index.ts'
import type { PresentResource } from '../sync/index.ts'
import { factsOf, identityIdOf } from './transform.ts'
import { Unloadable } from './unloadable.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const ID = '01m6dqs9m0ea3abww7epkqz0fz'
const MANAGER = 'usr_01m6dqs9m0e44bdgnvkf4g7feq'

function person(body: Body, more: Partial<PresentResource> = {}): PresentResource {
  return {
    resourceId: `usr_${ID}`,
    connectionId: 'con_1',
    type: 'User',
    active: true,
    body: { userName: 'nadia@acme.example', ...body },
    ...more,
  }
}

test('a person as Okta sends them becomes an identity with every fact in its place', () => {
  const facts = factsOf(
    person({
      externalId: '00u1',
      active: true,
      name: { givenName: 'Nadia', familyName: 'Osei' },
      displayName: 'Nadia Osei',
      emails: [
        { value: 'private@example.com', type: 'home' },
        { value: 'nadia@acme.example', type: 'work', primary: true },
      ],
      locale: 'en-GB',
      title: 'Dr',
      [ENTERPRISE]: { department: 'Field', manager: { value: MANAGER } },
    }),
    'Okta',
  )

  assert.deepEqual(facts, {
    identityId: `idn_${ID}`,
    connectionId: 'con_1',
    resourceId: `usr_${ID}`,
    kind: 'person',
    state: 'active',
    label: 'Okta',
    name: 'nadia@acme.example',
    externalId: '00u1',
    displayName: 'Nadia Osei',
    givenName: 'Nadia',
    familyName: 'Osei',
    email: 'nadia@acme.example',
    locale: 'en-GB',
    managerResourceId: MANAGER,
    ...{ joinedTo: null, joinedFrom: [], sourceState: null },
    properties: {
      name: { givenName: 'Nadia', familyName: 'Osei' },
      emails: [
        { value: 'private@example.com', type: 'home' },
        { value: 'nadia@acme.example', type: 'work', primary: true },
      ],
      title: 'Dr',
      [ENTERPRISE]: { department: 'Field', manager: { value: MANAGER } },
    },
  })
})

test('a person with nothing but a userName is called by it', () => {
  const { displayName, externalId, email, locale, managerResourceId, properties } = factsOf(
    person({}),
    'Okta',
  )

  assert.equal(displayName, 'nadia@acme.example')
  assert.deepEqual([externalId, email, locale, managerResourceId], [null, null, null, null])
  assert.deepEqual(properties, {})
})

for (const [what, body, expected] of [
  ['the display name that was sent', { displayName: 'N.', name: { formatted: 'Dr N' } }, 'N.'],
  ['the formatted name', { name: { formatted: 'Dr N', givenName: 'Nadia' } }, 'Dr N'],
  ['given and family name', { name: { givenName: 'Nadia', familyName: 'Osei' } }, 'Nadia Osei'],
  ['the one of them that is there', { name: { familyName: 'Osei' } }, 'Osei'],
  ['the userName where the rest is blank', { displayName: ' ', name: {} }, 'nadia@acme.example'],
] satisfies [string, Body, string][])
  test(`a person is shown as ${what}`, () => {
    assert.equal(factsOf(person(body), 'Okta').displayName, expected)
  })

test('of several e-mail addresses the primary counts, else the first (RFC 7643 §2.4)', () => {
  const emailOf = (emails: Body['emails']) =>
    factsOf(person({ emails: emails ?? null }), 'Okta').email

  assert.equal(emailOf([{ value: 'a@x' }, { value: 'b@x', primary: true }]), 'b@x')
  assert.equal(emailOf([{ value: 'a@x' }, { value: 'b@x' }]), 'a@x')
  assert.equal(emailOf([]), null)
  assert.equal(emailOf([{ type: 'work' }]), null)
})

test('the preferred language stands in for a locale', () => {
  assert.equal(factsOf(person({ preferredLanguage: 'uk' }), 'Okta').locale, 'uk')
})

test('a manager is a person of ours or nobody', () => {
  const managerOf = (value: string) =>
    factsOf(person({ [ENTERPRISE]: { manager: { value } } }), 'Okta').managerResourceId

  assert.equal(managerOf(MANAGER), MANAGER)
  for (const value of ['Jane Doe', '', MANAGER.replace('usr_', 'grp_'), 'x'.repeat(60_000)])
    assert.equal(managerOf(value), null)
})

test('a person whom the IdP deactivated is inactive', () => {
  assert.equal(factsOf(person({ active: false }, { active: false }), 'Okta').state, 'inactive')
})

test('a group is called by its display name and is always active', () => {
  const group = person({}, { resourceId: `grp_${ID}`, type: 'Group', active: false })

  const facts = factsOf({ ...group, body: { displayName: 'Crew', externalId: 'g1' } }, 'Okta')

  assert.equal(identityIdOf(group.resourceId), `idn_${ID}`)
  assert.deepEqual(
    [facts.kind, facts.name, facts.displayName, facts.externalId, facts.state, facts.properties],
    ['group', 'Crew', 'Crew', 'g1', 'active', {}],
  )
})

for (const [what, resource, label, reason] of [
  ['has a name that cannot be shown', person({ userName: 'a\u0007' }), 'Okta', /control char/],
  ['has no name', person({ userName: ' ' }), 'Okta', /empty/],
  ['comes by a connection that is gone', person({}), undefined, /con_1 is not set up/],
] satisfies [string, PresentResource, string | undefined, RegExp][])
  test(`what ${what} cannot be loaded, and the reason says so`, () => {
    assert.throws(
      () => factsOf(resource, label),
      (error) => error instanceof Unloadable && reason.test(error.message),
    )
  })
