import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BASE_URL, ENTERPRISE, GROUP, PATCH_OP, startScim, USER } from '../../test/support/scim.ts'
import { Unavailable } from '../lib/index.ts'
import { answer, LIMITS, RESOURCE_TYPES } from './index.ts'

const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'

const bulk = (Operations: readonly unknown[], more: object = {}) => ({
  schemas: [BULK],
  Operations,
  ...more,
})

const user = (bulkId: string, more: object = {}) => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: { schemas: [USER], userName: bulkId, ...more },
})

const group = (bulkId: string, ...members: string[]) => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: { schemas: [GROUP], displayName: bulkId, members: members.map((value) => ({ value })) },
})

const statuses = (body: { Operations: { status: string }[] }) =>
  body.Operations.map(({ status }) => status)

const idIn = (operation: { location: string }) => operation.location.split('/').at(-1) ?? ''

test('each operation has its result: method, bulkId, version, location and status as text (RFC 7644 §3.7.3)', async () => {
  const { ask, hire } = startScim()
  const [one, two] = [await hire('one'), await hire('two')]

  const { status, body } = await ask(
    'POST',
    '/Bulk',
    bulk([
      user('new'),
      { method: 'PUT', path: `/Users/${one.id}`, data: { schemas: [USER], userName: 'uno' } },
      { method: 'DELETE', path: `/Users/${two.id}` },
    ]),
  )

  const [made] = body.Operations
  assert.equal(status, 200)
  assert.deepEqual(body, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'],
    Operations: [
      { method: 'POST', bulkId: 'new', version: '"1"', location: made.location, status: '201' },
      { method: 'PUT', version: '"2"', location: `${BASE_URL}/Users/${one.id}`, status: '200' },
      { method: 'DELETE', location: `${BASE_URL}/Users/${two.id}`, status: '204' },
    ],
  })
  assert.equal((await ask('GET', made.location.slice(BASE_URL.length))).body.userName, 'new')
})

test('references are resolved forwards and backwards, in data, in addresses and in paths (RFC 7644 §3.7.2)', async () => {
  const { ask, read } = startScim()

  const { body } = await ask(
    'POST',
    '/Bulk',
    bulk([
      group('crew', 'bulkId:ada', 'bulkId:bo'),
      {
        method: 'PATCH',
        path: '/Groups/bulkId:crew',
        data: {
          schemas: [PATCH_OP],
          Operations: [
            { op: 'remove', path: 'members[value eq "bulkId:ada"]' },
            { op: 'add', path: 'members', value: [{ value: 'bulkId:cy' }] },
          ],
        },
      },
      user('ada'),
      user('bo', { [ENTERPRISE]: { manager: { value: 'bulkId:ada' } } }),
      user('cy'),
    ]),
  )

  assert.deepEqual(statuses(body), ['201', '204', '201', '201', '201'])
  const [crew, , ada, bo, cy] = body.Operations.map(idIn)
  const members: { value: string }[] = (await read(crew)).members
  assert.deepEqual(new Set(members.map(({ value }) => value)), new Set([bo, cy]))
  assert.equal((await read(bo))[ENTERPRISE].manager.value, ada)
})

test('two people who are each other’s manager are both created, and refer to each other (RFC 7644 §3.7.1)', async () => {
  const { ask, read } = startScim()
  const boss = (of: string) => ({
    title: 'T',
    [ENTERPRISE]: { manager: { value: `bulkId:${of}` } },
  })

  const { body } = await ask(
    'POST',
    '/Bulk',
    bulk([user('ada', boss('bo')), user('bo', boss('ada'))]),
  )

  const [ada, bo] = body.Operations.map(idIn)
  assert.deepEqual(statuses(body), ['201', '201'])
  assert.deepEqual(
    [(await read(ada))[ENTERPRISE].manager.value, (await read(bo))[ENTERPRISE].manager.value],
    [bo, ada],
  )
  for (const operation of body.Operations)
    assert.equal(operation.version, (await read(idIn(operation))).meta.version)
})

// SEC I-10
test('of two groups in each other one is refused and is not there; the other stands (RFC 7644 §3.7.1)', async () => {
  const { ask, read } = startScim()

  const { body } = await ask(
    'POST',
    '/Bulk',
    bulk([group('a', 'bulkId:b'), group('b', 'bulkId:a')]),
  )

  assert.deepEqual(statuses(body), ['201', '400'])
  assert.deepEqual((await read(idIn(body.Operations[0]))).members, [])
  assert.equal((await ask('GET', '/Groups')).body.totalResults, 1)
})

test('a refused operation changes nothing and stops nobody else, and has its error (RFC 7644 §3.7.3)', async () => {
  const { ask, hire } = startScim()
  await hire('taken')

  const { body } = await ask('POST', '/Bulk', bulk([user('Taken'), user('free')]))

  const [refused, made] = body.Operations
  assert.deepEqual(
    [refused.status, refused.response.status, refused.response.scimType, 'location' in refused],
    ['409', '409', 'uniqueness', false],
  )
  assert.ok(refused.response.detail.length > 10)
  assert.equal(made.status, '201')
})

