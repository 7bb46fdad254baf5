import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createOrg, type Group, type Person } from '../org.ts'
import { createPeople } from '../people.ts'
import { createApp } from './index.ts'
import {
  listResponse,
  type Received,
  type Reply,
  scimError,
  startScriptedServer,
} from './scripted-server.ts'

const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

interface Sent {
  readonly displayName?: string
  readonly Operations?: readonly {
    readonly op: string
    readonly path?: string
    readonly value?: readonly { readonly value: string }[]
  }[]
}

/** An application whose server calls people `usr_<login>` and groups `grp_<name>`. */
async function start(
  t: TestContext,
  kind: 'oin' | 'aiw',
  size: number,
  instead: (request: Received) => Reply | undefined = () => undefined,
) {
  const server = await startScriptedServer(t, (request) => {
    const body = request.body as { userName?: string; displayName?: string } | undefined
    const changed = instead(request)
    if (changed) return changed
    if (request.path.startsWith('/Users?')) return listResponse()
    if (request.method === 'DELETE') return { status: 204 }
    if (request.path === '/Groups')
      return { status: 201, body: { id: `grp_${body?.displayName}`, displayName: 'any' } }
    return { status: 200, body: { id: `usr_${body?.userName?.split('@')[0]}` } }
  })
  const org = createOrg({ domain: 'acme.example' })
  const people = createPeople({ seed: 'a', domain: 'acme.example', count: size })
  for (const person of people) org.people.set(person.id, person)
  const app = createApp({
    name: 'rollcall',
    kind,
    baseUrl: server.baseUrl,
    auth: { mode: 'bearer', token: 'tok' },
    org,
    pace: 'full',
    concurrency: 4,
    sleep: () => Promise.resolve(),
  })
  t.after(app.close)
  const groupOf = (members: readonly Person[]): Group => ({
    id: '00gexample',
    name: 'Field',
    members: new Set(members.map(({ id }) => id)),
  })
  return { server, app, people, groupOf }
}

const idOf = (person: Person | undefined) => `usr_${person?.login.split('@')[0]}`
const member = (person: Person | undefined) => ({ value: idOf(person), display: person?.login })
const rename = {
  schemas: [PATCH],
  Operations: [{ op: 'replace', value: { id: 'grp_Field', displayName: 'Field' } }],
}

test('oin: a group is created empty, and its members who have the application follow', async (t) => {
  const { server, app, people, groupOf } = await start(t, 'oin', 3)
  await app.provisionAll(people.slice(0, 2))
  server.received.length = 0
  const group = groupOf(people)

  const outcome = await app.pushGroup(group)

  assert.deepEqual(outcome, { done: true })
  assert.deepEqual(
    server.received.map(({ method, path, body }) => [method, path, body]),
    [
      ['POST', '/Groups', { schemas: [GROUP], displayName: 'Field', members: [] }],
      ['PATCH', '/Groups/grp_Field', rename],
      [
        'PATCH',
        '/Groups/grp_Field',
        {
          schemas: [PATCH],
          Operations: [{ op: 'add', path: 'members', value: people.slice(0, 2).map(member) }],
        },
      ],
    ],
  )
  assert.equal(app.scimIdOf(group), 'grp_Field')
  assert.deepEqual(
    app.writes.filter(({ kind }) => kind !== 'user').map(({ kind, memberId }) => [kind, memberId]),
    [
      ['group', undefined],
      ['member', idOf(people[0])],
      ['member', idOf(people[1])],
    ],
  )
})

test('oin: a large group arrives in requests of at most 256 memberships', async (t) => {
  const { server, app, people, groupOf } = await start(t, 'oin', 600)
  await app.provisionAll(people)
  server.received.length = 0

  await app.pushGroup(groupOf(people))

  const values = server.received
    .slice(2)
    .map(({ body }) => (body as Sent).Operations?.[0]?.value ?? [])
  assert.deepEqual(
    values.map(({ length }) => length).toSorted((one, other) => other - one),
    [256, 256, 88],
  )
  assert.equal(new Set(values.flat().map(({ value }) => value)).size, 600)
  assert.equal(app.writes.filter(({ kind }) => kind === 'member').length, 600)
})

test('oin: one request removes by filter and adds; a person never assigned is not named', async (t) => {
  const { server, app, people, groupOf } = await start(t, 'oin', 4)
  const [nadia, tomasz, zoe, stranger] = people
  assert.ok(nadia && tomasz && zoe && stranger)
  await app.provisionAll([nadia, tomasz, zoe])
  const group = groupOf([nadia, tomasz])
  await app.pushGroup(group)
  server.received.length = 0

  await app.updateGroupMembers(group, { add: [zoe, stranger], remove: [nadia] })

  assert.deepEqual(server.lines(), ['PATCH /Groups/grp_Field', 'PATCH /Groups/grp_Field'])
  assert.deepEqual(server.received[0]?.body, rename)
  assert.deepEqual(server.received[1]?.body, {
    schemas: [PATCH],
    Operations: [
      { op: 'remove', path: `members[value eq "${idOf(nadia)}"]` },
      { op: 'add', path: 'members', value: [member(zoe)] },
    ],
  })
  const { acknowledgedAt, ...last } = app.writes.at(-1) ?? { acknowledgedAt: 0 }
  assert.deepEqual(last, {
    kind: 'member',
    scimId: 'grp_Field',
    memberId: idOf(nadia),
    removed: true,
  })
  assert.ok(acknowledgedAt > 0)
})

