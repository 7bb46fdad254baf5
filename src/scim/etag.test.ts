import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PATCH_OP, startScim, USER } from '../../test/support/scim.ts'

const change = (title: string) => ({
  schemas: [PATCH_OP],
  Operations: [{ op: 'replace', path: 'title', value: title }],
})

test('the version is in the header and in the resource, strong, and rises with each real change (RFC 7644 §3.14)', async () => {
  const { ask, hire } = startScim() // SEC F-3
  const { id } = await hire('a')

  const first = await ask('GET', `/Users/${id}`)
  const changed = await ask('PATCH', `/Users/${id}`, change('x'))
  const same = await ask('PATCH', `/Users/${id}`, change('x'))

  assert.deepEqual(
    [first, changed, same].map(({ headers, body }) => [headers.etag, body.meta.version]),
    [
      ['"1"', '"1"'],
      ['"2"', '"2"'],
      ['"2"', '"2"'],
    ],
  )
  assert.equal(same.body.meta.lastModified, changed.body.meta.lastModified)
})

const PUT = { schemas: [USER], userName: 'a', title: 'x' }
const MATCHES: [string, number][] = [
  ['"1"', 200],
  ['W/"1"', 200],
  ['"7", "1"', 200],
  ['*', 200],
  ['"2"', 412],
  ['1', 412],
  ['', 412],
  ['W/*"1"', 412],
]
for (const [ifMatch, status] of MATCHES)
  for (const [method, body] of [
    ['PUT', PUT],
    ['PATCH', change('x')],
  ] as const)
    test(`${method} with If-Match ${ifMatch} on version 1 is ${status} (RFC 7644 §3.14)`, async () => {
      const { ask, hire, read } = startScim()
      const { id } = await hire('a')

      const reply = await ask(method, `/Users/${id}`, body, { ifMatch })

      assert.equal(reply.status, status)
      assert.equal((await read(id)).title, status === 200 ? 'x' : undefined)
      if (status === 412) assert.equal(reply.body.status, '412')
    })

test('DELETE is held to If-Match, and a stale one deletes nobody (RFC 7644 §3.14)', async () => {
  const { ask, hire } = startScim()
  const { id } = await hire('a')

  const statuses = [
    (await ask('DELETE', `/Users/${id}`, undefined, { ifMatch: '"2"' })).status,
    (await ask('GET', `/Users/${id}`)).status,
    (await ask('DELETE', `/Users/${id}`, undefined, { ifMatch: '"1"' })).status,
    (await ask('DELETE', `/Users/${id}`, undefined, { ifMatch: '*' })).status,
  ]

  assert.deepEqual(statuses, [412, 200, 204, 404])
})

// SEC F-4
test('a deactivation is not undone by an older full update that carries its version', async () => {
  const { ask, hire, read } = startScim()
  const { id, meta } = await hire('a', { active: true })
  await ask('PATCH', `/Users/${id}`, {
    schemas: [PATCH_OP],
    Operations: [{ op: 'replace', value: { active: false } }],
  })

  const late = await ask(
    'PUT',
    `/Users/${id}`,
    { schemas: [USER], userName: 'a', active: true },
    { ifMatch: meta.version },
  )

  assert.equal(late.status, 412)
  assert.equal((await read(id)).active, false)
})

test('If-None-Match is 304 without a body on a read, and 412 on a write (RFC 7644 §3.14, RFC 9110 §13.1.2)', async () => {
  const { ask, hire } = startScim()
  const { id } = await hire('a')
  const path = `/Users/${id}`

  const replies = [
    await ask('GET', path, undefined, { ifNoneMatch: '"1"' }),
    await ask('GET', path, undefined, { ifNoneMatch: '*' }),
    await ask('GET', path, undefined, { ifNoneMatch: '"2"' }),
    await ask('PATCH', path, change('x'), { ifNoneMatch: '*' }),
    await ask('PATCH', path, change('x'), { ifNoneMatch: '"2"' }),
  ]

  assert.deepEqual(
    replies.map(({ status }) => status),
    [304, 304, 200, 412, 200],
  )
  assert.deepEqual([replies[0]?.body, replies[0]?.headers.etag], [undefined, '"1"'])
})

test('a group has a new version when somebody joins or leaves, and not otherwise', async () => {
  const { ask, hire, found, patch } = startScim()
  const { id: member } = await hire('a')
  const { id } = await found('Field Ops')
  const join = { op: 'add', path: 'members', value: [{ value: member }] }

  const tags = [
    (await patch(id, join)).headers.etag,
    (await patch(id, join)).headers.etag,
    (await patch(id, { op: 'remove', path: `members[value eq "${member}"]` })).headers.etag,
  ]

  assert.deepEqual(tags, ['"2"', '"2"', '"3"'])
  assert.equal((await ask('GET', `/Groups/${id}`)).headers.etag, '"3"')
})

test('a method that is not offered is told with those that are (RFC 9110 §15.5.6)', async () => {
  const { ask } = startScim()

  const replies = [
    await ask('DELETE', '/Users'),
    await ask('POST', '/Groups/grp_1', {}),
    await ask('GET', '/Bulk'),
    await ask('PUT', '/Schemas', {}),
  ]

  assert.deepEqual(
    replies.map(({ status, headers }) => [status, headers.allow]),
    [
      [405, 'GET, POST'],
      [405, 'GET, PUT, PATCH, DELETE'],
      [405, 'POST'],
      [405, 'GET'],
    ],
  )
})
