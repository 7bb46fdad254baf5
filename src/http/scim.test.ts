import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { startApp, type TestApp } from '../../test/support/app.ts'
import { createTestClock } from '../../test/support/clock.ts'
import { mintToken, systemRandom } from '../lib/index.ts'

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error'
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const NADIA = JSON.stringify({ schemas: [USER], userName: 'nadia@acme.example' })

interface Asked {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer>
  readonly token?: string | undefined
}

async function start(t: TestContext, overrides: Parameters<typeof startApp>[1] = {}) {
  const app = await startApp(t, overrides)
  const acme = await app.onboard('Acme')
  const { baseUrl, token } = acme.handover.scim
  const ask = async (asked: Asked = {}) => {
    const bearer = 'token' in asked ? asked.token : token
    const response = await fetch(baseUrl + (asked.path ?? '/Users'), {
      method: asked.method ?? 'GET',
      headers: {
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(asked.body === undefined ? {} : { 'content-type': 'application/scim+json' }),
        ...asked.headers,
      },
      ...(asked.body === undefined ? {} : { body: asked.body }),
    })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
  return { app, acme, baseUrl, token, ask }
}

/** Holds that an answer is a SCIM Error of that status which says something (SEC P-15). */
function assertScimError(
  { status, text, type }: { status: number; text: string; type: string | null },
  expected: number,
  what: string,
): void {
  assert.equal(status, expected, `${what}: ${text}`)
  assert.match(type ?? '', /^application\/scim\+json/, what)
  const body = JSON.parse(text)
  assert.deepEqual([body.schemas, body.status], [[ERROR], String(expected)], what)
  assert.ok(typeof body.detail === 'string' && body.detail.length > 10, what)
  assert.doesNotMatch(text, /node_modules|\.ts\b|select |at \w+ \(/, what)
}

/** Bytes as they are, for what `fetch` would not send; resolves with all that came back. */
function sendRaw({ url }: Pick<TestApp, 'url'>, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes))
    let said = ''
    socket.setEncoding('utf8').on('data', (text: string) => void (said += text))
    socket.once('close', () => resolve(said)).once('error', reject)
  })
}

