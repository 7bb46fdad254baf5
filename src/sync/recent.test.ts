/** Whoever was just read is changed without being read again, and nobody can tell but by the time it takes. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { borrowTestDatabase } from '../../test/support/database.ts'
import { createTestTenants } from '../../test/support/tenants.ts'
import type { Db } from '../db/index.ts'
import { createIds, systemRandom, type Scope } from '../lib/index.ts'
import {
  LIMITS,
  parseFilter,
  resourceType,
  ScimError,
  type Body,
  type Draft,
  type ResourceStore,
} from '../scim/index.ts'
import { createSync } from './index.ts'
import { createRecent } from './recent.ts'

const USER = resourceType('User')
const GROUP = resourceType('Group')
const SHOWN = { members: false, groups: true }

/** As the rules make it of either type. */
function toDraft(body: Body): Draft {
  const { userName, displayName, active } = body
  const name = userName ?? displayName
  assert.ok(typeof name === 'string')
  return { body, keys: { unique: name.toLowerCase(), externalId: null, active: active !== false } }
}

const named = (displayName: string) => (before: Body) => toDraft({ ...before, displayName })
const titled = (title: string) => (before: Body) => toDraft({ ...before, title })

/** Two nodes, of which the second has seen nothing yet, and how often the first has asked for somebody. */
async function start(t: TestContext) {
  const { db } = await borrowTestDatabase(t)
  const { onboard, clock } = createTestTenants(db)
  const newId = createIds({ now: clock, random: systemRandom })
  const scopeOf = async (name: string): Promise<Scope> => {
    const { tenant, connection } = await onboard(name)
    const { tenantId } = tenant
    return { tenantId, connectionId: connection.connectionId, requestId: 'req_1' }
  }
  let asked = 0
  let written = 0
  const write: Db['shared']['write'] = (...statement) => {
    written += 1
    return db.shared.write(...statement)
  }
  const lookUp: Db['shared']['lookUp'] = (...statement) => {
    asked += 1
    return db.shared.lookUp(...statement)
  }
  const node = (on: Db) =>
    createSync({
      db: on,
      clock,
      newId,
      cursorSecrets: () => ['only for tests'],
      onWritten: () => undefined,
    })
  const sync = node({ ...db, shared: { ...db.shared, lookUp, write } })
  const scope = await scopeOf('acme')
  const store = sync.storeFor(scope)
  const elsewhere = node(db).storeFor(scope)
  const nadia = await store.create(USER, draftOf('nadia@acme.example'), [], SHOWN)
  clock.turn(60_000)
  const writtenFor = async (act: () => Promise<unknown>) => {
    written = 0
    await act()
    return written
  }
  const askedFor = async (act: () => Promise<unknown>) => {
    asked = 0
    await act()
    return asked
  }
  return { sync, clock, scope, scopeOf, store, elsewhere, id: nadia.id, askedFor, writtenFor }
}

function draftOf(userName: string): Draft {
  return toDraft({ userName, active: true })
}

async function shown(store: ResourceStore, id: string): Promise<Record<string, unknown>> {
  const stored = await store.read(USER, id, SHOWN)
  return JSON.parse(stored?.text ?? '{}') as Record<string, unknown>
}

const change = (store: ResourceStore, id: string, edit: (before: Body) => Draft | undefined) =>
  store.update(USER, id, { edit, wants: SHOWN })

test('read by id, found by name, or changed: the next change asks for nobody', async (t) => {
  const { store, id, askedFor } = await start(t)
  const findByName = () =>
    store.list({
      sought: [
        {
          type: USER,
          filter: parseFilter(USER, 'userName eq "nadia@acme.example"'),
          sortBy: undefined,
          wants: SHOWN,
        },
      ],
      order: undefined,
      from: { startIndex: 1 },
      count: 10,
    })

  const counts = [
    await askedFor(() => change(store, id, named('not read yet'))),
    await askedFor(() => change(store, id, named('changed'))),
    await askedFor(() => store.read(USER, id, SHOWN)),
    await askedFor(() => change(store, id, named('read'))),
    await askedFor(findByName),
    await askedFor(() => change(store, id, named('found'))),
  ]

  assert.deepEqual(counts, [1, 0, 1, 0, 1, 0])
})

test('what it gives and leaves behind is what it would be had it been read again', async (t) => {
  const { store, elsewhere, clock, id } = await start(t)
  await elsewhere.create(GROUP, toDraft({ displayName: 'Crew' }), [id], SHOWN)
  const born = await shown(elsewhere, id)
  await store.read(USER, id, SHOWN)
  await elsewhere.create(GROUP, toDraft({ displayName: 'Later' }), [id], SHOWN)

  const written = await change(store, id, (before) =>
    toDraft({ ...before, userName: 'n.b@acme.example', emails: [{ value: 'n@b.example' }] }),
  )

  assert.deepEqual(
    { ...written },
    {
      ...(await elsewhere.read(USER, id, SHOWN)),
      ...{ changed: true, movedMembers: 0, unknownMembers: [] },
    },
  )
  assert.deepEqual(
    new Set([...(written?.groups ?? '').matchAll(/"display":"(\w+)"/g)].map(([, name]) => name)),
    new Set(['Crew', 'Later']),
  )
  const meta = { ...(born['meta'] as object), lastModified: clock().toISOString(), version: '"2"' }
  assert.deepEqual(await shown(elsewhere, id), {
    ...born,
    ...{ userName: 'n.b@acme.example', emails: [{ value: 'n@b.example' }], meta },
  })
})

