/**
 * The rules about what a client may send (SEC section 4), by their numbers. Those about bytes, types
 * and credentials are held at the edge, in src/http/scim.test.ts.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ENTERPRISE,
  GROUP,
  PATCH_OP,
  type ScimServer,
  startScim,
  USER,
} from '../../test/support/scim.ts'
import { LIMITS } from './index.ts'

const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
const list = (length: number, make: (index: number) => unknown) =>
  Array.from({ length }, (_, index) => make(index))

// SEC P-2, P-3, P-4
const REFUSED_BODIES: [string, string, string][] = [
  ['33 levels', nested(LIMITS.depth + 1), 'invalidSyntax'],
  ['a million levels of arrays', '['.repeat(1_000_000), 'invalidSyntax'],
  [
    'a million levels within a text’s neighbour',
    `{"a":"[[[","b":${'['.repeat(1_000_000)}`,
    'invalidSyntax',
  ],
  [
    '257 attributes',
    JSON.stringify(Object.fromEntries(list(257, (n) => [`a${n}`, 1]) as [string, number][])),
    'invalidValue',
  ],
  [
    '101 e-mails',
    JSON.stringify({
      schemas: [USER],
      userName: 'a',
      emails: list(101, (n) => ({ value: `${n}` })),
    }),
    'invalidValue',
  ],
  [
    'a text of 65,537 characters',
    JSON.stringify({ schemas: [USER], userName: 'a', title: 'x'.repeat(65_537) }),
    'invalidValue',
  ],
  [
    'a userName of 513 characters',
    JSON.stringify({ schemas: [USER], userName: 'x'.repeat(513) }),
    'invalidValue',
  ],
  [
    'an externalId of 513 characters',
    JSON.stringify({ schemas: [USER], userName: 'a', externalId: 'x'.repeat(513) }),
    'invalidValue',
  ],
  ['a name twice', '{"userName":"a","title":"x","title":"y"}', 'invalidSyntax'],
  [
    'a name twice, deep within',
    '{"userName":"a","name":{"givenName":"x","givenName":"y"}}',
    'invalidSyntax',
  ],
  [
    'a name twice, one of them escaped',
    '{"userName":"a","title":"x","t\\u0069tle":"y"}',
    'invalidSyntax',
  ],
  [
    'a name twice, in other letter case',
    '{"userName":"a","title":"x","TITLE":"y"}',
    'invalidSyntax',
  ],
  ['NUL in a value', '{"userName":"a","title":"x\\u0000"}', 'invalidValue'],
  ['NUL in a name', '{"userName":"a","ti\\u0000tle":"x"}', 'invalidValue'],
  ['half of a surrogate pair in a value', '{"userName":"a","title":"\\udc00"}', 'invalidValue'],
  ['half of a surrogate pair in a name', '{"userName":"a","\\ud800":"x"}', 'invalidValue'],
  ['JSON with a comment', '{"userName":"a"/* */}', 'invalidSyntax'],
  ['JSON that goes on', '{"userName":"a"}{}', 'invalidSyntax'],
  ['NaN', '{"userName":"a","title":NaN}', 'invalidSyntax'],
  ['nothing', '', 'invalidSyntax'],
  ['a number', '7', 'invalidSyntax'],
  ['null', 'null', 'invalidSyntax'],
]
for (const [what, body, scimType] of REFUSED_BODIES)
  test(`a body of ${what} is ${scimType}, and nobody is created (SEC P-2, P-3, P-4)`, async () => {
    const { ask } = startScim()

    const reply = await ask('POST', '/Users', body)

    assert.deepEqual([reply.status, reply.body.scimType], [400, scimType], reply.body.detail)
    assert.equal((await ask('GET', '/Users')).body.totalResults, 0)
  })

