import assert from 'node:assert/strict'
import { test } from 'node:test'
import { APPLIED, home, profileOf, work } from '../../test/support/patch-cases.ts'
import { ENTERPRISE, GROUP, PATCH_OP, startScim, USER } from '../../test/support/scim.ts'
import { LIMITS, RESOURCE_TYPES, typesWith } from './index.ts'
import { attribute } from './schemas/attribute.ts'

for (const [what, before, operations, after] of APPLIED)
  test(`PATCH: ${what} (RFC 7644 §3.5.2)`, async () => {
    const { hire, patch, read } = startScim()
    const { id } = await hire('a', before)

    const reply = await patch(id, ...(Array.isArray(operations) ? operations : [operations]))

    assert.equal(reply.status, 200, JSON.stringify(reply.body))
    assert.deepEqual(profileOf(reply.body), after)
    assert.deepEqual(await read(id), reply.body)
  })

const REFUSED: [string, object, string][] = [
  [
    'a filter that misses and is not of eq',
    { op: 'replace', path: 'emails[value co "x"].value', value: 'y' },
    'noTarget',
  ],
  [
    'a filter that misses and is of or',
    { op: 'add', path: 'emails[type eq "x" or type eq "y"].value', value: 'y' },
    'noTarget',
  ],
  [
    'a filter that contradicts itself',
    { op: 'replace', path: 'emails[type eq "x" and type eq "y"].value', value: 'z' },
    'noTarget',
  ],
  ['a remove without a path', { op: 'remove', value: { title: 'T' } }, 'noTarget'],
  ['another id by path', { op: 'replace', path: 'id', value: 'usr_other' }, 'mutability'],
  [
    'a meta by path',
    { op: 'replace', path: 'meta.created', value: '2020-01-01T00:00:00Z' },
    'mutability',
  ],
  ['groups in a value', { op: 'add', value: { groups: [{ value: 'grp_1' }] } }, 'mutability'],
  [
    'a read-only part',
    { op: 'replace', path: `${ENTERPRISE}:manager.displayName`, value: 'B' },
    'mutability',
  ],
  [
    'a filter on one value',
    { op: 'replace', path: 'title[value eq "x"]', value: 'y' },
    'invalidPath',
  ],
  ['a filter behind a part', { op: 'remove', path: 'name.givenName[value eq "x"]' }, 'invalidPath'],
  ['a path with a gap', { op: 'remove', path: 'emails[type eq "x"] .value' }, 'invalidPath'],
  [
    'a path of two brackets',
    { op: 'remove', path: 'emails[type eq "x"][value eq "y"]' },
    'invalidFilter',
  ],
  ['a filter without an operator', { op: 'remove', path: 'emails[type]' }, 'invalidFilter'],
  [
    'an unknown name in the brackets',
    { op: 'remove', path: 'emails[colour eq "x"]' },
    'invalidFilter',
  ],
  ['a list for one value', { op: 'add', path: 'title', value: ['a', 'b'] }, 'invalidValue'],
  ['an object for a text', { op: 'add', path: 'title', value: { a: 1 } }, 'invalidValue'],
  ['a text without a path', { op: 'add', value: 'title' }, 'invalidValue'],
  [
    'two primaries',
    {
      op: 'add',
      path: 'emails',
      value: [work('a', { primary: true }), home('b', { primary: true })],
    },
    'invalidValue',
  ],
  ['no op', { path: 'title', value: 'x' }, 'invalidSyntax'],
  ['a path that is no text', { op: 'add', path: 7, value: 'x' }, 'invalidSyntax'],
  [
    'a path longer than any',
    { op: 'remove', path: `emails[value eq "${'x'.repeat(5000)}"]` },
    'invalidPath',
  ],
]
for (const [what, operation, scimType] of REFUSED)
  test(`PATCH with ${what} is ${scimType}, and nothing is different (RFC 7644 §3.5.2, SEC P-10)`, async () => {
    const { hire, patch, read } = startScim()
    const before = await hire('a', { title: 'before' })

    const reply = await patch(
      before.id,
      { op: 'replace', path: 'title', value: 'after' },
      operation,
    )

    assert.deepEqual([reply.status, reply.body.scimType], [400, scimType], reply.body.detail)
    assert.equal(reply.outcome.changed, false)
    assert.deepEqual(await read(before.id), before)
  })

