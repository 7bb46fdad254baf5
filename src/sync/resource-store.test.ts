/** Both stores answer alike; the one on PostgreSQL also when many write at once. */
import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { createIds, systemRandom, type Scope } from '../lib/index.ts'
import {
  createMemoryStore,
  parseFilter,
  resourceType,
  ScimError,
  type Body,
  type Draft,
  type Elements,
  type ListQuery,
  type ResourceStore,
  type ResourceType,
  type Wants,
} from '../scim/index.ts'
import { createTestClock, type TestClock } from '../../test/support/clock.ts'
import { borrowTestDatabase } from '../../test/support/database.ts'
import { createTestTenants } from '../../test/support/tenants.ts'
import { countPending, createSync, takePending } from './index.ts'

const USER = typeNamed('User')
const GROUP = typeNamed('Group')
const BARE = { members: false, groups: false }
const ALL = { members: true, groups: true }

function typeNamed(name: string): ResourceType {
  const type = resourceType(name)
  assert.ok(type)
  return type
}

function user(userName: string, more: Body = {}): Draft {
  return {
    body: { userName, active: true, ...more },
    keys: {
      unique: userName.toLowerCase(),
      externalId: typeof more['externalId'] === 'string' ? more['externalId'] : null,
      active: true,
    },
  }
}

function group(displayName: string): Draft {
  return {
    body: { displayName },
    keys: { unique: displayName.toLowerCase(), externalId: null, active: true },
  }
}

async function onPostgres(t: TestContext) {
  const { db } = await borrowTestDatabase(t)
  const { onboard, clock } = createTestTenants(db)
  const { tenant, connection } = await onboard('acme')
  const other = await onboard('globex')
  const newId = createIds({ now: clock, random: systemRandom })
  const written: string[] = []
  const sync = createSync({
    db,
    clock,
    newId,
    cursorSecrets: () => ['only for tests'],
    onWritten: (tenantId) => written.push(tenantId),
  })
  const scope: Scope = {
    tenantId: tenant.tenantId,
    connectionId: connection.connectionId,
    requestId: 'req_1',
  }
  const otherScope: Scope = {
    tenantId: other.tenant.tenantId,
    connectionId: other.connection.connectionId,
    requestId: 'req_2',
  }
  const waiting = () =>
    db.inTenant(scope.tenantId, async (trx) => (await countPending(trx, scope.tenantId)).waiting)
  return { db, clock, sync, scope, otherScope, written, waiting, store: sync.storeFor(scope) }
}

const STORES: [string, (t: TestContext) => Promise<{ store: ResourceStore; clock: TestClock }>][] =
  [
    [
      'in memory',
      async () => {
        const clock = createTestClock()
        const newId = createIds({ now: clock, random: systemRandom })
        return { store: createMemoryStore({ newId, clock }), clock }
      },
    ],
    ['on PostgreSQL', onPostgres],
  ]