test('a refused operation on a resource names it, also when its data refers to another (RFC 7644 §3.7.3)', async () => {
  const { ask, found } = startScim()
  const { id } = await found('Field Ops')
  const data = { schemas: [GROUP], displayName: 'Field Ops', members: [{ value: 'bulkId:none' }] }

  const { body } = await ask(
    'POST',
    '/Bulk',
    bulk([
      { method: 'PUT', path: `/Groups/${id}`, data },
      { method: 'DELETE', path: '/Users/bulkId:none' },
    ]),
  )

  assert.deepEqual(
    body.Operations.map(({ status, location }: { status: string; location?: string }) => [
      status,
      location,
    ]),
    [
      ['400', `${BASE_URL}/Groups/${id}`],
      ['400', undefined],
    ],
  )
})

test('two operations of one request are held to one name as two requests would be', async () => {
  const { ask } = startScim()

  const { body } = await ask(
    'POST',
    '/Bulk',
    bulk([user('a', { userName: 'same' }), user('b', { userName: 'SAME' })]),
  )

  assert.deepEqual(statuses(body), ['201', '409'])
})

test('failOnErrors ends the request at that many refusals; what was done stands (RFC 7644 §3.7.3)', async () => {
  const { ask } = startScim()
  const bad = (bulkId: string) => user(bulkId, { userName: '' })

  const { body } = await ask(
    'POST',
    '/Bulk',
    bulk([user('a'), bad('b'), user('c'), bad('d'), user('e')], { failOnErrors: 2 }),
  )

  assert.deepEqual(statuses(body), ['201', '400', '201', '400'])
  assert.equal((await ask('GET', '/Users')).body.totalResults, 2)
})

test('what refers to a refused operation is refused with 409, what refers to none with 400', async () => {
  const { ask } = startScim()

  const { body } = await ask(
    'POST',
    '/Bulk',
    bulk([user('a', { userName: '' }), group('g', 'bulkId:a'), group('h', 'bulkId:nobody')]),
  )

  assert.deepEqual(statuses(body), ['400', '409', '400'])
  assert.equal((await ask('GET', '/Groups')).body.totalResults, 0)
})

test('an operation’s version is its If-Match (RFC 7644 §3.7)', async () => {
  const { ask, hire, read } = startScim()
  const { id } = await hire('a')
  const change = (version: string, title: string) => ({
    method: 'PATCH',
    path: `/Users/${id}`,
    version,
    data: { schemas: [PATCH_OP], Operations: [{ op: 'replace', path: 'title', value: title }] },
  })

  const { body } = await ask('POST', '/Bulk', bulk([change('"1"', 'one'), change('W/"1"', 'two')]))

  assert.deepEqual(statuses(body), ['200', '412'])
  assert.equal((await read(id)).title, 'one')
})

const NO_OPERATION: [string, object, string][] = [
  ['GET', { method: 'GET', path: '/Users' }, '405'],
  ['no method', { path: '/Users' }, '405'],
  ['POST without a bulkId', { ...user('x'), bulkId: undefined }, '400'],
  ['POST to an id', { ...user('x'), path: '/Users/usr_1' }, '400'],
  ['PUT without an id', { method: 'PUT', path: '/Users', data: {} }, '400'],
  ['a path of another place', { method: 'DELETE', path: '/Schemas/urn:x' }, '400'],
  ['bulk in bulk', { method: 'POST', path: '/Bulk', bulkId: 'x', data: bulk([]) }, '400'],
  ['an unknown id', { method: 'DELETE', path: '/Users/usr_none' }, '404'],
  ['no data', { method: 'POST', path: '/Users', bulkId: 'x' }, '400'],
  ['an operation that is a text', 'POST' as unknown as object, '405'],
]
for (const [what, operation, status] of NO_OPERATION)
  test(`in a bulk request ${what} is refused with ${status}, and the next one is done`, async () => {
    const { ask } = startScim()

    const { body } = await ask('POST', '/Bulk', bulk([operation, user('next')]))

    assert.deepEqual(statuses(body), [status, '201'])
  })

test('a bulkId given twice is refused at the second', async () => {
  const { ask } = startScim()

  const { body } = await ask('POST', '/Bulk', bulk([user('a'), user('a', { userName: 'b' })]))

  assert.deepEqual(statuses(body), ['201', '400'])
})

// SEC P-2
test('more operations than published are 413, which names the limit (RFC 7644 §3.7.4)', async () => {
  const { ask } = startScim()
  const config = await ask('GET', '/ServiceProviderConfig')
  const most = config.body.bulk.maxOperations

  const reply = await ask(
    'POST',
    '/Bulk',
    bulk(Array.from({ length: most + 1 }, (_, number) => user(`u${number}`))),
  )

  assert.equal(reply.status, 413)
  assert.ok(reply.body.detail.includes(String(most)))
  assert.equal((await ask('GET', '/Users')).body.totalResults, 0)
})