for (const path of [
  'name..familyName',
  'name.',
  '.name',
  'name.familyName.first',
  'display name',
  '7title',
  '!!',
  `${USER}:name..familyName`,
  'urn:',
  'emails[type eq "x"].',
  'emails]',
])
  test(`the path "${path}" is none: invalidPath (RFC 7644 §3.5.2)`, async () => {
    const { hire, patch } = startScim()
    const { id } = await hire('a')

    const reply = await patch(id, { op: 'replace', path, value: 'x' })

    assert.deepEqual([reply.status, reply.body.scimType], [400, 'invalidPath'])
  })

const NO_MESSAGE: [string, unknown, string][] = [
  ['no schemas', { Operations: [{ op: 'add', path: 'title', value: 'x' }] }, 'invalidSyntax'],
  ['no operations', { schemas: [PATCH_OP] }, 'invalidSyntax'],
  ['an empty list', { schemas: [PATCH_OP], Operations: [] }, 'invalidSyntax'],
  ['an operation that is a text', { schemas: [PATCH_OP], Operations: ['add'] }, 'invalidSyntax'],
  [
    // SEC P-2
    'more operations than any client sends',
    {
      schemas: [PATCH_OP],
      Operations: Array.from({ length: LIMITS.operations + 1 }, () => ({
        op: 'remove',
        path: 'title',
      })),
    },
    'tooMany',
  ],
]
for (const [what, message, scimType] of NO_MESSAGE)
  test(`a PATCH message with ${what} is ${scimType} (RFC 7644 §3.5.2)`, async () => {
    const { ask, hire } = startScim()
    const { id } = await hire('a')

    const reply = await ask('PATCH', `/Users/${id}`, message)

    assert.deepEqual([reply.status, reply.body.scimType], [400, scimType])
  })

test('a replaced userName is held to be unique, and one’s own in other letter case is not taken (RFC 7644 §3.5.2)', async () => {
  const { hire, patch } = startScim()
  await hire('taken')
  const { id } = await hire('mine')

  const taken = await patch(id, { op: 'replace', path: 'userName', value: 'Taken' })
  const own = await patch(id, { op: 'replace', path: 'userName', value: 'MINE' })

  assert.deepEqual([taken.status, taken.body.scimType], [409, 'uniqueness'])
  assert.deepEqual([own.status, own.body.userName], [200, 'MINE'])
})

test('what no schema has is left out and reported, and the rest of the request happens', async () => {
  const { hire, patch } = startScim()
  const { id } = await hire('a')

  const reply = await patch(
    id,
    { op: 'add', path: 'shoeSize', value: 44 },
    { op: 'add', path: 'name.petName', value: 'x' },
    { op: 'add', path: 'emails[type eq "work"].colour', value: 'red' },
    { op: 'add', path: 'urn:acme:User:badge', value: '7' },
    { op: 'add', value: { hat: 'top', title: 'T', name: { petName: 'y' } } },
  )

  assert.deepEqual(profileOf(reply.body), { title: 'T' })
  assert.deepEqual(reply.outcome.ignored, [
    'shoeSize',
    'name.petName',
    'emails[type eq "work"].colour',
    'urn:acme:User:badge',
    'hat',
  ])
})

// SEC P-2
test('a list does not grow past its limit, however small the steps', async () => {
  const { hire, patch, read } = startScim()
  const { id } = await hire('a')
  const add = (from: number, count: number) =>
    Array.from({ length: count }, (_, number) => ({
      op: 'add',
      path: 'emails',
      value: [{ value: `e${from + number}` }],
    }))

  const full = await patch(id, ...add(0, LIMITS.valuesPerAttribute))
  const over = await patch(id, ...add(LIMITS.valuesPerAttribute, 1))

  assert.deepEqual([full.status, over.status, over.body.scimType], [200, 400, 'invalidValue'])
  assert.equal((await read(id)).emails.length, LIMITS.valuesPerAttribute)
})