for (const [place, open] of STORES)
  describe(`a store ${place}`, () => {
    test('keeps what was created and finds it by id, userName and externalId', async (t) => {
      const { store } = await open(t)
      const made = await store.create(
        USER,
        user('Nadia@acme.example', { externalId: '00u1' }),
        [],
        BARE,
      )
      assert.equal(made.version, 1)
      assert.deepEqual(await store.read(USER, made.id, BARE), {
        id: made.id,
        version: 1,
        text: made.text,
      })
      assert.equal(await store.read(GROUP, made.id, BARE), undefined, 'a person is no group')
      for (const filter of [
        'userName eq "NADIA@acme.example"',
        'externalId eq "00u1"',
        `id eq "${made.id}"`,
        'userName sw "nadia"',
        'externalId eq "00u1" and active eq true',
      ]) {
        const page = await list(store, filter)
        assert.deepEqual([page.total, page.resources[0]?.id], [1, made.id], filter)
      }
      assert.equal((await list(store, 'externalId eq "00U1"')).total, 0, 'externalId has case')
    })

    test('refuses a name that is taken, on create and on update, and names the holder', async (t) => {
      const { store } = await open(t)
      const made = await store.create(USER, user('a@acme.example'), [], BARE)
      await assert.rejects(
        store.create(USER, user('A@acme.example'), [], BARE),
        (error) =>
          error instanceof ScimError && error.status === 409 && error.message.includes(made.id),
      )
      const second = await store.create(USER, user('b@acme.example'), [], BARE)
      await assert.rejects(
        store.update(USER, second.id, { edit: () => user('a@acme.example'), wants: BARE }),
        (error) => error instanceof ScimError && error.scimType === 'uniqueness',
      )
      assert.equal((await store.read(USER, second.id, BARE))?.version, 1)
      await store.create(GROUP, group('a@acme.example'), [], BARE)
    })

    test('a change makes a version; no change makes none', async (t) => {
      const { store } = await open(t)
      const { id } = await store.create(USER, user('a@acme.example'), [], BARE)
      const changed = await store.update(USER, id, {
        edit: (body) => ({ ...user('a@acme.example'), body: { ...body, title: 'Dr' } }),
        wants: BARE,
      })
      assert.deepEqual([changed?.version, changed?.changed], [2, true])
      const same = await store.update(USER, id, { edit: () => undefined, wants: BARE })
      assert.deepEqual([same?.version, same?.changed, same?.text], [2, false, changed?.text])
      const missing = await store.update(
        USER,
        id.replace(/.$/, (last) => (last === 'z' ? 'y' : 'z')),
        {
          wants: BARE,
        },
      )
      assert.equal(missing, undefined)
    })

    test('members join, leave and are replaced as sets; strangers are left out and told', async (t) => {
      const { store } = await open(t)
      const [a, b, c] = await Promise.all(
        ['a', 'b', 'c'].map((name) => store.create(USER, user(name), [], BARE)),
      )
      assert.ok(a && b && c)
      const stranger = `${a.id.slice(0, -3)}zzz`
      const made = await store.create(GROUP, group('Crew'), [a.id, stranger], ALL)
      assert.deepEqual(made.unknownMembers, [stranger])
      assert.deepEqual(ids(made.members), [a.id])
      const edit = async (...members: Parameters<typeof store.update>[2]['members'] & object) =>
        store.update(GROUP, made.id, { members, wants: ALL })
      const joined = await edit({ kind: 'join', members: [b.id, b.id, a.id, stranger] })
      assert.deepEqual(ids(joined?.members), [a.id, b.id].toSorted())
      assert.deepEqual([joined?.version, joined?.unknownMembers], [2, [stranger]])
      const again = await edit({ kind: 'join', members: [a.id] })
      assert.deepEqual([again?.changed, again?.version], [false, 2])
      const only = await edit({ kind: 'only', members: [c.id] })
      assert.deepEqual(ids(only?.members), [c.id])
      const where = await edit({ kind: 'leave-where', where: ({ value }) => value === c.id })
      assert.deepEqual(ids(where?.members), [])
      await edit({ kind: 'join', members: [a.id] })
      assert.equal(
        (await store.read(USER, a.id, ALL))?.groups,
        `{"value":"${made.id}","$ref":"/Groups/${made.id}","display":"Crew","type":"direct"}`,
      )
      assert.equal(await store.remove(USER, a.id), true)
      assert.equal((await store.read(GROUP, made.id, ALL))?.members, '')
      assert.equal(await store.remove(USER, a.id), false)
    })

    test('SEC I-10: no group contains itself, directly or in a circle', async (t) => {
      const { store } = await open(t)
      const outer = await store.create(GROUP, group('outer'), [], BARE)
      const inner = await store.create(GROUP, group('inner'), [outer.id], BARE)
      for (const member of [inner.id, outer.id])
        await assert.rejects(
          store.update(GROUP, outer.id, {
            members: [{ kind: 'join', members: [member] }],
            wants: BARE,
          }),
          ScimError,
        )
      assert.equal((await store.read(GROUP, outer.id, ALL))?.members, '')
    })

    test('pages run through all in one order, with the total on each', async (t) => {
      const { store, clock } = await open(t)
      for (let n = 0; n < 7; n += 1) {
        await store.create(USER, user(`u${n}`), [], BARE)
        clock.turn(1)
      }
      const seen: string[] = []
      for (const startIndex of [1, 4, 7, 8]) {
        const page = await list(store, undefined, { from: { startIndex }, count: 3 })
        assert.equal(page.total, 7)
        seen.push(...page.resources.map(({ id }) => id))
      }
      assert.equal(new Set(seen).size, 7)
      assert.deepEqual(seen, seen.toSorted())
      const none = await list(store, undefined, { count: 0 })
      assert.deepEqual(none, { total: 7, resources: [] })
    })

    test('a page shows each person with the groups that person is in, and in no others', async (t) => {
      const { store } = await open(t)
      const [a, b, c] = await Promise.all(
        ['a', 'b', 'c'].map((name) => store.create(USER, user(name), [], BARE)),
      )
      assert.ok(a && b && c)
      const crew = await store.create(GROUP, group('Crew'), [a.id, b.id], BARE)
      const deck = await store.create(GROUP, group('Deck'), [b.id], BARE)

      for (const from of [{ startIndex: 1 }, { cursor: '' }]) {
        const { resources } = await list(store, undefined, { from, wants: ALL })
        assert.deepEqual(Object.fromEntries(resources.map(({ id, groups }) => [id, ids(groups)])), {
          [a.id]: [crew.id],
          [b.id]: [crew.id, deck.id].toSorted(),
          [c.id]: [],
        })
      }
    })
  })

