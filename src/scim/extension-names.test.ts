/** An extension's names stand beside those of the core and of each other, and none is taken for another's. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  declared,
  GROUP,
  PATCH_OP,
  startScim,
  typesWithOne,
  USER,
} from '../../test/support/scim.ts'
import { RESOURCE_TYPES, typesWith } from './index.ts'
import { renderStored } from './render.ts'

const PEOPLE = 'urn:acme:User'
const PAYROLL = 'urn:acme:User:payroll'
const CREW = 'urn:acme:Group'

const EXTENSIONS = [
  declared('User', PEOPLE, [{ name: 'badge', type: 'integer' }]),
  declared('User', PAYROLL, [{ name: 'grade' }]),
  declared('Group', CREW, [{ name: 'members', multiValued: true }, { name: 'note' }]),
]
const types = typesWith(RESOURCE_TYPES, EXTENSIONS)

test('a URN that begins as that of another extension names its own attributes (RFC 7644 §3.10)', async () => {
  const { ask, hire, patch, read } = startScim({ types })
  const { id } = await hire('nadia', { [PEOPLE]: { badge: 7 }, [PAYROLL]: { grade: 'G7' } })
  const filter = (text: string) => `/Users?filter=${encodeURIComponent(text)}`

  const found = await ask('GET', filter(`${PAYROLL}:grade eq "G7" and ${PEOPLE}:badge eq 7`))
  await patch(id, { op: 'replace', path: `${PAYROLL}:grade`, value: 'G8' })

  assert.equal(found.body.totalResults, 1)
  assert.deepEqual((await read(id))[PAYROLL], { grade: 'G8' })
})

// SEC P-11
test('members of an extension are an attribute, and no member of the group comes or goes by them', async () => {
  const { hire, found, patch, read, ask } = startScim({ types })
  const { id: member } = await hire('nadia')
  const { id } = await found('Crew', [member])

  await patch(id, { op: 'add', path: `${CREW}:members`, value: ['red', 'blue'] })
  const added = await read(id)
  await patch(id, { op: 'remove', path: `${CREW}:members` })
  const removed = await read(id)
  const qualified = { schemas: [GROUP], displayName: 'Other', [`${CREW}:members`]: [member] }
  const made = await ask('POST', '/Groups', qualified)

  assert.deepEqual([added[CREW], added.members.length], [{ members: ['red', 'blue'] }, 1])
  assert.deepEqual([removed[CREW], removed.members.length], [undefined, 1])
  assert.deepEqual([made.status, made.body.members], [201, []])
})

test('an extension that is no longer declared goes with the next write, whole (RFC 7643 §3)', () => {
  const [user] = RESOURCE_TYPES
  const at = new Date('2026-11-02T09:14:05Z')
  const birth = { id: 'usr_1', version: 2, createdAt: at, modifiedAt: at }

  const text = user && renderStored(user, birth, { userName: 'nadia', [PEOPLE]: { badge: 7 } })

  const { schemas, [PEOPLE]: left } = JSON.parse(text ?? '{}')
  assert.deepEqual([schemas, left], [[USER], undefined])
})

test('a PATCH of a group is silent though something of it is returned on request only', async () => {
  const secret = [{ name: 'code', returned: 'request' }] as const
  const { found, ask } = startScim({ types: typesWithOne('Group', 'urn:acme:Secret', secret) })
  const { id } = await found('Crew')
  const change = (query: string, value: string) =>
    ask('PATCH', `/Groups/${id}${query}`, {
      schemas: [PATCH_OP],
      Operations: [{ op: 'add', path: 'urn:acme:Secret:code', value }],
    })

  const silent = await change('', 'x')
  const asked = await change('?attributes=urn:acme:Secret:code', 'y')

  assert.deepEqual([silent.status, silent.body], [204, undefined])
  assert.deepEqual([asked.status, asked.body['urn:acme:Secret']], [200, { code: 'y' }])
})