test('a filter of several member ids costs a look-up for each, any other selects among members', async () => {
  const { hire, found, patch, read } = startScim()
  const ids: string[] = []
  for (const name of ['a', 'b', 'c', 'd'])
    ids.push((await hire(name, { displayName: name.toUpperCase() })).id)
  const { id } = await found('Field Ops', ids)

  await patch(id, { op: 'remove', path: `members[value eq "${ids[0]}" or value eq "${ids[1]}"]` })
  await patch(id, { op: 'remove', path: 'members[type eq "User" and display sw "c"]' })

  const { members } = await read(id)
  assert.deepEqual(
    members.map((each: { value: string }) => each.value),
    [ids[3]],
  )
})

for (const operation of [
  { op: 'replace', path: 'members[value eq "usr_1"].value', value: 'usr_2' },
  { op: 'replace', path: 'members.display', value: 'x' },
  { op: 'replace', path: 'members[value eq "usr_1"]', value: { value: 'usr_2' } },
])
  test(`a member is not edited by ${operation.path}: mutability (RFC 7643 §4.2)`, async () => {
    const { found, patch } = startScim()
    const { id } = await found('Field Ops')

    const reply = await patch(id, operation)

    assert.deepEqual([reply.status, reply.body.scimType], [400, 'mutability'])
  })

for (const members of [
  [{ display: 'x' }],
  [7],
  [{ value: '' }],
  [{ value: ['a'] }],
  ['x'.repeat(600)],
])
  test(`a member of ${JSON.stringify(members).slice(0, 30)} is invalidValue`, async () => {
    const { found, patch } = startScim()
    const { id } = await found('Field Ops')

    const reply = await patch(id, { op: 'add', path: 'members', value: members })

    assert.deepEqual([reply.status, reply.body.scimType], [400, 'invalidValue'])
  })

test('a replace of members that forgets its value empties no group (SEC P-11)', async () => {
  const { hire, found, patch, read } = startScim()
  const { id: member } = await hire('a')
  const { id } = await found('Field Ops', [member])

  const replies = [
    await patch(id, { op: 'replace', path: 'members' }),
    await patch(id, { op: 'add', path: 'members' }),
  ]

  assert.deepEqual(
    replies.map(({ body }) => body.scimType),
    ['invalidValue', 'invalidValue'],
  )
  assert.equal((await read(id)).members.length, 1)
})

// SEC P-2
test('a request may name ten thousand members and not one more, in however many operations (SEC P-2)', async () => {
  const { found, patch } = startScim()
  const { id } = await found('Field Ops')
  const members = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ value: `usr_${n}` }))

  const most = await patch(id, {
    op: 'add',
    path: 'members',
    value: members(LIMITS.membersPerRequest),
  })
  const over = await patch(id, {
    op: 'add',
    path: 'members',
    value: members(LIMITS.membersPerRequest + 1),
  })
  const half = members(LIMITS.membersPerRequest / 2)
  const overInParts = await patch(
    id,
    { op: 'add', path: 'members', value: half },
    { op: 'remove', path: 'members', value: half },
    { op: 'remove', path: 'members[value eq "usr_1"]' },
  )

  assert.deepEqual([most.status, over.status, overInParts.status], [204, 400, 400])
})

const ACME = 'urn:acme:scim:User'
const acmeTypes = () =>
  typesWith(RESOURCE_TYPES, [
    {
      resourceType: 'User',
      schema: {
        id: ACME,
        name: 'Acme',
        description: '',
        attributes: [
          attribute('badge', '', { mutability: 'immutable' }),
          attribute('desk', '', {
            subAttributes: [
              attribute('floor', '', { mutability: 'immutable' }),
              attribute('seat', ''),
            ],
          }),
          attribute('tags', '', { multiValued: true }),
        ],
      },
    },
  ])

test('an immutable attribute can be set when there is none, and repeated (RFC 7644 §3.5.2)', async () => {
  const { hire, patch } = startScim({ types: acmeTypes() })
  const { id } = await hire('a')

  const set = await patch(id, { op: 'add', path: `${ACME}:badge`, value: '7' })
  const again = await patch(id, { op: 'replace', path: `${ACME}:badge`, value: '7' })

  assert.deepEqual([set.status, again.status, again.outcome.changed], [200, 200, false])
  assert.deepEqual(again.body[ACME], { badge: '7' })
})

