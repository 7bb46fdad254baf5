import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createOrg } from '../org.ts'
import { createApp } from './index.ts'
import {
  listResponse,
  type Received,
  type Reply,
  scimError,
  startScriptedServer,
} from './scripted-server.ts'

async function start(t: TestContext, reply: (request: Received) => Reply) {
  const server = await startScriptedServer(t, reply)
  const app = createApp({
    name: 'rollcall',
    kind: 'oin',
    baseUrl: server.baseUrl,
    auth: { mode: 'bearer', token: 'tok' },
    org: createOrg({ domain: 'acme.example' }),
    pace: 'full',
    concurrency: 1,
    sleep: () => Promise.resolve(),
  })
  t.after(app.close)
  return { server, app }
}

test('the test of a connection lists two people and then groups', async (t) => {
  const { server, app } = await start(t, () => listResponse())

  assert.deepEqual(await app.test(), { done: true })
  assert.deepEqual(server.lines(), [
    'GET /Users?startIndex=1&count=2',
    'GET /Groups?startIndex=1&count=100',
  ])
})

test('a connection that is refused says so in the server’s words', async (t) => {
  const { app } = await start(t, () => scimError(401, 'The token has expired.'))

  const outcome = await app.test()

  assert.ok(!outcome.done)
  const { sentence, detail } = outcome.task
  assert.equal(
    `${sentence}: ${detail}`,
    'Error authenticating: Unauthorized. Errors reported by remote server: The token has expired.',
  )
})

for (const [what, body] of Object.entries({
  'a user instead of a list': { id: 'usr_1', userName: 'nadia' },
  'a number in quotes': { totalResults: '1', Resources: [] },
  'no JSON object': [],
}))
  test(`a connection that answers ${what} fails the test`, async (t) => {
    const { app } = await start(t, () => ({ status: 200, body }))

    const outcome = await app.test()

    assert.match(outcome.done ? '' : outcome.task.sentence, /not a ListResponse/)
  })

/** Pages out of 250 users, of whom every tenth is inactive. */
function pages({ path }: Received, startIndexAs: (first: number) => unknown): Reply {
  const query = new URL(path, 'http://server.example').searchParams
  const [first, count] = [Number(query.get('startIndex')), Number(query.get('count'))]
  const all = Array.from({ length: 250 }, (_, index) => ({
    id: `usr_${index}`,
    userName: `person${index}@acme.example`,
    active: index % 10 !== 0,
  }))
  const Resources = all.slice(first - 1, first - 1 + count)
  const startIndex = startIndexAs(first)
  return { status: 200, body: { totalResults: 250, startIndex, itemsPerPage: 100, Resources } }
}

test('an import walks all pages and takes the active people', async (t) => {
  const { server, app } = await start(t, (request) => pages(request, Number))

  const users = await app.importUsers()

  assert.deepEqual(server.lines(), [
    'GET /Users?startIndex=1&count=100',
    'GET /Users?startIndex=101&count=100',
    'GET /Users?startIndex=201&count=100',
  ])
  assert.equal(users.length, 225)
  assert.deepEqual(users[0], {
    scimId: 'usr_1',
    userName: 'person1@acme.example',
    externalId: undefined,
  })
})

test('an import stops without a word after a startIndex that is text', async (t) => {
  const { server, app } = await start(t, (request) => pages(request, String))

  const users = await app.importUsers()

  assert.equal(server.received.length, 1)
  assert.equal(users.length, 90)
})
