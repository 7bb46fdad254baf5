import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import { limitConnections } from './connections-limit.ts'

const MOST = 512

async function start(t: TestContext, trustedProxies: readonly string[]) {
  const server = createServer((_request, response) => response.end('served'))
  limitConnections(server, trustedProxies)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const sockets: Socket[] = []
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  /** Those that were opened earlier are the server's first. */
  const open = async () => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    sockets.push(socket)
    await once(socket, 'connect')
    return socket
  }
  /** What comes back; nothing where it was cut off. */
  const ask = async (socket: Socket) => {
    let said = ''
    socket.setEncoding('utf8').on('data', (text: string) => void (said += text))
    socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
    if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
    return said
  }
  return { server, open, ask }
}

// SEC L-5
test('one address holds 512 connections and not one more, until one of them ends', async (t) => {
  const { server, open, ask } = await start(t, [])
  const [first] = await Promise.all(Array.from({ length: MOST }, open))
  assert.ok(first)

  const refused = await ask(await open())
  first.destroy()
  const left = () => new Promise<number>((resolve) => server.getConnections((_, n) => resolve(n)))
  while ((await left()) >= MOST) await new Promise((resolve) => setImmediate(resolve))
  const served = await ask(await open())

  assert.equal(refused, '')
  assert.match(served, /^HTTP\/1\.1 200 /)
})

for (const listed of ['127.0.0.1', '127.0.0.0/8', '::ffff:127.0.0.1'])
  test(`a proxy that is listed speaks for as many as come: ${listed}`, async (t) => {
    const { open, ask } = await start(t, [listed])
    await Promise.all(Array.from({ length: MOST }, open))

    assert.match(await ask(await open()), /^HTTP\/1\.1 200 /)
  })

// SEC L-5
test('whoever has many addresses of one line has as many connections as with one', () => {
  const server = new EventEmitter()
  limitConnections(server as Server, ['2001:db8:2::/48'])
  const refused: string[] = []
  const connectFrom = (remoteAddress: string) => {
    const socket = Object.assign(new EventEmitter(), { remoteAddress })
    server.emit('connection', Object.assign(socket, { destroy: () => refused.push(remoteAddress) }))
  }

  for (let each = 0; each < MOST; each += 1) connectFrom(`2001:db8:1:1::${each.toString(16)}`)
  for (let each = 0; each <= MOST; each += 1) connectFrom(`2001:db8:2::${each.toString(16)}`)
  connectFrom('2001:db8:1:1:ffff::1')
  connectFrom('2001:db8:1:2::1')

  assert.deepEqual(refused, ['2001:db8:1:1:ffff::1'])
})
