import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Identity, IdentityBrief } from '../identity/index.ts'
import { claimsOf, groupClaims } from './accounts.ts'

const AT = new Date('2026-11-02T09:00:00Z')
const jane: Identity = {
  identityId: 'idn_1',
  connectionId: 'con_1',
  resourceId: 'usr_1',
  kind: 'person',
  state: 'active',
  label: 'Okta',
  name: 'jane@acme.example',
  fqn: 'Okta:jane@acme.example',
  externalId: '00u1',
  displayName: 'Jane Roe',
  givenName: 'Jane',
  familyName: null,
  email: null,
  locale: 'en_US',
  properties: { title: 'Engineer' },
  managerResourceId: null,
  joinedTo: null,
  joinedFrom: [],
  sourceState: null,
  createdAt: AT,
  changedAt: AT,
  erasedAt: null,
}

// SEC O-5
test('a site is told who somebody is by our id, with the FQN, and nothing that is not known', () => {
  assert.deepEqual(claimsOf(jane), {
    sub: 'idn_1',
    fqn: 'Okta:jane@acme.example',
    preferred_username: 'jane@acme.example',
    updated_at: AT.getTime() / 1000,
    name: 'Jane Roe',
    given_name: 'Jane',
    locale: 'en-US',
  })
})

test('groups go by id, and where there are more than 500 it says where to go on', () => {
  const group = (number: number): IdentityBrief => ({
    identityId: `idn_${number}`,
    fqn: `Okta:G${number}`,
    displayName: `G${number}`,
  })
  const many = Array.from({ length: 501 }, (_, number) => group(number))

  assert.deepEqual(groupClaims([group(1)], 'https://id.example/groups'), {
    groups: [{ id: 'idn_1', fqn: 'Okta:G1', name: 'G1' }],
  })
  const { groups, ...more } = groupClaims(many, 'https://id.example/groups')
  assert.equal(groups.length, 500)
  assert.deepEqual(more, {
    groups_truncated: true,
    groups_more: 'https://id.example/groups?after=idn_499',
  })
})