function readRaw(said: string) {
  const [head = '', text = ''] = said.split('\r\n\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1])
  return { status, text, type: /^content-type: (.*)$/im.exec(head)?.[1] ?? null }
}

test('a person is created and found again, in both content types and with the hyphen', async (t) => {
  const { ask, baseUrl, token } = await start(t)

  const made = await ask({ method: 'POST', body: NADIA })
  assert.equal(made.status, 201, made.text)
  assert.match(made.headers.get('content-type') ?? '', /^application\/scim\+json/)
  assert.match(made.headers.get('x-request-id') ?? '', /^req_/)
  const { id } = JSON.parse(made.text)
  const types = [
    'application/json',
    'application/json; charset=utf-8',
    'application/scim+json;charset=UTF-8',
    'Application/SCIM+JSON; charset="utf-8"',
    'application/json; charset=utf-8;',
  ]
  for (const [index, type] of types.entries()) {
    const body = NADIA.replace('nadia', `nadia${index}`)
    const { status } = await ask({ method: 'POST', body, headers: { 'content-type': type } })
    assert.equal(status, 201, type)
  }
  const hyphen = await fetch(`${baseUrl.replace('con_', 'con-')}/Users/${id}`, {
    headers: { authorization: `bearer ${token}` },
  })
  assert.equal(hyphen.status, 200)
  const { meta } = (await hyphen.json()) as { meta: { location: string } }
  assert.ok(meta.location.includes('/con-'), 'answers name the address that was asked')
})

test('wrong, missing, expired and foreign credentials get the same 401, byte for byte', async (t) => {
  const { app, ask, token } = await start(t) // SEC P-1, T-3, T-9
  const other = (await app.onboard('Birch')).handover.scim
  const { items } = await app.admin.listConnections({ tenant: 'Acme' })
  const at = { tenant: 'Acme', connection: items[0]?.id ?? 'con_' } as const
  const revoked = await app.admin.mintToken(at)
  await app.admin.revokeToken({ ...at, token: revoked.id })
  const expired = await app.admin.mintToken(at)
  await app.database.ownerPool.query(
    `update scim_token set expires_at = now() - interval '1 minute' where lookup_id = $1`,
    [expired.id],
  )
  const bad: Asked[] = [
    { token: undefined },
    { token: 'x' },
    { token: mintToken(systemRandom, 'rcs').token },
    { token: `${token.slice(0, -1)}_` },
    { token: other.token },
    { token: revoked.token },
    { token: expired.token },
    { token: app.operatorToken },
    { token: undefined, headers: { authorization: `Basic ${btoa(`x:${token}`)}` } },
    { token: undefined, path: `/Users?access_token=${token}` },
    { path: `/Users?access_token=${token}` },
    { token: undefined, headers: { cookie: `token=${token}` } },
    { token: undefined, method: 'POST', body: '{', headers: { 'content-type': 'text/plain' } },
    { token: undefined, method: 'POST', body: 'x'.repeat(2 * 1024 * 1024) },
  ]

  const answers = new Set<string>()
  for (const asked of bad) {
    const { status, headers, text } = await ask(asked)
    assertScimError(
      { status, text, type: headers.get('content-type') },
      401,
      JSON.stringify(asked.token),
    )
    assert.equal(headers.get('www-authenticate'), 'Bearer')
    answers.add(text)
  }
  assert.equal(answers.size, 1)
  assert.equal((await ask()).status, 200)
})

test('more than one Authorization header is refused, even with the right token twice', async (t) => {
  const { app, baseUrl, token } = await start(t) // SEC T-4
  const header = `authorization: Bearer ${token}\r\n`
  const request = (headers: string) =>
    `GET ${new URL(baseUrl).pathname}/Users HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${headers}\r\n`

  assert.equal(readRaw(await sendRaw(app, request(header))).status, 200)
  assertScimError(readRaw(await sendRaw(app, request(header + header))), 401, 'twice')
})

test('every failing status under /scim has a SCIM body', async (t) => {
  const { app, ask, token, baseUrl } = await start(t) // SEC P-4, P-15
  const { pathname } = new URL(baseUrl)
  const auth = `authorization: Bearer ${token}\r\n`
  const big = 'x'.repeat(1024 * 1024 + 1)
  const asked: [number, Asked][] = [
    [404, { path: '/Users/usr_nobody' }],
    [404, { path: '/Nothing' }],
    [404, { path: '/Nothing/at/all' }],
    [405, { method: 'DELETE' }],
    [405, { method: 'OPTIONS' }],
    [400, { path: '/Users?filter=nickNamee%20eq%20%221%22' }],
    [400, { path: '/Users?filter=%28' }],
    [400, { method: 'POST', body: '{' }],
    [400, { method: 'POST', body: '' }],
    [400, { method: 'POST', body: '[]' }],
    [400, { method: 'POST', body: new Uint8Array([0x22, 0xff, 0xfe, 0x22]) }],
    [400, { method: 'POST', body: '{"a":'.repeat(200_000) }],
    [413, { method: 'POST', body: big }],
    [415, { method: 'POST', body: NADIA, headers: { 'content-type': 'text/xml' } }],
    [
      415,
      {
        method: 'POST',
        body: NADIA,
        headers: { 'content-type': 'application/json; charset=utf-16' },
      },
    ],
    [415, { method: 'POST', body: NADIA, headers: { 'content-type': ';;;' } }],
    [
      415,
      {
        method: 'POST',
        body: new Uint8Array(gzipSync(NADIA)),
        headers: { 'content-encoding': 'gzip' },
      },
    ],
  ]

  for (const [expected, one] of asked) {
    const { status, headers, text } = await ask(one)
    const what = `${one.method ?? 'GET'} ${one.path ?? ''} ${String(one.body).slice(0, 30)}`
    assertScimError({ status, text, type: headers.get('content-type') }, expected, what)
    assert.match(headers.get('x-request-id') ?? '', /^req_/, what)
  }
  const raw: [number, string][] = [
    [400, `GET ${pathname}/Users/%zz HTTP/1.1\r\nhost: x\r\n${auth}`],
    [400, `GET ${pathname}/../Users HTTP/1.1\r\nhost: x\r\n${auth}`],
    [400, `GET ${pathname}/Users%2fusr_1 HTTP/1.1\r\nhost: x\r\n${auth}`],
    [400, `GET ${pathname}//Users HTTP/1.1\r\nhost: x\r\n${auth}`],
    [404, `GET /scim/v1/Users HTTP/1.1\r\nhost: x\r\n${auth}`],
    [404, `GET /scim/ HTTP/1.1\r\nhost: x\r\n`],
    [405, `PROPFIND ${pathname}/Users HTTP/1.1\r\nhost: x\r\n${auth}`],
    [405, `FROBNICATE ${pathname}/Users HTTP/1.1\r\nhost: x\r\n`],
    [414, `GET ${pathname}/Users?filter=${'x'.repeat(9000)} HTTP/1.1\r\nhost: x\r\n${auth}`],
    [414, `GET ${pathname}/Users/${'x'.repeat(9000)} HTTP/1.1\r\nhost: x\r\n${auth}`],
    [431, `GET ${pathname}/Users HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n`],
    [400, `GET ${pathname}/Users HTTP/9.9\r\nhost: x\r\n`],
    [404, `GET ${pathname}/Nothing HTTP/1.1\r\n${auth}`],
    [417, `POST ${pathname}/Users HTTP/1.1\r\nhost: x\r\nexpect: miracles\r\n${auth}`],
    [400, `POST ${pathname}/Users HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n${auth}`],
  ]
  for (const [expected, head] of raw) {
    const said = await sendRaw(app, `${head}connection: close\r\n\r\n`)
    assertScimError(readRaw(said), expected, head.slice(0, 60))
  }
})

test('a chunked body is cut off at the limit, whatever length it said', async (t) => {
  const { app, baseUrl, token } = await start(t) // SEC P-2
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`

  const said = await sendRaw(
    app,
    `POST ${new URL(baseUrl).pathname}/Users HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n` +
      `content-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n` +
      chunk.repeat(20),
  )

  assertScimError(readRaw(said), 413, 'chunked')
})

test('a group may have a body of 8 MiB, a person of 1 MiB', async (t) => {
  const { ask } = await start(t) // SEC P-2
  const padded = (megabytes: number) =>
    JSON.stringify({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Field Ops',
    }).padEnd(megabytes * 1024 * 1024)

  assert.equal((await ask({ method: 'POST', path: '/Groups', body: padded(7) })).status, 201)
  assert.equal((await ask({ method: 'POST', path: '/Groups', body: padded(9) })).status, 413)
  assert.equal((await ask({ method: 'POST', body: padded(2) })).status, 413)
})

test('a suspended tenant and a disabled connection are refused after authentication', async (t) => {
  const { app, ask } = await start(t) // SEC I-11
  const { items } = await app.admin.listConnections({ tenant: 'Acme' })
  const connection = items[0]?.id ?? 'con_'
  const look = async () => {
    const { status, headers, text } = await ask({ method: 'POST', body: NADIA })
    return { status, text, type: headers.get('content-type') }
  }

  await app.admin.suspendTenant({ tenant: 'Acme' })
  assertScimError(await look(), 403, 'suspended')
  assert.equal((await ask({ token: 'x' })).status, 401)
  await app.admin.resumeTenant({ tenant: 'Acme' })
  await app.admin.changeConnection({ tenant: 'Acme', connection, disabled: true })
  assertScimError(await look(), 403, 'disabled')
  await app.admin.changeConnection({ tenant: 'Acme', connection, disabled: false })
  assert.equal((await look()).status, 201, 'and nothing had been stored')
})

test('over the limit: 429 with whole seconds, at least five, in SCIM form; others go on', async (t) => {
  // Time stands still, so nothing is refilled. SEC L-1, L-2, L-4
  const overrides = { clock: createTestClock(), config: { ROLLCALL_RATE_LIMITS: true } }
  const { app, ask } = await start(t, overrides)
  const birch = (await app.onboard('Birch')).handover.scim
  const path = `/Users?filter=${encodeURIComponent('name.familyName sw "O"')}`

  const answers = await Promise.all(Array.from({ length: 80 }, () => ask({ path })))

  const refused = answers.filter(({ status }) => status === 429)
  assert.ok(refused.length >= 10, `${refused.length} were refused`)
  for (const { status, headers, text } of refused) {
    assertScimError({ status, text, type: headers.get('content-type') }, 429, 'search')
    const seconds = headers.get('retry-after') ?? ''
    assert.match(seconds, /^\d+$/)
    assert.ok(Number(seconds) >= 5)
  }
  const neighbour = await fetch(birch.baseUrl + path, {
    headers: { authorization: `Bearer ${birch.token}` },
  })
  assert.equal(neighbour.status, 200)
})

test('who guesses tokens is sent away after ten a minute; who has one goes on', async (t) => {
  // SEC L-1, C-5
  const overrides = { clock: createTestClock(), config: { ROLLCALL_RATE_LIMITS: true } }
  const { ask } = await start(t, overrides)
  const statuses: number[] = []
  for (let guess = 0; guess < 15; guess += 1) statuses.push((await ask({ token: 'x' })).status)

  assert.deepEqual(statuses, [...Array(10).fill(401), ...Array(5).fill(429)])
  assert.equal((await ask()).status, 200)
})

test('HEAD answers as GET without a body; a GET may carry a content type', async (t) => {
  const { ask } = await start(t)
  const get = await ask({ headers: { 'content-type': 'application/scim+json; charset=utf-8' } })
  const head = await ask({ method: 'HEAD' })

  assert.deepEqual([get.status, head.status, head.text], [200, 200, ''])
  assert.equal(head.headers.get('content-length'), String(get.text.length))
})

test('a group with more members than are read at once arrives whole; HEAD of it sends nothing', async (t) => {
  const { ask, baseUrl } = await start(t)
  const people = Array.from({ length: 300 }, (_, n) => ({
    method: 'POST',
    path: '/Users',
    bulkId: `p${n}`,
    data: { schemas: [USER], userName: `p${n}@acme.example`, displayName: `Zoë "${n}"` },
  }))
  const crew = {
    method: 'POST',
    path: '/Groups',
    bulkId: 'crew',
    data: {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Crew',
      members: people.map(({ bulkId }) => ({ value: `bulkId:${bulkId}` })),
    },
  }
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
  const body = JSON.stringify({ schemas, Operations: [...people, crew] })
  await ask({ method: 'POST', path: '/Bulk', body })

  const get = await ask({ path: '/Groups' })
  const head = await ask({ method: 'HEAD', path: '/Groups' })

  const [{ members }] = JSON.parse(get.text).Resources
  assert.equal(members.length, 300)
  assert.deepEqual(new Set(members.map(({ display }: { display: string }) => display)).size, 300)
  assert.ok(members[299].$ref.startsWith(`${baseUrl}/Users/usr_`))
  assert.deepEqual([get.status, head.status, head.text], [200, 200, ''])
})

test('one line is logged a request, with ids and what was done, without a person', async (t) => {
  const { app, acme, ask } = await start(t) // SEC G-1
  await ask({ method: 'POST', body: NADIA })
  await ask({ path: `/Users?filter=${encodeURIComponent('userName eq "nadia@acme.example"')}` })
  await ask({ method: 'POST', body: NADIA })
  await app.close()

  const lines = app.log.map((line) => JSON.parse(line))
  const ours = lines.filter(({ connectionId }) => connectionId === acme.connection.id)
  assert.deepEqual(
    ours.map(({ status, scim }) => [status, scim.operation, scim.resourceType]),
    [
      [201, 'create', 'User'],
      [200, 'list', 'User'],
      [409, 'create', 'User'],
    ],
  )
  assert.equal(ours[0].tenantId, acme.tenant.id)
  assert.ok(!app.log.join('').includes('nadia'))
})

test('where there is no content its type is nobody’s business (RFC 9110 §8.3)', async (t) => {
  const { app, baseUrl, token } = await start(t)
  const { pathname } = new URL(baseUrl)
  const head = (method: string, path: string, ...lines: string[]) =>
    [
      `${method} ${path} HTTP/1.1`,
      ...['Host: x', 'Connection: close', `Authorization: Bearer ${token}`, ...lines],
      ...['', ''],
    ].join('\r\n')
  const chunked = 'Transfer-Encoding: chunked'
  const nobody = `${pathname}/Users/usr_nobody`

  for (const [status, bytes] of [
    [404, head('DELETE', nobody, 'Content-Type: foo', 'Content-Length: 0')],
    [404, head('DELETE', nobody, 'Content-Type:')],
    [404, `${head('DELETE', nobody, 'Content-Type: text/plain', chunked)}0\r\n\r\n`],
    [200, `${head('GET', `${pathname}/Users`, chunked)}0\r\n\r\n`],
  ] as const) {
    const said = await sendRaw(app, bytes)
    assert.equal(readRaw(said).status, status, `${bytes}\n${said}`)
  }
})

test('a request may name the whole address (RFC 9112 §3.2.2)', async (t) => {
  const { app, baseUrl, token } = await start(t)

  const said = await sendRaw(
    app,
    `GET ${baseUrl}/Users?count=0 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\n\r\n`,
  )

  assert.equal(readRaw(said).status, 200, said)
})