test('what is just within each limit is taken (SEC P-2)', async () => {
  const { ask } = startScim()

  const reply = await ask('POST', '/Users', {
    schemas: [USER],
    userName: 'x'.repeat(512),
    externalId: 'y'.repeat(512),
    title: 'z'.repeat(65_536),
    emails: list(100, (n) => ({ value: `${n}` })),
    deep: JSON.parse(nested(LIMITS.depth - 1)),
  })

  assert.equal(reply.status, 201)
})

// SEC P-5
const REFUSED_FILTERS: [string, string][] = [
  ['an unknown attribute', 'shoeSize eq "44"'],
  ['a secret', 'password eq "x"'],
  ['a secret that is only asked for', 'password pr'],
  ['what comes after a whole filter', 'userName eq "a" userName eq "b"'],
  ['what comes after a whole filter and is none', 'userName eq "a" )'],
  ['a prototype', '__proto__ eq "x"'],
  ['a constructor', 'constructor.name eq "Object"'],
  ['4,097 characters', `userName eq "${'x'.repeat(4_085)}"`],
  ['17 levels', `${'('.repeat(17)}userName pr${')'.repeat(17)}`],
  ['65 comparisons', list(65, () => 'userName pr').join(' or ')],
  ['a text that is not closed', 'userName eq "a'],
  ['NUL', 'userName eq "\\u0000"'],
  ['SQL', `userName eq "a' or '1'='1"; drop table resource`],
]
for (const [what, filter] of REFUSED_FILTERS)
  test(`a filter of ${what} is invalidFilter and finds nobody (SEC P-5, P-6)`, async () => {
    const { ask, hire } = startScim()
    await hire('a')

    const reply = await ask('GET', `/Users?filter=${encodeURIComponent(filter)}`)

    assert.deepEqual(
      [reply.status, reply.body.scimType, reply.body.Resources],
      [400, 'invalidFilter', undefined],
    )
  })

for (const name of ['id', 'meta', 'groups', 'META.created', 'groups.value', `${USER}:id`])
  test(`"${name}" is written by no route: ignored in POST and PUT, mutability in PATCH (SEC P-8)`, async () => {
    const { ask, hire, patch, read } = startScim()
    const before = await hire('a')
    const body = { schemas: [USER], userName: 'a', [name]: 'x' }

    const made = await ask('POST', '/Users', { ...body, userName: 'b' })
    const put = await ask('PUT', `/Users/${before.id}`, body)
    const patched = await patch(before.id, { op: 'replace', path: name, value: 'x' })

    assert.deepEqual([made.status, put.status, put.outcome.changed], [201, 200, false])
    assert.notEqual(made.body.id, 'x')
    assert.deepEqual([patched.status, patched.body.scimType], [400, 'mutability'])
    assert.deepEqual(await read(before.id), before)
  })

/** What is said to a value by each way into the store. */
const DOORS: Record<string, (server: ScimServer, attributes: object) => Promise<unknown>> = {
  POST: async ({ ask }, attributes) =>
    (await ask('POST', '/Users', { schemas: [USER], userName: 'new', ...attributes })).body
      .scimType,
  PUT: async ({ ask, hire }, attributes) => {
    const { id } = await hire('a')
    const body = { schemas: [USER], userName: 'a', ...attributes }
    return (await ask('PUT', `/Users/${id}`, body)).body.scimType
  },
  'PATCH without a path': async ({ hire, patch }, value) => {
    const { id } = await hire('b')
    return (await patch(id, { op: 'replace', value })).body.scimType
  },
  'PATCH with a path': async ({ hire, patch }, attributes) => {
    const { id } = await hire('c')
    const operations = Object.entries(attributes).map(([path, value]) => ({
      op: 'add',
      path,
      value,
    }))
    return (await patch(id, ...operations)).body.scimType
  },
  Bulk: async ({ ask }, attributes) => {
    const data = { schemas: [USER], userName: 'bulk', ...attributes }
    const { body } = await ask('POST', '/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [{ method: 'POST', path: '/Users', bulkId: 'x', data }],
    })
    return body.Operations[0].response?.scimType
  },
}

