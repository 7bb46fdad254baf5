import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createOrg, type Person } from '../org.ts'
import { createPeople } from '../people.ts'
import { createApp, type CreateAppSettings } from './index.ts'
import {
  listResponse,
  type Received,
  type Reply,
  scimError,
  type ScriptedServer,
  startScriptedServer,
} from './scripted-server.ts'

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

const nadia: Person = {
  id: '00u4k7exampleq1w2E5d',
  login: 'nadia.osei@acme.example',
  givenName: 'Nadia',
  familyName: 'Osei',
  displayName: 'Nadia Osei',
  email: 'nadia.osei@acme.example',
  title: 'Dispatcher',
  department: 'Field Operations',
  locale: 'en_US',
  phone: '+1 555 0100',
  password: 'not this one',
  status: 'ACTIVE',
}
const lookup =
  '/Users?filter=userName%20eq%20%22nadia.osei%40acme.example%22&startIndex=1&count=100'
const stored = {
  schemas: [USER],
  id: 'usr_1',
  externalId: nadia.id,
  userName: 'nadia.osei@acme.example',
  name: { givenName: 'Nadia', familyName: 'Osei' },
  emails: [
    { value: 'nadia.osei@acme.example', type: 'work', display: 'kept' },
    { value: 'nadia@home.example', type: 'home' },
  ],
  nickName: 'kept too',
  groups: [{ value: 'grp_1', display: 'Field Ops' }],
  active: true,
  meta: { resourceType: 'User', version: 'W/"1"' },
}

async function start(
  t: TestContext,
  reply: (request: Received) => Reply,
  settings: Partial<CreateAppSettings> = {},
) {
  const server = await startScriptedServer(t, reply)
  const app = createApp({
    name: 'rollcall',
    kind: 'oin',
    baseUrl: server.baseUrl,
    auth: { mode: 'bearer', token: 'tok' },
    org: createOrg({ domain: 'acme.example' }),
    pace: 'full',
    concurrency: 4,
    sleep: () => Promise.resolve(),
    ...settings,
  })
  t.after(app.close)
  return { server, app }
}

function bodyAt(server: ScriptedServer, index: number): Record<string, unknown> {
  return { ...(server.received[index]?.body as object) }
}

/** Answers as a server that has this user, or nobody. */
function having(user: object | undefined): (request: Received) => Reply {
  return ({ method, path }) => {
    if (method === 'GET' && path.startsWith('/Users?'))
      return user ? listResponse(user) : listResponse()
    if (method === 'POST') return { status: 201, body: stored }
    return { status: 200, body: user ?? stored }
  }
}

test('a new person is looked up, then created with what Okta sends, and no more', async (t) => {
  const { server, app } = await start(t, having(undefined))

  const outcome = await app.assign(nadia)

  assert.deepEqual(outcome, { done: true })
  assert.deepEqual(server.lines(), [`GET ${lookup}`, 'POST /Users'])
  const { password, ...body } = bodyAt(server, 1)
  assert.deepEqual(body, {
    schemas: [USER, ENTERPRISE],
    userName: 'nadia.osei@acme.example',
    name: { givenName: 'Nadia', familyName: 'Osei' },
    emails: [{ primary: true, value: 'nadia.osei@acme.example', type: 'work' }],
    title: 'Dispatcher',
    displayName: 'Nadia Osei',
    phoneNumbers: [{ primary: true, value: '+1 555 0100', type: 'work' }],
    locale: 'en-US',
    externalId: nadia.id,
    groups: [],
    active: true,
    [ENTERPRISE]: { department: 'Field Operations' },
  })
  assert.match(String(password), /^[\w-]{12,}$/)
  assert.notEqual(password, nadia.password)
  assert.equal(app.scimIdOf(nadia), 'usr_1')
  assert.deepEqual(
    app.writes.map(({ kind, scimId }) => ({ kind, scimId })),
    [{ kind: 'user', scimId: 'usr_1' }],
  )
})

test('requests carry the headers of Okta', async (t) => {
  const { server, app } = await start(t, having(undefined))

  await app.assign(nadia)

  const [get, post] = server.received.map(({ headers: { host, ...rest } }) => ({ host, ...rest }))
  const common = {
    'user-agent': 'Okta SCIM Client 1.0.0',
    accept: 'application/scim+json',
    'accept-charset': 'utf-8',
    'accept-encoding': 'gzip,deflate',
    authorization: 'Bearer tok',
    connection: 'keep-alive',
    host: new URL(server.url).host,
  }
  assert.deepEqual(get, common)
  const { 'content-length': length, ...rest } = post ?? {}
  assert.deepEqual(rest, { ...common, 'content-type': 'application/scim+json; charset=utf-8' })
  assert.ok(Number(length) > 100)
})

test('in "HTTP Header" mode the token stands alone, without a scheme word', async (t) => {
  const { server, app } = await start(t, having(undefined), {
    auth: { mode: 'header', token: 'tok' },
  })

  await app.test()

  assert.equal(server.received[0]?.headers.authorization, 'tok')
})

test('a person who is found is taken over: activated, and updated in what the server answered', async (t) => {
  const { server, app } = await start(t, having({ ...stored, active: false }))

  await app.assign({ ...nadia, familyName: 'Osei-Mensah', displayName: 'Nadia Osei-Mensah' })

  assert.deepEqual(server.lines(), [
    `GET ${lookup}`,
    'PATCH /Users/usr_1',
    'GET /Users/usr_1',
    'PUT /Users/usr_1',
  ])
  assert.deepEqual(server.received[1]?.body, {
    schemas: [PATCH],
    Operations: [{ op: 'replace', value: { active: true } }],
  })
  assert.deepEqual(server.received[3]?.body, {
    ...stored,
    schemas: [USER, ENTERPRISE],
    name: { givenName: 'Nadia', middleName: '', familyName: 'Osei-Mensah' },
    emails: [
      { primary: true, value: 'nadia.osei@acme.example', type: 'work', display: 'kept' },
      { value: 'nadia@home.example', type: 'home' },
    ],
    title: 'Dispatcher',
    displayName: 'Nadia Osei-Mensah',
    phoneNumbers: [{ primary: true, value: '+1 555 0100', type: 'work' }],
    locale: 'en-US',
    [ENTERPRISE]: { department: 'Field Operations' },
  })
})