test('oin: 200 removals and 200 additions are two requests, removals first', async (t) => {
  const { server, app, people, groupOf } = await start(t, 'oin', 400)
  await app.provisionAll(people)
  const [old, fresh] = [people.slice(0, 200), people.slice(200)]
  const group = groupOf(old)
  await app.pushGroup(group)
  server.received.length = 0

  await app.updateGroupMembers(group, { add: fresh, remove: old })

  const counts = server.received.slice(1).map(({ body }) => {
    const { Operations = [] } = body as Sent
    const added = Operations.find(({ op }) => op === 'add')?.value?.length ?? 0
    return [Operations.filter(({ op }) => op === 'remove').length, added]
  })
  assert.deepEqual(
    counts.toSorted((one, other) => Number(other[0]) - Number(one[0])),
    [
      [200, 56],
      [0, 144],
    ],
  )
})

test('oin: push now replaces all members, and those of an empty group by an empty list', async (t) => {
  const { server, app, people, groupOf } = await start(t, 'oin', 2)
  await app.provisionAll(people)
  const group = groupOf(people)
  await app.pushGroup(group)
  server.received.length = 0
  group.members.clear()

  await app.pushNow(group)

  assert.deepEqual(
    server.received.map(({ body }) => body),
    [rename, { schemas: [PATCH], Operations: [{ op: 'replace', path: 'members', value: [] }] }],
  )
  assert.deepEqual(
    app.writes.filter(({ removed }) => removed).map(({ memberId }) => memberId),
    people.map(idOf),
  )
})

test('aiw: each change of a group reads it and puts all of it, members without a name', async (t) => {
  const { server, app, people, groupOf } = await start(t, 'aiw', 3)
  const [nadia, tomasz, zoe] = people
  assert.ok(nadia && tomasz && zoe)
  await app.provisionAll(people)
  server.received.length = 0
  const group = groupOf([nadia, tomasz])

  await app.pushGroup(group)
  group.members.add(zoe.id)
  await app.updateGroupMembers(group, { add: [zoe], remove: [] })
  group.name = 'Field Operations'
  await app.pushGroupName(group)

  const [get, put] = ['GET /Groups/grp_Field', 'PUT /Groups/grp_Field']
  assert.deepEqual(server.lines(), ['POST /Groups', get, put, get, put, get, put])
  assert.deepEqual(server.received.at(-1)?.body, {
    schemas: [GROUP],
    id: 'grp_Field',
    displayName: 'Field Operations',
    members: people.map((person) => ({ value: idOf(person), display: null })),
  })
})

test('a group that is unlinked is deleted there or left there, and no more is said about it', async (t) => {
  const { server, app, groupOf } = await start(t, 'oin', 0)
  const group = groupOf([])
  await app.pushGroup(group)
  server.received.length = 0

  await app.unlinkGroup(group, { delete: true })
  await app.pushNow(group)
  await app.pushGroupName(group)
  await app.unlinkGroup(group, { delete: true })

  assert.deepEqual(server.lines(), ['DELETE /Groups/grp_Field'])
  assert.equal(app.scimIdOf(group), undefined)
  server.received.length = 0
  await app.pushGroup(group)
  await app.unlinkGroup(group, { delete: false })
  assert.deepEqual(server.lines(), ['POST /Groups'])
})

test('a group the server no longer knows is a task with the server’s own words', async (t) => {
  const { app, groupOf } = await start(t, 'oin', 0, ({ method }) =>
    method === 'PATCH' ? scimError(404, 'Group grp_Field is not here.') : undefined,
  )
  const group = groupOf([])
  await app.pushGroup(group)

  const outcome = await app.pushNow(group)

  assert.equal(outcome.done, false)
  assert.equal(
    app.tasks[0]?.sentence,
    'Unable to update Group Push mapping target App group Field: Not Found. Errors reported by remote server',
  )
  assert.equal(app.tasks[0]?.detail, 'Group grp_Field is not here.')
})

test('a group whose creation was not answered is found by name, and not made twice', async (t) => {
  let created = 0
  const { server, app, groupOf } = await start(t, 'oin', 0, ({ method, path }) => {
    if (path.startsWith('/Groups?')) return listResponse({ id: 'grp_lost', displayName: 'Field' })
    if (method === 'POST' && path === '/Groups' && (created += 1) === 1) return 'cut'
    return undefined
  })
  const group = groupOf([])

  await app.pushGroup(group)

  assert.deepEqual(server.lines(), [
    'POST /Groups',
    'GET /Groups?filter=displayName%20eq%20%22Field%22&startIndex=1&count=100',
  ])
  assert.equal(app.scimIdOf(group), 'grp_lost')
})

test('changes of one group are sent in the order asked, one after another', async (t) => {
  const { server, app, people, groupOf } = await start(t, 'oin', 2)
  await app.provisionAll(people)
  const [nadia, tomasz] = people
  assert.ok(nadia && tomasz)
  const group = groupOf([])
  await app.pushGroup(group)
  server.received.length = 0

  await Promise.all([
    app.updateGroupMembers(group, { add: [nadia], remove: [] }),
    app.updateGroupMembers(group, { add: [], remove: [nadia] }),
    app.updateGroupMembers(group, { add: [tomasz], remove: [] }),
  ])

  const changes = server.received
    .map(({ body }) => (body as Sent).Operations?.[0])
    .filter((operation) => operation?.path !== undefined)
  assert.deepEqual(
    changes.map((operation) => operation?.op),
    ['add', 'remove', 'add'],
  )
})
