import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { Unreachable } from './failures.ts'
import { createSender } from './http.ts'
import { startScriptedServer } from './scripted-server.ts'

const ask = { method: 'GET', path: '/Users/1', authorization: 'tok' } as const

test('a server that does not answer in time is unreachable', async (t) => {
  const server = await startScriptedServer(t, () => 'silence')
  const sender = createSender({ baseUrl: server.baseUrl, connections: 1, timeLimitMs: 50 })
  t.after(sender.close)

  await assert.rejects(sender.send(ask), { name: 'Unreachable', message: /within 0\.05 seconds/ })
})

test('a connection that is refused or broken is unreachable', async (t) => {
  const server = await startScriptedServer(t, () => 'cut')
  const cut = createSender({ baseUrl: server.baseUrl, connections: 1, timeLimitMs: 5000 })
  const away = createSender({ baseUrl: 'http://127.0.0.1:1', connections: 1, timeLimitMs: 5000 })
  t.after(cut.close)

  await assert.rejects(cut.send(ask), Unreachable)
  await assert.rejects(away.send(ask), { name: 'Unreachable', message: /ECONNREFUSED/ })
})

test('a connection is kept and used again', async (t) => {
  const ports = new Set<number | undefined>()
  const server = createServer((request, response) => {
    ports.add(request.socket.remotePort)
    response.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  const baseUrl = `http://127.0.0.1:${address.port}/scim/`
  const sender = createSender({ baseUrl, connections: 4, timeLimitMs: 5000 })
  t.after(sender.close)

  for (let turn = 0; turn < 5; turn += 1) await sender.send(ask)

  assert.equal(ports.size, 1)
})

test('a compressed answer is read, one that is no JSON has no body', async (t) => {
  const answers = [gzipSync('{"id":"usr_1"}'), Buffer.from('<html>')]
  const server = createServer((_, response) => {
    const content = answers.shift()
    if (answers.length > 0) response.setHeader('Content-Encoding', 'gzip')
    response.end(content)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  const baseUrl = `http://127.0.0.1:${address.port}`
  const sender = createSender({ baseUrl, connections: 1, timeLimitMs: 5000 })
  t.after(sender.close)

  assert.deepEqual((await sender.send(ask)).body, { id: 'usr_1' })
  assert.equal((await sender.send(ask)).body, undefined)
})
