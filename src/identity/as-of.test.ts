import assert from 'node:assert/strict'
import { test } from 'node:test'
import { undo } from './as-of.ts'
import type { Identity } from './types.ts'

const AT = new Date('2026-11-02T09:00:00Z')
const jane: Identity = {
  identityId: 'idn_1',
  connectionId: 'con_1',
  resourceId: 'usr_1',
  kind: 'person',
  state: 'active',
  label: 'Okta',
  name: 'jane.doe',
  fqn: 'Okta:jane.doe',
  externalId: null,
  displayName: 'Jane Doe',
  givenName: 'Jane',
  familyName: 'Doe',
  email: null,
  locale: null,
  properties: { title: 'Lead', badge: 7 },
  managerResourceId: null,
  joinedTo: null,
  joinedFrom: [],
  sourceState: null,
  createdAt: AT,
  changedAt: AT,
  erasedAt: null,
}
const change = (
  kind: 'person.renamed' | 'person.changed' | 'person.deactivated',
  changes: object,
) => ({
  kind,
  changes: changes as Identity['properties'] & Record<string, { from: unknown; to: unknown }>,
})

test('later changes are undone one by one, the latest first', () => {
  const then = undo(jane, [
    change('person.renamed', {
      name: { from: 'jane.roe', to: 'jane.doe' },
      familyName: { from: 'Roe', to: 'Doe' },
    }),
    change('person.changed', {
      'properties.title': { from: 'Engineer', to: 'Lead' },
      'properties.badge': { from: null, to: 7 },
    }),
    change('person.renamed', { name: { from: 'jroe', to: 'jane.roe' } }),
  ])

  assert.deepEqual(
    [then?.fqn, then?.familyName, then?.properties],
    ['Okta:jroe', 'Roe', { title: 'Engineer' }],
  )
})

test('nobody is there before they were created, or after they were deleted', () => {
  assert.equal(undo(jane, [{ kind: 'person.created', changes: {} }]), undefined)
  assert.equal(undo({ ...jane, state: 'deleted' }, []), undefined)
  assert.equal(
    undo({ ...jane, state: 'deleted' }, [
      { kind: 'person.deleted', changes: { state: { from: 'active', to: 'deleted' } } },
    ])?.state,
    'active',
  )
})
