import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test, type TestContext } from 'node:test'
import { startApp } from '../../test/support/app.ts'
import { until } from '../../test/support/world.ts'

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const NADIA = { schemas: [USER], userName: 'nadia@acme.example', title: 'Trainee' }

async function start(t: TestContext, overrides: Parameters<typeof startApp>[1] = {}) {
  const app = await startApp(t, overrides)
  const acme = await app.onboard('Acme')
  const { baseUrl, token } = acme.handover.scim
  const { provisioningLog } = app.app
  const ask = async (
    method: string,
    path: string,
    body?: object | string,
    { bearer = token, type = 'application/scim+json' } = {},
  ) => {
    const response = await fetch(baseUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${bearer}`,
        'content-type': type,
        'user-agent': 'Okta SCIM Client 1.0.0',
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return {
      status: response.status,
      requestId: response.headers.get('x-request-id') ?? '',
      body: (text === '' ? {} : JSON.parse(text)) as { id?: string; detail?: string },
    }
  }
  /** What is kept of a request. */
  const entryOf = async ({ requestId }: { requestId: string }) => {
    // An answer is there a moment before its request is done with.
    for (let tries = 0; tries < 500; tries += 1) {
      await provisioningLog.flush()
      const entry = await provisioningLog.find(requestId)
      if (entry !== undefined) return entry
    }
    throw new Error(`${requestId} is not in the log.`)
  }
  return { app, acme, ask, entryOf, provisioningLog }
}

test('of a create is kept who asked, from where, what was made, and of whom no value', async (t) => {
  const { app, acme, ask, entryOf } = await start(t)
  const { items } = await app.admin.listTokens({ tenant: 'Acme', connection: acme.connection.id })
  const before = Date.now()

  const made = await ask('POST', '/Users', { ...NADIA, shoeSize: 43 })

  const { requestId, bulkOperation, durationMs, receivedAt, ...entry } = await entryOf(made)
  assert.deepEqual([requestId, bulkOperation], [made.requestId, null])
  assert.ok(durationMs > 0 && receivedAt.getTime() >= before - 1)
  assert.deepEqual(entry, {
    tenantId: acme.tenant.id,
    connectionId: acme.connection.id,
    credential: { kind: 'token', id: items[0]?.id },
    ...{ operation: 'create', resourceType: 'User', resourceId: made.body.id },
    ...{ status: 201, outcome: 'ok', scimType: null, detail: null, found: null },
    ...{ changed: ['userName', 'title', 'active'], changes: null, movedMembers: 0 },
    ...{ rewrites: [], ignored: ['shoeSize'], unknownMembers: [] },
    ...{ address: '127.0.0.1', userAgent: 'Okta SCIM Client 1.0.0' },
  })
})

test('of a PUT and a PATCH is kept which attributes are different now; of a repeated one, none', async (t) => {
  const { ask, entryOf } = await start(t)
  const { id } = (await ask('POST', '/Users', NADIA)).body
  const deactivate = {
    schemas: [PATCH_OP],
    Operations: [
      { op: 'Replace', path: 'active', value: 'False' },
      { op: 'replace', path: 'name.familyName', value: 'Osei' },
    ],
  }
  const put = { ...NADIA, title: 'Lead' }

  const changedBy = async (method: string, body: object) =>
    (await entryOf(await ask(method, `/Users/${id}`, body))).changed

  assert.deepEqual(await changedBy('PUT', put), ['title'])
  assert.deepEqual(await changedBy('PUT', put), [])
  assert.deepEqual(await changedBy('PATCH', deactivate), ['active', 'name.familyName'])
  assert.deepEqual(await changedBy('PATCH', deactivate), [])
})

test('of a group is kept how many memberships moved and which members are unknown', async (t) => {
  const { ask, entryOf } = await start(t)
  const { id: nadia } = (await ask('POST', '/Users', NADIA)).body
  const { id: group } = (await ask('POST', '/Groups', { displayName: 'Field Ops' })).body
  const stranger = `usr_${'0'.repeat(26)}`
  const members = [{ value: nadia }, { value: stranger }]

  const entry = await entryOf(
    await ask('PATCH', `/Groups/${group}`, {
      schemas: [PATCH_OP],
      Operations: [{ op: 'add', path: 'members', value: members }],
    }),
  )

  assert.deepEqual([entry.changed, entry.movedMembers], [['members'], 1])
  assert.deepEqual(entry.unknownMembers, [stranger])
})

test('what was refused is kept in the words that were sent, wherever it was refused', async (t) => {
  const { app, ask, entryOf } = await start(t)
  await ask('POST', '/Users', NADIA)
  const asked = [
    ['create', 409, () => ask('POST', '/Users', NADIA)],
    ['create', 400, () => ask('POST', '/Users', '{')],
    ['create', 413, () => ask('POST', '/Users', 'x'.repeat(1024 * 1024 + 1))],
    ['create', 415, () => ask('POST', '/Users', '<a/>', { type: 'text/xml' })],
    ['read', 404, () => ask('GET', '/Users/usr_nobody')],
    ['list', 400, () => ask('GET', '/Users?filter=%28')],
    ['none', 404, () => ask('GET', '/Nothing')],
  ] as const

  for (const [operation, status, send] of asked) {
    const answer = await send()
    const entry = await entryOf(answer)
    assert.deepEqual([answer.status, entry.status], [status, status])
    assert.deepEqual([entry.operation, entry.outcome], [operation, 'refused'], `${status}`)
    assert.equal(entry.detail, answer.body.detail)
    assert.deepEqual(entry.changed, [])
    assert.notEqual(entry.credential, null)
  }
  await app.admin.suspendTenant({ tenant: 'Acme' })
  const suspended = await entryOf(await ask('DELETE', '/Users/usr_1'))
  assert.deepEqual([suspended.status, suspended.operation], [403, 'delete'])
  assert.match(suspended.detail ?? '', /suspended/)
})

test('of a bulk request that was refused in part is kept what was refused first, and why', async (t) => {
  const { ask, entryOf } = await start(t)
  const post = (bulkId: string, data: object) => ({ method: 'POST', path: '/Users', bulkId, data })

  const answer = await ask('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [post('a', NADIA), post('b', NADIA), post('c', { schemas: [USER] })],
  })

  const entry = await entryOf(answer)
  assert.deepEqual([entry.status, entry.outcome, entry.operation], [200, 'refused', 'bulk'])
  assert.deepEqual([entry.found, entry.scimType], [3, 'uniqueness'])
  assert.match(entry.detail ?? '', /^POST \/Users: "userName" belongs to usr_/)
})

test('each operation of a bulk request has an entry of its own, as if it had been sent alone', async (t) => {
  const { acme, ask, entryOf, provisioningLog } = await start(t)
  const crew = { schemas: [GROUP], displayName: 'Crew', members: [{ value: 'bulkId:a' }] }
  const answer = await ask('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [
      { method: 'POST', path: '/Groups', bulkId: 'g', data: crew },
      { method: 'POST', path: '/Users', bulkId: 'a', data: { ...NADIA, shoeSize: 43 } },
      { method: 'POST', path: '/Users', bulkId: 'b', data: NADIA },
      { method: 'DELETE', path: '/Users/usr_nobody' },
      { method: 'GET', path: '/Users' },
      { method: 'PATCH', path: '/Users/bulkId:b', data: {} },
    ],
  })

  const whole = await entryOf(answer)
  const parts = await provisioningLog.list(acme.tenant.id, {
    ...{ limit: 50, requestId: answer.requestId },
  })

  assert.deepEqual(parts.at(-1), whole)
  const [group, user, taken, gone, none, dangling] = parts.slice(0, -1).toReversed()
  assert.deepEqual(
    parts.map(({ bulkOperation, operation, resourceType, status, outcome }) =>
      [bulkOperation, operation, resourceType, status, outcome].join(' '),
    ),
    [
      '6 patch User 409 refused',
      '5 none User 405 refused',
      '4 delete User 404 refused',
      '3 create User 409 refused',
      '2 create User 201 ok',
      '1 create Group 201 ok',
      ' bulk  200 refused',
    ],
  )
  assert.deepEqual([user?.changed.includes('userName'), user?.ignored], [true, ['shoeSize']])
  assert.match(user?.resourceId ?? '', /^usr_/)
  assert.deepEqual([group?.changed, group?.movedMembers], [['displayName', 'members'], 1])
  assert.deepEqual([taken?.scimType, taken?.changed], ['uniqueness', []])
  assert.match(taken?.detail ?? '', new RegExp(`belongs to ${user?.resourceId}`))
  assert.deepEqual([gone?.resourceId, dangling?.resourceId], ['usr_nobody', null])
  assert.match(none?.detail ?? '', /"GET" is no method/)
  for (const part of parts) {
    const { requestId, credential, address, userAgent, durationMs } = part
    assert.deepEqual(
      [requestId, credential, address, userAgent],
      [whole.requestId, whole.credential, whole.address, whole.userAgent],
    )
    assert.ok(durationMs >= 0 && durationMs <= whole.durationMs)
  }
})

test('of a look-up is kept how many were found', async (t) => {
  const { ask, entryOf } = await start(t)
  const path = `/Users?filter=${encodeURIComponent('userName eq "nadia@acme.example"')}`

  const before = await entryOf(await ask('GET', path))
  await ask('POST', '/Users', NADIA)
  const after = await entryOf(await ask('GET', path))

  assert.deepEqual([before.found, after.found], [0, 1])
  assert.doesNotMatch(JSON.stringify(after), /nadia/, 'filters hold names (RFC 7644 section 7.5.2)')
})

test('a bad token is kept with the connection of the address, and without whose token it is', async (t) => {
  const { app, acme, ask, entryOf } = await start(t)
  const birch = await app.onboard('Birch')

  const { requestId, status } = await ask('POST', '/Users', NADIA, {
    bearer: birch.handover.scim.token,
  })

  const entry = await entryOf({ requestId })
  assert.equal(status, 401)
  assert.deepEqual([entry.tenantId, entry.connectionId], [acme.tenant.id, acme.connection.id])
  assert.deepEqual([entry.credential, entry.outcome, entry.operation], [null, 'refused', 'create'])
  assert.match(entry.detail ?? '', /bearer token is missing or not valid/)
})

test('what we could not serve is kept as our failure', async (t) => {
  const { app, ask, entryOf } = await start(t)
  await app.database.ownerPool.query('alter table resource rename to elsewhere')

  const answer = await ask('POST', '/Users', NADIA)

  const entry = await entryOf(answer)
  assert.deepEqual([entry.status, entry.outcome, entry.operation], [500, 'failed', 'create'])
  assert.match(entry.detail ?? '', new RegExp(answer.requestId))
})

test('a log that cannot be written fails no request, and says so', async (t) => {
  const { app, ask, provisioningLog } = await start(t)
  await app.database.ownerPool.query('drop table provisioning_log')

  const made = await ask('POST', '/Users', NADIA)
  await app.close()
  await provisioningLog.flush()

  assert.equal(made.status, 201)
  const events = app.log.map((line) => JSON.parse(line).event)
  assert.ok(events.includes('audit.provisioning-log.refused'))
  assert.ok(events.includes('audit.provisioning-log.dropped'))
})

test('with 0 days nothing is kept', async (t) => {
  const { app, ask } = await start(t, { config: { ROLLCALL_PROVISIONING_LOG_DAYS: 0 } })

  await ask('POST', '/Users', NADIA)
  await app.close()

  const { rows } = await app.database.ownerPool.query('select 1 from provisioning_log')
  assert.equal(rows.length, 0)
})

test('whoever goes before the answer, as by a timeout, leaves an entry of what was done all the same', async (t) => {
  const { app, acme, provisioningLog } = await start(t)
  const { baseUrl, token } = acme.handover.scim
  const { pathname, port } = new URL(baseUrl)
  const body = JSON.stringify(NADIA)
  // So that it takes longer than they wait.
  const holder = await app.database.ownerPool.connect()
  t.after(async () => holder.release())
  await holder.query('begin; lock table resource in exclusive mode')
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(
    `POST ${pathname}/Users HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n` +
      `content-type: application/scim+json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  await until('the create waits', async () => {
    const { rows } = await app.database.ownerPool.query(
      `select from pg_locks where not granted and relation = 'resource'::regclass`,
    )
    return rows.length > 0
  })
  socket.destroy()
  await once(socket, 'close')
  await new Promise((resolve) => setTimeout(resolve, 50))
  await holder.query('rollback')

  const [entry] = await until('it is in the log', async () => {
    await provisioningLog.flush()
    const { items } = await app.admin.listProvisioningLog({ tenant: acme.tenant.id })
    return items.length > 0 && items
  })
  assert.deepEqual([entry?.operation, entry?.status], ['create', 201])
  const lines = app.log.filter((line) => line.includes('"clientGone":true'))
  assert.equal(lines.length, 1)
})