test('as many as published are done, each referring to the next, in little time', async () => {
  const { ask } = startScim()
  const chain = Array.from({ length: LIMITS.bulkOperations }, (_, number) =>
    user(
      `u${number}`,
      number + 1 < LIMITS.bulkOperations
        ? { [ENTERPRISE]: { manager: { value: `bulkId:u${number + 1}` } } }
        : {},
    ),
  )

  const { body } = await ask('POST', '/Bulk', bulk(chain))

  assert.deepEqual(new Set(statuses(body)), new Set(['201']))
})

for (const failOnErrors of [0, -1, 'two'])
  test(`failOnErrors ${failOnErrors} is invalidValue, and nothing is done`, async () => {
    const { ask } = startScim()

    const reply = await ask('POST', '/Bulk', bulk([user('a')], { failOnErrors }))

    assert.deepEqual([reply.status, reply.body.scimType], [400, 'invalidValue'])
    assert.equal((await ask('GET', '/Users')).body.totalResults, 0)
  })

// SEC L-3
test('when the store goes away, what was done is told and the rest is for another request', async () => {
  const { store } = startScim()
  let creates = 0
  const flaky = {
    ...store,
    create: async (...given: Parameters<typeof store.create>) => {
      if (++creates > 1) throw new Unavailable('The database is away.')
      return store.create(...given)
    },
  }
  const ask = async () =>
    answer(
      { store: flaky, baseUrl: BASE_URL, types: RESOURCE_TYPES },
      {
        method: 'POST',
        path: '/Bulk',
        query: new URLSearchParams(),
        contentType: 'application/scim+json',
        body: JSON.stringify(bulk([user('a'), user('b'), user('c')])),
      },
    )

  const reply = await ask()

  assert.deepEqual(statuses(JSON.parse(reply.body ?? '')), ['201', '429'])
  await assert.rejects(ask(), Unavailable)
})

test('a bulk request that has become late ends there: what was done is told, the rest is not done', async () => {
  const { ask, store } = startScim()
  let isLate = false
  const slow = {
    ...store,
    create: async (...given: Parameters<typeof store.create>) => {
      isLate ||= given[1].keys.unique === 'b'
      return store.create(...given)
    },
  }
  const manager = { [ENTERPRISE]: { manager: { value: 'bulkId:d' } } }
  const asked = (operations: readonly object[]) =>
    answer(
      { store: slow, baseUrl: BASE_URL, types: RESOURCE_TYPES, isLate: () => isLate },
      {
        method: 'POST',
        path: '/Bulk',
        query: new URLSearchParams(),
        contentType: 'application/scim+json',
        body: JSON.stringify(bulk(operations)),
      },
    )

  const reply = await asked([user('a'), user('b'), user('c', manager), user('d'), user('e')])
  await assert.rejects(asked([user('f')]), Unavailable)

  assert.deepEqual(statuses(JSON.parse(reply.body ?? '')), ['201', '201', '429', '429'])
  assert.equal((await ask('GET', '/Users')).body.totalResults, 2)
})

test('/Me stands for no person and says so with 501 (RFC 7644 §3.11)', async () => {
  const { ask } = startScim()

  const replies = [
    await ask('GET', '/Me'),
    await ask('PATCH', '/me', {}),
    await ask('DELETE', '/Me'),
  ]

  assert.deepEqual(
    replies.map(({ status, body }) => [status, body.status]),
    [
      [501, '501'],
      [501, '501'],
      [501, '501'],
    ],
  )
})

test('once no more operations are let through, the rest is answered 429 with what to do, and nothing of it happens', async () => {
  const { store, ask } = startScim()
  let permits = 2
  const told: unknown[] = []
  const reply = await answer(
    {
      ...{ store, baseUrl: BASE_URL, types: RESOURCE_TYPES },
      eachOperation: {
        admit: async () => ((permits -= 1) < 0 ? { retrySeconds: 7 } : undefined),
        answered: (nth, status) => void told.push([nth, status]),
      },
    },
    {
      ...{ method: 'POST', path: '/Bulk', query: new URLSearchParams(), contentType: undefined },
      body: JSON.stringify(bulk([user('a'), group('crew', 'bulkId:d'), user('b'), user('d')])),
    },
  )

  const { Operations } = JSON.parse(reply.body ?? '')
  assert.deepEqual([reply.status, reply.headers['retry-after']], [200, '7'])
  assert.deepEqual(
    Operations.map(({ status }: { status: string }) => status),
    ['201', '429', '429', '201'],
  )
  assert.match(Operations[2].response.detail, /Wait 7 seconds and send this operation again/)
  assert.deepEqual(told, [
    [1, 201],
    [4, 201],
    [2, 429],
    [3, 429],
  ])
  assert.equal((await ask('GET', '/')).body.totalResults, 2)
})