test('SEC F-2: of 50 creates with one name at once, one wins', async (t) => {
  const { store, waiting } = await onPostgres(t)
  const tries = await Promise.allSettled(
    Array.from({ length: 50 }, (_, n) =>
      store.create(USER, user(n % 2 === 0 ? 'Same@acme.example' : 'same@ACME.example'), [], BARE),
    ),
  )
  const refused = tries.filter((each) => each.status === 'rejected')
  assert.equal(refused.length, 49)
  for (const { reason } of refused)
    assert.ok(reason instanceof ScimError && reason.status === 409, String(reason))
  assert.equal(await waiting(), 1)
})

test('SEC F-2: of 40 changes of one person at once none is lost, and each has its version', async (t) => {
  const { store, waiting } = await onPostgres(t)
  const { id } = await store.create(USER, user('a', { title: '0' }), [], BARE)

  const written = await Promise.all(
    Array.from({ length: 40 }, () =>
      store.update(USER, id, {
        edit: (body) => user('a', { title: String(Number(body['title']) + 1) }),
        wants: ALL,
      }),
    ),
  )

  const stored = await store.read(USER, id, BARE)
  assert.match(stored?.text ?? '', /"title":"40"/)
  assert.equal(stored?.version, 41)
  assert.equal(new Set(written.map((each) => each?.version)).size, 40)
  assert.equal(await waiting(), 41)
})

test('SEC F-4: of changes at once that ask for one version, one is made', async (t) => {
  const { store } = await onPostgres(t)
  const { id } = await store.create(USER, user('a'), [], BARE)

  const tries = await Promise.allSettled(
    Array.from({ length: 10 }, (_, n) =>
      store.update(USER, id, {
        check: (version) => assert.equal(version, 1),
        edit: () => user('a', { title: String(n) }),
        wants: BARE,
      }),
    ),
  )

  assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.equal((await store.read(USER, id, BARE))?.version, 2)
})

test('whoever is renamed to a name that is taken is refused, and those changed with them are not', async (t) => {
  const { store } = await onPostgres(t)
  const holder = await store.create(USER, user('held'), [], BARE)
  const people = await Promise.all(
    ['a', 'b', 'c', 'd', 'e'].map((name) => store.create(USER, user(name), [], BARE)),
  )

  const tries = await Promise.allSettled(
    people.map(({ id }, n) =>
      store.update(USER, id, {
        edit: () => (n === 3 ? user('HELD') : user(`new ${n}`)),
        wants: BARE,
      }),
    ),
  )

  assert.deepEqual(
    tries.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  )
  assert.match(String(tries[3]?.status === 'rejected' && tries[3].reason), /belongs to/)
  assert.equal((await store.read(USER, holder.id, BARE))?.version, 1)
})

test('SEC P-11: 200 members added at once are all there', async (t) => {
  const { store } = await onPostgres(t)
  const people = await Promise.all(
    Array.from({ length: 200 }, (_, n) => store.create(USER, user(`u${n}`), [], BARE)),
  )
  const { id } = await store.create(GROUP, group('all'), [], BARE)
  await Promise.all(
    people.map((person) =>
      store.update(GROUP, id, { members: [{ kind: 'join', members: [person.id] }], wants: BARE }),
    ),
  )
  const stored = await store.read(GROUP, id, ALL)
  assert.equal(ids(stored?.members).length, 200)
  assert.equal(stored?.version, 201)
})

