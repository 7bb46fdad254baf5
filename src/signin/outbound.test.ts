import assert from 'node:assert/strict'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTcpServer, type Server as TcpServer } from 'node:net'
import { test, type TestContext } from 'node:test'
import { isPublic } from '../lib/index.ts'
import type { Connection } from '../tenants/index.ts'
import { createLanes } from './lanes.ts'
import { createOutbound, type OutboundRequest } from './outbound.ts'
import { Unreachable } from './unreachable.ts'
import { createUpstream } from './upstream.ts'

const atHome = outboundOf('http://localhost:8080')
const abroad = outboundOf('https://id.example.com')

function outboundOf(publicUrl: string) {
  const lanes = createLanes({ clock: () => new Date(0), log: { info() {}, warn() {} } })
  const outbound = createOutbound({ publicUrl, lanes })
  const asker = { tenantId: 'ten_1', of: 'con_1' } as const
  return (url: string, request: Partial<OutboundRequest>) => outbound(url, { asker, ...request })
}

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  return listening(t, createServer(listener))
}

async function listening(t: TestContext, server: Server | TcpServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    if ('closeAllConnections' in server) server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`
}

// SEC X-2
test('an address is public only if it is globally routable, in whatever form it is written', () => {
  const open = ['1.1.1.1', '93.184.216.34', '172.32.0.1', '2606:4700::1111', '2a00:1450::1']
  const closed = [
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.9.9.9', '169.254.169.254'],
    ...['172.16.0.1', '172.31.255.255', '192.0.0.8', '192.0.2.1', '192.168.1.1', '198.18.0.1'],
    ...['198.51.100.7', '203.0.113.9', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
    ...['::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '64:ff9b::7f00:1', '2002:7f00:1::'],
    ...['2001::1', '2001:db8::1', 'fc00::1', 'fd12::1', 'fe80::1', 'ff02::1', '3fff::1'],
  ]

  assert.deepEqual(
    open.filter((address) => !isPublic(address)),
    [],
  )
  assert.deepEqual(closed.filter(isPublic), [])
})

// SEC
test('plain http, credentials, other ports, loopback and names that lead there are not connected to', async (t) => {
  let reached = 0
  const url = await serve(t, (_, response) => {
    reached += 1
    response.end()
  })
  const { port } = new URL(url)
  const refused = [
    url,
    `https://127.0.0.1:${port}/`,
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://localhost/',
    'https://169.254.169.254/latest/meta-data',
    'https://user:word@example.com/',
    'https://example.com:8080/',
    'ftp://example.com/',
  ]

  for (const address of refused) await assert.rejects(abroad(address, {}), Unreachable, address)
  assert.equal(reached, 0)
})

test('on this machine only, plain http to loopback is let through and nothing else is', async (t) => {
  const url = await serve(t, (_, response) => response.end('here'))

  assert.equal(await (await atHome(url, {})).text(), 'here')
  await assert.rejects(atHome('http://10.0.0.1/', {}), Unreachable)
})

// SEC
test('a redirect is an answer and not followed', async (t) => {
  let reached = 0
  const url = await serve(t, (request, response) => {
    reached += 1
    response.writeHead(302, { location: request.url === '/' ? '/next' : '/' }).end()
  })

  const { status } = await atHome(url, {})

  assert.deepEqual([status, reached], [302, 1])
})

// SEC X-4
test('an answer beyond a mebibyte is cut off', async (t) => {
  const url = await serve(t, (_, response) => {
    for (let each = 0; each < 20; each += 1) response.write(Buffer.alloc(100_000))
    response.end()
  })

  await assert.rejects(atHome(url, {}), /larger than 1 MiB/)
})

// SEC X-4
test('an answer that is too large by its last part is cut off as any other', async (t) => {
  const url = await serve(t, (_, response) => response.end(Buffer.alloc(2_000)))

  await assert.rejects(atHome(url, { mostBytes: 1024 }), /larger than 1 KiB/)
})