test('who was changed elsewhere meanwhile is read again: nothing of that is lost', async (t) => {
  const { store, elsewhere, id, askedFor } = await start(t)
  await store.read(USER, id, SHOWN)
  await change(elsewhere, id, named('of the other node'))

  const asked = await askedFor(() => change(store, id, titled('Captain')))

  assert.equal(asked, 1)
  const { displayName, title, meta } = await shown(elsewhere, id)
  assert.deepEqual([displayName, title], ['of the other node', 'Captain'])
  assert.equal((meta as { version: string }).version, '"3"')
})

test('what would change nothing is asked for: elsewhere it may have been changed, and then it does', async (t) => {
  const { store, elsewhere, id } = await start(t)
  const switched = (active: boolean) => (before: Body) =>
    before['active'] === active ? undefined : toDraft({ ...before, active })
  await store.read(USER, id, SHOWN)
  await change(elsewhere, id, switched(false))

  const written = await change(store, id, switched(true))

  assert.deepEqual([written?.changed, written?.version], [true, 3])
  assert.equal((await shown(elsewhere, id))['active'], true)
})

test('what is refused by what was read is tried by what is there now, and so is what is not', async (t) => {
  const { store, elsewhere, id } = await start(t)
  const only = (wanted: number) => (version: number) => {
    if (version !== wanted) throw ScimError.plain(412, `It is at ${version}.`)
  }
  await store.read(USER, id, SHOWN)
  await change(elsewhere, id, named('second'))

  await assert.rejects(
    store.update(USER, id, { check: only(1), edit: named('third'), wants: SHOWN }),
    /It is at 2\./,
  )
  assert.equal((await shown(elsewhere, id))['displayName'], 'second')
  await change(elsewhere, id, named('third'))
  const written = await store.update(USER, id, {
    check: only(3),
    edit: named('fourth'),
    wants: SHOWN,
  })
  assert.equal(written?.version, 4)
})

test('who was deleted elsewhere is not there, and a name that is taken meanwhile is', async (t) => {
  const { store, elsewhere, id } = await start(t)
  const zoya = await elsewhere.create(USER, draftOf('zoya@acme.example'), [], SHOWN)
  for (const each of [id, zoya.id]) await store.read(USER, each, SHOWN)
  await elsewhere.remove(USER, zoya.id)
  await elsewhere.create(USER, draftOf('vera@acme.example'), [], SHOWN)

  assert.equal(await change(store, zoya.id, named('gone')), undefined)
  await assert.rejects(
    change(store, id, () => draftOf('vera@acme.example')),
    (error) => error instanceof ScimError && error.scimType === 'uniqueness',
  )
  assert.equal((await shown(elsewhere, id))['userName'], 'nadia@acme.example')
})

test('of whoever was removed here nothing is at hand', async (t) => {
  const { store, id, writtenFor } = await start(t)
  await store.read(USER, id, SHOWN)

  await store.remove(USER, id)

  assert.equal(await writtenFor(() => change(store, id, named('gone'))), 0)
})

test('SEC I-9: what one connection has read is not at hand for another, nor as another type', async (t) => {
  const { sync, scopeOf, scope, store, id } = await start(t)
  const other = sync.storeFor(await scopeOf('globex'))
  const beside = sync.storeFor({ ...scope, connectionId: 'con_01m8e0a2rpebf9k59jarbp9en8' })
  await store.read(USER, id, SHOWN)

  assert.equal(await change(other, id, named('of another tenant')), undefined)
  assert.equal(await change(beside, id, named('of another connection')), undefined)
  assert.equal(await store.update(GROUP, id, { edit: named('a group'), wants: SHOWN }), undefined)
  assert.deepEqual(
    [(await shown(store, id))['displayName'], (await store.read(USER, id, SHOWN))?.version],
    [undefined, 1],
  )
})

test('a few are kept, the newest, none that is long and none that was removed', async (t) => {
  const { scope } = await start(t)
  const recent = createRecent()
  const keep = (id: string, text = '{}') => recent.keep(scope, USER, { id, version: 1, text })
  const has = (id: string) => recent.find(scope, USER, id) !== undefined

  for (let number = 1; number <= 300; number += 1) keep(`usr_${number}`)
  keep('usr_long', 'x'.repeat(LIMITS.resourceLength))

  assert.deepEqual([has('usr_1'), has('usr_300'), has('usr_long')], [false, true, false])
  recent.forget('usr_300')
  assert.deepEqual([has('usr_299'), has('usr_300')], [true, false])
})
