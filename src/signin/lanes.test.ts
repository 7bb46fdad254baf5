import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { test, type TestContext } from 'node:test'
import type { TenantId } from '../lib/index.ts'
import { type Asker, createLanes } from './lanes.ts'
import { createOutbound, type OutboundRequest } from './outbound.ts'
import { Unreachable } from './unreachable.ts'

const ONE: Asker = { tenantId: 'ten_1', of: 'con_1' }
const OTHER: Asker = { tenantId: 'ten_2', of: 'con_2' }
/** A listener for what nobody answers. */
const HANGS_UP: RequestListener = ({ socket }) => socket.destroy()
const ANSWERS: RequestListener = (_, response) => response.end('here')

/** A host whose answers the test decides, and the way there by a clock that it turns. */
async function newHost(t: TestContext, listener: RequestListener) {
  const host = { listener, asked: 0, connections: 0 }
  const server = createServer((request, response) => {
    host.asked += 1
    host.listener(request, response)
  })
  server.on('connection', () => (host.connections += 1))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  const name = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  let now = 1_000_000
  const logged: object[] = []
  const refused: string[] = []
  const lanes = createLanes({
    clock: () => new Date(now),
    log: {
      info: (line: object) => void logged.push(line),
      warn: (line: object) => void logged.push(line),
    },
    refused: (reason) => void refused.push(reason),
  })
  const outbound = createOutbound({ publicUrl: 'http://localhost:8080', lanes })
  /** @returns the status, or why there is none */
  const ask = (asker: Asker, more: Partial<OutboundRequest> = {}) =>
    outbound(`http://${name}/`, { asker, ...more }).then(
      ({ status }) => status,
      (error: unknown) => {
        assert.ok(error instanceof Unreachable)
        return error.message
      },
    )
  const pass = (seconds: number) => (now += seconds * 1000)
  return Object.assign(host, { name, ask, pass, logged, refused, givenUp: lanes.givenUp })
}

const NOBODY = 'Nobody answered there in time.'
const OF_LATE = 'Nobody has answered there of late; it is asked again within half a minute.'

async function askInTurn<T>(times: number, ask: () => Promise<T>): Promise<T[]> {
  const answers: T[] = []
  for (let each = 0; each < times; each += 1) answers.push(await ask())
  return answers
}

// SEC X-4
test('a host that answers nobody five times is not asked for a while, then once, and again as before when it answers', async (t) => {
  const host = await newHost(t, HANGS_UP)

  const away = await askInTurn(7, () => host.ask(ONE))
  assert.deepEqual([away, host.asked], [[...Array(5).fill(NOBODY), OF_LATE, OF_LATE], 5])
  assert.equal(host.givenUp(), 1)

  host.pass(5)
  assert.deepEqual(await askInTurn(2, () => host.ask(ONE)), [NOBODY, OF_LATE])

  host.pass(10)
  host.listener = ANSWERS
  assert.deepEqual(await askInTurn(3, () => host.ask(ONE)), [200, 200, 200])
  assert.equal(host.givenUp(), 0)

  const seen = { tenantId: 'ten_1', askedFor: 'con_1', host: host.name }
  assert.deepEqual(host.logged, [
    { event: 'signin.host.given-up', ...seen },
    { event: 'signin.host.back', ...seen },
  ])
  assert.deepEqual(host.refused, ['silent', 'silent', 'silent'])
})

// SEC X-4
test('a host that is given up for one connection is asked for another, of the same tenant or not', async (t) => {
  const host = await newHost(t, HANGS_UP)
  await askInTurn(5, () => host.ask(ONE))
  host.listener = ANSWERS

  const answers = [
    await host.ask(ONE),
    await host.ask({ ...ONE, of: 'con_3' }),
    await host.ask(OTHER),
  ]

  assert.deepEqual(answers, [OF_LATE, 200, 200])
})

// SEC X-4
test('who tries a host by hand asks it although it is given up, and an answer brings it back for all', async (t) => {
  const host = await newHost(t, HANGS_UP)
  await askInTurn(5, () => host.ask(ONE))

  const before = await host.ask(ONE, { byHand: true })
  host.listener = ANSWERS
  const answers = [await host.ask(ONE), await host.ask(ONE, { byHand: true }), await host.ask(ONE)]

  assert.deepEqual([before, ...answers], [NOBODY, OF_LATE, 200, 200])
})

// SEC X-4
test('a host that says no, or that something is wrong with it, is not given up', async (t) => {
  const host = await newHost(t, (_, response) => response.writeHead(503).end())

  const answers = await askInTurn(9, () => host.ask(ONE))

  assert.deepEqual(answers, Array(9).fill(503))
})

// SEC X-4
test('a host whose answers are too large is given up', async (t) => {
  const host = await newHost(t, (_, response) => response.end(Buffer.alloc(2_000)))

  const answers = await askInTurn(6, () => host.ask(ONE, { mostBytes: 1024 }))

  assert.deepEqual(answers, [...Array(5).fill('Its answer is larger than 1 KiB.'), OF_LATE])
})

// SEC X-4
test('sixteen calls are under way, four times as many wait and what is more fails at once; others are not held up', async (t) => {
  const held: (() => void)[] = []
  const host = await newHost(t, (_, response) => void held.push(() => response.end()))

  const asked = Array.from({ length: 81 }, () => host.ask(ONE))
  const last = await asked.pop()
  while (held.length < 16) await new Promise((resolve) => setImmediate(resolve))
  const underWay = host.asked
  host.listener = ANSWERS
  const other = await host.ask(OTHER)
  for (const answer of held) answer()

  assert.deepEqual([last, underWay, other], ['Too much is being asked there at once.', 16, 200])
  assert.deepEqual(await Promise.all(asked), Array(80).fill(200))
  assert.deepEqual([host.asked, host.connections, host.refused], [81, 17, ['full']])
})

// SEC X-4
test('what waits behind calls that nobody answers fails with them', async (t) => {
  const host = await newHost(t, () => undefined)
  const from = performance.now()

  const answers = await Promise.all(Array.from({ length: 40 }, () => host.ask(ONE)))

  assert.ok(
    answers.every((answer) => answer === NOBODY || answer === OF_LATE),
    answers.join(' '),
  )
  assert.ok(performance.now() - from < 7_000)
  assert.equal(host.asked, 16)
})

// SEC X-4
test('a host that nobody has asked for ten minutes is forgotten', async (t) => {
  const host = await newHost(t, HANGS_UP)
  await askInTurn(5, () => host.ask(ONE))

  host.pass(600)

  assert.equal(host.givenUp(), 0)
})

// SEC X-4
test('of hosts without end the ten thousand asked last are remembered', async () => {
  const lanes = createLanes({ clock: () => new Date(0), log: { info() {}, warn() {} } })
  const { signal } = new AbortController()
  const fail = (tenantId: TenantId) =>
    lanes
      .go(
        {
          ...{ asker: { tenantId, of: 'webhook' }, target: new URL('https://example.com/') },
          ...{ keeps: false, byHand: true, signal },
        },
        () => Promise.reject(new Unreachable()),
      )
      .catch(() => undefined)

  for (let each = 0; each < 10_001; each += 1)
    for (let time = 0; time < 5; time += 1) await fail(`ten_${each}`)

  assert.equal(lanes.givenUp(), 10_000)
})