test('oin: a person is deactivated by a PATCH without a path', async (t) => {
  const { server, app } = await start(t, having(undefined))
  await app.assign(nadia)
  server.received.length = 0

  await app.unassign(nadia)

  assert.deepEqual(server.lines(), ['PATCH /Users/usr_1'])
  assert.deepEqual(server.received[0]?.body, {
    schemas: [PATCH],
    Operations: [{ op: 'replace', value: { active: false } }],
  })
})

test('aiw: a person is deactivated and activated by reading and putting back', async (t) => {
  const { server, app } = await start(t, having({ ...stored, active: false }), { kind: 'aiw' })
  await app.assign(nadia)
  assert.deepEqual(server.lines().slice(1), [
    'GET /Users/usr_1',
    'PUT /Users/usr_1',
    'GET /Users/usr_1',
    'PUT /Users/usr_1',
  ])
  assert.deepEqual(server.received[2]?.body, { ...stored, active: true })
  server.received.length = 0

  await app.unassign(nadia)

  assert.deepEqual(server.lines(), ['GET /Users/usr_1', 'PUT /Users/usr_1'])
  assert.deepEqual(server.received[1]?.body, { ...stored, active: false })
})

test('a person who was renamed while unassigned is not found, and created again', async (t) => {
  const { server, app } = await start(t, having(undefined))
  await app.assign(nadia)
  await app.unassign(nadia)
  server.received.length = 0

  await app.reactivate({ ...nadia, login: 'n.mensah@acme.example' })

  assert.deepEqual(server.lines(), [
    `GET ${lookup.replace('nadia.osei', 'n.mensah')}`,
    'POST /Users',
  ])
  assert.equal(bodyAt(server, 1).externalId, nadia.id)
})

test('nothing is sent about people who are suspended, or do not have the application', async (t) => {
  const { server, app } = await start(t, having(undefined))
  await app.pushProfile(nadia)
  await app.unassign(nadia)
  await app.assign(nadia)
  await app.pushProfile({ ...nadia, status: 'SUSPENDED' })
  await app.unassign(nadia)
  await app.unassign(nadia)
  await app.pushProfile(nadia)

  assert.deepEqual(server.lines(), [`GET ${lookup}`, 'POST /Users', 'PATCH /Users/usr_1'])
})

test('a name of quotes and marks is looked up as a quoted, encoded value', async (t) => {
  const { server, app } = await start(t, having(undefined))

  await app.assign({ ...nadia, login: 'o"néill\\@acme.example' })

  const filter = new URL(server.received[0]?.path ?? '', server.url).searchParams.get('filter')
  assert.equal(filter, 'userName eq "o\\"néill\\\\@acme.example"')
})

test('many people are given the application at once, each looked up before created', async (t) => {
  const { server, app } = await start(t, having(undefined))
  const people = createPeople({ seed: 'a', domain: 'acme.example', count: 50 })
  const progress: number[] = []

  const result = await app.provisionAll(people, (done) => progress.push(done))

  assert.deepEqual(result, { done: 50, failed: 0 })
  assert.deepEqual(
    progress,
    Array.from({ length: 50 }, (_, index) => index + 1),
  )
  assert.equal(server.received.length, 100)
  assert.equal(app.exchanges.length, 100)
  assert.ok(app.exchanges.every(({ status, ms }) => status >= 200 && ms >= 0))
})

test('a conflict is a task: Okta’s sentence, and what the server said, word for word', async (t) => {
  const { app } = await start(t, ({ method }) =>
    method === 'POST' ? scimError(409, 'userName is taken by usr_9.') : listResponse(),
  )

  const outcome = await app.assign(nadia)

  assert.equal(outcome.done, false)
  assert.equal(app.scimIdOf(nadia), undefined)
  assert.equal(app.writes.length, 0)
  const [{ at, ...task } = { at: 0 }, ...more] = app.tasks
  assert.deepEqual(
    [task, more],
    [
      {
        what: 'assign nadia.osei@acme.example',
        sentence:
          'Error while creating user nadia.osei@acme.example: Conflict. Errors reported by remote server',
        status: 409,
        detail: 'userName is taken by usr_9.',
      },
      [],
    ],
  )
  assert.ok(at > 0)
})

test('a create that answers without a body is a task: returned empty user', async (t) => {
  const { app } = await start(t, ({ method }) =>
    method === 'POST' ? { status: 201 } : listResponse(),
  )

  await app.assign(nadia)

  assert.match(app.tasks[0]?.sentence ?? '', /returned empty user$/)
})

test('a create whose answer was lost is found by the next look, and not made twice', async (t) => {
  let created = false
  const { server, app } = await start(t, ({ method, path }) => {
    if (method === 'GET' && path.startsWith('/Users?'))
      return created ? listResponse(stored) : listResponse()
    if (method !== 'POST') return { status: 200, body: stored }
    created = true
    return 'cut'
  })

  const outcome = await app.assign(nadia)

  assert.deepEqual(outcome, { done: true })
  assert.deepEqual(server.lines(), [
    `GET ${lookup}`,
    'POST /Users',
    `GET ${lookup}`,
    'GET /Users/usr_1',
    'PUT /Users/usr_1',
  ])
})