const SAME_EVERYWHERE: [object, string | undefined][] = [
  [{ active: 'yes' }, 'invalidValue'],
  [{ active: 1 }, 'invalidValue'],
  [{ active: 'TRUE' }, undefined], // SEC P-12
  [{ title: ['a', 'b'] }, 'invalidValue'],
  [{ title: true }, 'invalidValue'],
  [{ name: 'Nadia' }, 'invalidValue'],
  [
    {
      emails: [
        { value: 'a', primary: true },
        { value: 'b', primary: true },
      ],
    },
    'invalidValue',
  ],
  [{ emails: list(101, (n) => ({ value: `${n}` })) }, 'invalidValue'],
  [{ externalId: 'x'.repeat(513) }, 'invalidValue'],
  [{ externalId: 'line\nbreak' }, 'invalidValue'],
  [{ userName: 'tab\there' }, 'invalidValue'],
  [{ userName: '   ' }, 'invalidValue'],
  [{ userName: 'Taken' }, 'uniqueness'],
  [{ [ENTERPRISE]: 'Field Ops' }, 'invalidValue'],
  [{ password: 'x' }, undefined], // SEC P-14
  [{ shoeSize: 44 }, undefined],
]
// SEC I-7
test('an id is made by us and by chance, and no externalId is or becomes one', async () => {
  const { ask, hire, found, read } = startScim()
  const one = await hire('one', { id: 'usr_chosen', externalId: 'usr_chosen' })
  const other = await hire('other', { id: one.id, externalId: one.id })
  const group = await found('Crew', ['usr_chosen', other.externalId])
  const by = async (filter: string) =>
    (await ask('GET', `/Users?filter=${encodeURIComponent(filter)}`)).body.Resources.map(
      ({ userName }: { userName: string }) => userName,
    )

  assert.equal(new Set([one.id, other.id, 'usr_chosen']).size, 3)
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'])
    assert.equal((await ask(method, '/Users/usr_chosen', bodyFor(method))).status, 404)
  assert.deepEqual(await by('id eq "usr_chosen"'), [])
  assert.deepEqual(await by(`id eq "${one.id}"`), ['one'])
  assert.deepEqual(await by(`externalId eq "${one.id}"`), ['other'])
  assert.deepEqual(
    (await read(group.id)).members.map(({ value }: { value: string }) => value),
    [one.id],
  )
})

function bodyFor(method: string): object | undefined {
  if (method === 'PUT') return { schemas: [USER], userName: 'x' }
  const Operations = [{ op: 'replace', path: 'title', value: 'x' }]
  return method === 'PATCH' ? { schemas: [PATCH_OP], Operations } : undefined
}

for (const [attributes, scimType] of SAME_EVERYWHERE)
  test(`${JSON.stringify(attributes).slice(0, 60)} is ${scimType ?? 'taken'} by every door (SEC P-9)`, async () => {
    for (const [door, enter] of Object.entries(DOORS)) {
      const server = startScim()
      await server.hire('taken')

      assert.equal(await enter(server, attributes), scimType, door)
    }
  })

test('only the words true and false are read as booleans, never truthiness (SEC P-12)', async () => {
  const { ask } = startScim()
  const stored: unknown[] = []
  for (const active of ['True', 'FALSE', true, false, 'no', '1', 1, 0, {}, []]) {
    const body = { schemas: [USER], userName: `p${stored.length}`, active }
    const reply = await ask('POST', '/Users', body)
    stored.push(reply.status === 201 ? reply.body.active : reply.body.scimType)
  }

  const bad = 'invalidValue'
  // An empty list is "no value", and whoever is assigned is active unless said otherwise.
  assert.deepEqual(stored, [true, false, true, false, bad, bad, bad, bad, bad, true])
})