// SEC G-3
test('each write leaves what it changed pending, with its request; what is refused leaves nothing', async (t) => {
  const { store, db, scope, waiting, written, clock } = await onPostgres(t)
  const person = await store.create(USER, user('a'), [], BARE)
  const crew = await store.create(GROUP, group('crew'), [person.id], BARE)
  assert.equal(await waiting(), 3)
  await store.update(GROUP, crew.id, {
    members: [{ kind: 'leave', members: [person.id] }],
    wants: BARE,
  })
  assert.equal(await waiting(), 4, 'the membership, and not the group')
  assert.equal(written.length, 3)
  await assert.rejects(store.create(USER, user('A'), [], BARE))
  await assert.rejects(
    store.update(GROUP, crew.id, {
      members: [
        { kind: 'join', members: [person.id] },
        { kind: 'join', members: [crew.id] },
      ],
      wants: BARE,
    }),
  )
  await store.update(USER, person.id, { edit: () => undefined, wants: BARE })
  assert.equal(await waiting(), 4)
  assert.equal(written.length, 3)
  await store.update(GROUP, crew.id, {
    edit: () => group('team'),
    members: [{ kind: 'join', members: [person.id] }],
    wants: BARE,
  })
  assert.equal(await waiting(), 6, 'the membership, and the group, which has another name')
  const { rows, more } = await db.inTenant(scope.tenantId, (trx) =>
    takePending(trx, scope.tenantId, { due: clock(), limit: 10, bytes: 10_000 }),
  )
  assert.equal(more, false)
  assert.deepEqual(
    new Set(rows.map(({ resourceId, memberId }) => `${resourceId} ${memberId}`)),
    new Set([`${person.id} null`, `${crew.id} null`, `${crew.id} ${person.id}`]),
  )
  assert.ok(rows.every(({ requestId, tries }) => requestId === 'req_1' && tries === 0))
  assert.equal(await waiting(), 0)
})

test('SEC I-2: what another tenant holds is not there', async (t) => {
  const { store, sync, otherScope } = await onPostgres(t)
  const theirs = sync.storeFor(otherScope)
  const person = await store.create(USER, user('a', { externalId: 'x' }), [], BARE)
  assert.equal(await theirs.read(USER, person.id, ALL), undefined)
  assert.equal(
    await theirs.update(USER, person.id, { edit: () => user('b'), wants: BARE }),
    undefined,
  )
  assert.equal(await theirs.remove(USER, person.id), false)
  assert.equal((await list(theirs, 'userName eq "a"')).total, 0)
  const crew = await theirs.create(GROUP, group('crew'), [person.id], ALL)
  assert.deepEqual([crew.members, crew.unknownMembers], ['', [person.id]])
  await theirs.create(USER, user('a'), [], BARE)
})

test('members of a group that is another connection’s neither join nor leave, and nothing is pending', async (t) => {
  const { store, sync, scope, otherScope, waiting } = await onPostgres(t)
  const theirs = sync.storeFor({ ...scope, connectionId: otherScope.connectionId })
  const inIt = await store.create(USER, user('a'), [], BARE)
  const outside = await store.create(USER, user('b'), [], BARE)
  const crew = await store.create(GROUP, group('crew'), [inIt.id], BARE)
  const before = await waiting()

  for (const kind of ['join', 'leave', 'only'] as const) {
    const members = [kind === 'leave' ? inIt.id : outside.id]
    const change = { members: [{ kind, members }], wants: BARE }
    assert.equal(await theirs.update(GROUP, crew.id, change), undefined)
  }

  assert.deepEqual(ids((await store.read(GROUP, crew.id, ALL))?.members), [inIt.id])
  assert.equal(await waiting(), before)
})

test('a PUT touches of the people it names those who are not in the group yet, and no others', async (t) => {
  const { store, db, scope } = await onPostgres(t)
  const people = await Promise.all(
    ['a', 'b', 'c'].map(async (name) => (await store.create(USER, user(name), [], BARE)).id),
  )
  const crew = await store.create(GROUP, group('crew'), people.slice(0, 2), BARE)
  // Who holds, or held, the row last.
  const holders = () =>
    db.inTenantOnce<{ id: string; holder: string }>(
      scope.tenantId,
      'test-holders',
      `select resource_id as id, xmax::text as holder from resource
        where tenant_id = $1 and type = 'User' order by resource_id`,
      [scope.tenantId],
    )
  const before = await holders()

  const written = await store.update(GROUP, crew.id, {
    members: [{ kind: 'only', members: people }],
    wants: ALL,
  })

  const touched = (await holders()).filter(({ holder }, index) => holder !== before[index]?.holder)
  assert.deepEqual(
    touched.map(({ id }) => id),
    [people[2]],
  )
  assert.deepEqual(ids(written?.members), people.toSorted())
})

function ids(members: Elements | undefined): string[] {
  const elements: { readonly value: string }[] = JSON.parse(`[${members ?? ''}]`)
  return elements.map(({ value }) => value).toSorted()
}

function list(
  store: ResourceStore,
  filter: string | undefined,
  { wants = BARE, ...query }: Partial<Pick<ListQuery, 'from' | 'count'> & { wants: Wants }> = {},
) {
  return store.list({
    sought: [
      {
        type: USER,
        filter: filter === undefined ? undefined : parseFilter(USER, filter),
        sortBy: undefined,
        wants,
      },
    ],
    order: undefined,
    from: { startIndex: 1 },
    count: 10,
    ...query,
  })
}