// SEC X-4
test('a connection that is not made within three seconds is given up', async (t) => {
  const silent = createTcpServer((socket) => socket.resume())
  const url = (await listening(t, silent)).replace('http:', 'https:')
  const from = performance.now()

  await assert.rejects(atHome(url, {}), Unreachable)

  assert.ok(performance.now() - from < 4500)
})

// SEC X-4
test('an answer that is begun and never ends is given up', async (t) => {
  const url = await serve(t, (_, response) => {
    response.write('{')
    const trickle = setInterval(() => response.write(' '), 500)
    response.on('close', () => clearInterval(trickle))
  })

  await assert.rejects(atHome(url, {}), Unreachable)
})

test('a body goes as it is, with its length', async (t) => {
  const url = await serve(t, (request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () =>
      response.end(`${request.method} ${request.headers['content-length']} ${text}`),
    )
  })

  const answer = await atHome(url, { method: 'POST', body: new URLSearchParams({ a: 'ü' }) })

  assert.equal(await answer.text(), 'POST 8 a=%C3%BC')
})

// SEC X-3
test('what an operator has allowed of the inner network is tried, and what a document or a redirect there names beside it is not', async (t) => {
  // Nothing of ours is in this network: whoever is allowed there finds nobody.
  const internalHosts = ['fd12:3456:789a::/64']
  const inner = (path: string) => `http://[fd12:3456:789b::1]:9/${path}`
  const url = await serve(t, ({ url: asked }, response) => {
    if (asked === '/redirecting') return response.writeHead(302, { location: inner('') }).end()
    response.setHeader('content-type', 'application/json').end(
      JSON.stringify({
        issuer: `http://127.0.0.1:${portOf(url)}`,
        authorization_endpoint: inner('authorize'),
        token_endpoint: inner('token'),
        jwks_uri: inner('jwks'),
        response_types_supported: ['code'],
      }),
    )
  })
  const upstream = createUpstream({
    tenants: {
      readConnectionSecret: async () => 'secret',
      readConnectionKey: async () => undefined,
    },
    outbound: atHome,
    now: Date.now,
  })
  const connectionAt = (issuer: string): Connection => ({
    ...{
      tenantId: 'ten_1',
      connectionId: `con_${issuer}`,
      name: 'Okta',
      kind: 'okta',
      label: 'Okta',
    },
    ...{ issuer, clientId: 'client', hasClientSecret: true, authentication: 'client_secret' },
    ...{ internalHosts, disabledAt: null, createdAt: new Date(0), changedAt: new Date(0) },
  })
  const flow = { state: 's', nonce: 'n', verifier: 'v'.repeat(43), maxAge: undefined }
  const issuer = url.replace(/\/$/, '')
  const back = new URL('http://localhost:8080/cb?code=c&state=s')
  const may = { internalHosts }

  await assert.rejects(atHome('http://[fd12:3456:789a::1]:9/', {}), /may not be connected to/)
  await assert.rejects(atHome(inner(''), may), /may not be connected to/)
  assert.equal((await atHome(`${url}redirecting`, may)).status, 302, 'not followed')
  await assert.rejects(
    upstream.finish(connectionAt(issuer), back, { ...flow, startedAt: new Date() }),
    { code: 'idp_unreachable', message: /may not be connected to/ },
  )
  await assert.rejects(upstream.discovered(connectionAt('http://[fd12:3456:789a::1]:9')), {
    code: 'idp_unreachable',
    message: /Nobody answered/,
  })
})

// SEC X-3
test('a connection that was let through to the inner network serves nobody else', async (t) => {
  let connections = 0
  const server = createServer((_, response) => response.end('here'))
  server.on('connection', () => (connections += 1))
  const url = await listening(t, server)
  const allowed = { internalHosts: ['idp.inner.example'] }

  for (const asking of [allowed, {}, {}, allowed])
    assert.equal(await (await atHome(url, asking)).text(), 'here')

  assert.equal(connections, 3, 'those who may go nowhere of it share one')
})

function portOf(url: string): string {
  return new URL(url).port
}
