import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differences } from './differences.ts'
import type { Json } from './store.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const NADIA: Readonly<Record<string, Json>> = {
  userName: 'nadia@acme.example',
  name: { givenName: 'Nadia', familyName: 'Osei' },
  emails: [{ value: 'nadia@acme.example', type: 'work' }],
  [ENTERPRISE]: { department: 'Field Ops', manager: { value: 'usr_1' } },
}

test('nothing is different between equal bodies, whatever the order of their names', () => {
  const turned = Object.fromEntries(Object.entries(NADIA).toReversed())

  assert.deepEqual(differences({ ...NADIA }, turned), [])
})

test('a simple attribute, a part, a list and a part of an extension are named as a filter names them', () => {
  const after = {
    userName: 'nadia@acme.example',
    title: 'Lead',
    name: { givenName: 'Nadia', familyName: 'Mensah' },
    emails: [{ value: 'nadia@acme.example', type: 'home' }],
    [ENTERPRISE]: { department: 'Field Ops', manager: { value: 'usr_2' } },
  }

  assert.deepEqual(differences({ ...NADIA }, after), [
    { attribute: 'name.familyName', before: 'Osei', after: 'Mensah' },
    {
      attribute: 'emails',
      before: [{ value: 'nadia@acme.example', type: 'work' }],
      after: [{ value: 'nadia@acme.example', type: 'home' }],
    },
    { attribute: `${ENTERPRISE}:manager.value`, before: 'usr_1', after: 'usr_2' },
    { attribute: 'title', before: undefined, after: 'Lead' },
  ])
})

test('of what comes into being or goes away every part is named', () => {
  const names = (changes: ReturnType<typeof differences>) =>
    changes.map(({ attribute }) => attribute)
  const whole = [
    'userName',
    'name.givenName',
    'name.familyName',
    'emails',
    `${ENTERPRISE}:department`,
    `${ENTERPRISE}:manager.value`,
  ]

  assert.deepEqual(names(differences({}, { ...NADIA })), whole)
  assert.deepEqual(names(differences({ ...NADIA }, {})), whole)
})