test('a name is normalised once, then stored, compared and found so (SEC P-13)', async () => {
  const { ask, hire } = startScim()
  const composed = 'zo\u00eb.stra\u00dfe@acme.example'
  const { id, userName } = await hire('zoe\u0308.stra\u00dfe@acme.example')
  const taken = await ask('POST', '/Users', {
    schemas: [USER],
    userName: 'ZO\u00cb.STRASSE@acme.example',
  })
  const found = await ask('GET', `/Users?filter=${encodeURIComponent(`userName eq "${composed}"`)}`)

  assert.equal(userName, composed)
  assert.deepEqual([taken.status, taken.body.scimType], [409, 'uniqueness'])
  assert.deepEqual(
    found.body.Resources.map((each: { id: string }) => each.id),
    [id],
  )
})

test('a create that meets a name or an e-mail of somebody takes over nobody (SEC P-16)', async () => {
  const { ask, hire, read } = startScim()
  const before = await hire('nadia', {
    active: false,
    externalId: '00u1',
    emails: [{ value: 'nadia@acme.example' }],
  })

  const sameName = await ask('POST', '/Users', {
    schemas: [USER],
    userName: 'NADIA',
    externalId: '00u2',
  })
  const sameEmail = await hire('other', { externalId: '00u1', emails: before.emails })

  assert.deepEqual([sameName.status, sameName.body.scimType], [409, 'uniqueness'])
  assert.notEqual(sameEmail.id, before.id)
  assert.deepEqual(await read(before.id), before)
})

test('a request that is refused at its end has done nothing, to members neither (SEC P-10)', async () => {
  const { hire, found, patch, read } = startScim()
  const [one, two] = [await hire('one'), await hire('two')]
  const group = await found('Field Ops', [one.id])
  await found('Taken')
  const operations = [
    { op: 'add', path: 'members', value: [{ value: two.id }] },
    { op: 'remove', path: `members[value eq "${one.id}"]` },
  ]

  const replies = [
    await patch(group.id, ...operations, { op: 'replace', path: 'displayName', value: 'TAKEN' }),
    await patch(group.id, ...operations, { op: 'replace', path: 'displayName', value: '' }),
    await patch(group.id, ...operations, {
      op: 'add',
      path: 'members',
      value: [{ value: group.id }],
    }),
  ]

  assert.deepEqual(
    replies.map(({ status, outcome }) => [status, outcome.changed]),
    [
      [409, false],
      [400, false],
      [400, false],
    ],
  )
  assert.deepEqual(await read(group.id), group)
})

test('every scimType of the standard’s table that can come up here has its status (RFC 7644 §3.12)', async () => {
  const { ask, hire, patch } = startScim()
  await hire('taken')
  const { id } = await hire('a')
  const message = (...Operations: object[]) => ({ schemas: [PATCH_OP], Operations })

  const said = [
    await ask('GET', '/Users?filter=x'),
    await ask(
      'PATCH',
      `/Users/${id}`,
      message(
        ...(list(LIMITS.operations + 1, () => ({ op: 'remove', path: 'title' })) as object[]),
      ),
    ),
    await ask('POST', '/Users', { schemas: [USER], userName: 'taken' }),
    await patch(id, { op: 'replace', path: 'id', value: 'x' }),
    await ask('POST', '/Users', '{'),
    await patch(id, { op: 'replace', path: '!', value: 'x' }),
    await patch(id, { op: 'remove' }),
    await ask('POST', '/Groups', { schemas: [GROUP] }),
  ]

  assert.deepEqual(
    said.map(({ status, body }) => [status, body.status, body.scimType]),
    [
      [400, '400', 'invalidFilter'],
      [400, '400', 'tooMany'],
      [409, '409', 'uniqueness'],
      [400, '400', 'mutability'],
      [400, '400', 'invalidSyntax'],
      [400, '400', 'invalidPath'],
      [400, '400', 'noTarget'],
      [400, '400', 'invalidValue'],
    ],
  )
})
