import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupsIn, type Roles, rolesFor } from './roles.ts'

const ROLES: Roles = {
  editor: ['idn_crew', 'idn_lead'],
  admin: ['idn_lead'],
  guest: ['idn_guests'],
}

for (const [groups, expected] of [
  [[], []],
  [['idn_other'], []],
  [['idn_crew'], [{ role: 'editor', because: ['idn_crew'] }]],
  [
    ['idn_lead', 'idn_crew'],
    [
      { role: 'admin', because: ['idn_lead'] },
      { role: 'editor', because: ['idn_crew', 'idn_lead'] },
    ],
  ],
] as const)
  test(`who is in ${groups.join(' and ') || 'no group'} has ${expected.map(({ role }) => role).join(' and ') || 'no role'}, because of that`, () => {
    assert.deepEqual(rolesFor(ROLES, new Set(groups)), expected)
  })

test('without a mapping nobody has a role', () => {
  assert.deepEqual(rolesFor(undefined, new Set(['idn_crew'])), [])
})

test('each group that gives roles is named once', () => {
  assert.deepEqual(groupsIn(ROLES, undefined, { other: ['idn_crew'] }), [
    'idn_crew',
    'idn_lead',
    'idn_guests',
  ])
})