for (const operation of [
  { op: 'replace', path: `${ACME}:badge`, value: '8' },
  { op: 'remove', path: `${ACME}:badge` },
  { op: 'remove', path: ACME },
  { op: 'replace', path: `${ACME}:desk.floor`, value: '2' },
  { op: 'remove', path: `${ACME}:desk` },
])
  test(`an immutable attribute is not changed by ${operation.op} ${operation.path}: mutability (RFC 7644 §3.5.2)`, async () => {
    const { hire, patch, read } = startScim({ types: acmeTypes() })
    const before = await hire('a', { [ACME]: { badge: '7', desk: { floor: '1', seat: '1' } } })

    const reply = await patch(before.id, operation)

    assert.deepEqual([reply.status, reply.body.scimType], [400, 'mutability'])
    assert.deepEqual(await read(before.id), before)
  })

test('PUT: an immutable attribute may be left out and stays, and may not be another (RFC 7644 §3.5.1)', async () => {
  const { ask, hire } = startScim({ types: acmeTypes() })
  const { id } = await hire('a', {
    [ACME]: { badge: '7', desk: { floor: '1', seat: '1' }, tags: ['x'] },
  })
  const put = (extension: object | undefined) =>
    ask('PUT', `/Users/${id}`, { schemas: [USER], userName: 'a', [ACME]: extension })

  const without = await put(undefined)
  const same = await put({ badge: '7', desk: { seat: '2' } })
  const other = await put({ badge: '8' })

  assert.deepEqual(without.body[ACME], { badge: '7', desk: { floor: '1' } })
  assert.deepEqual(same.body[ACME], { badge: '7', desk: { floor: '1', seat: '2' } })
  assert.deepEqual([other.status, other.body.scimType], [400, 'mutability'])
})

test('the elements of a list without parts are added, selected and removed by their value', async () => {
  const { hire, patch } = startScim({ types: acmeTypes() })
  const { id } = await hire('a', { [ACME]: { tags: ['x', 'y'] } })

  const reply = await patch(
    id,
    { op: 'add', path: `${ACME}:tags`, value: ['y', 'z'] },
    { op: 'replace', path: `${ACME}:tags[value eq "x"]`, value: 'w' },
    { op: 'remove', path: `${ACME}:tags[value eq "y"]` },
    { op: 'add', path: `${ACME}:tags[value eq "v"]`, value: 'v' },
  )

  assert.deepEqual(reply.body[ACME], { tags: ['w', 'z', 'v'] })
})

test('a PUT to a group without members keeps them; null and an empty list empty it (RFC 7644 §3.5.1)', async () => {
  const { ask, hire, found } = startScim()
  const { id: member } = await hire('a')
  const { id } = await found('Field Ops', [member])
  const put = async (more: object) =>
    (await ask('PUT', `/Groups/${id}`, { schemas: [GROUP], displayName: 'Field Ops', ...more }))
      .body.members.length

  assert.deepEqual(
    [
      await put({}),
      await put({ members: [] }),
      await put({ members: [member] }),
      await put({ members: null }),
    ],
    [1, 0, 1, 0],
  )
})

test('a silent answer to a PATCH has the new tag, one that asks for attributes has a body (RFC 7644 §3.5.2)', async () => {
  const { ask, found } = startScim()
  const { id } = await found('Field Ops')
  const rename = (displayName: string) => ({
    schemas: [PATCH_OP],
    Operations: [{ op: 'replace', path: 'displayName', value: displayName }],
  })

  const silent = await ask('PATCH', `/Groups/${id}`, rename('B'))
  const asked = await ask('PATCH', `/Groups/${id}?attributes=displayName`, rename('C'))

  assert.deepEqual([silent.status, silent.headers.etag], [204, '"2"'])
  assert.deepEqual([asked.status, asked.body], [200, { schemas: [GROUP], id, displayName: 'C' }])
})
