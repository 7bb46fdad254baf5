/** A group has as many members as it may have and no more, on PostgreSQL as in memory (SEC P-2). */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import { createIds, systemRandom } from '../lib/index.ts'
import {
  answer,
  createMemoryStore,
  type Draft,
  type MemberEdit,
  RESOURCE_TYPES,
  type ResourceStore,
  resourceType,
  ScimError,
} from '../scim/index.ts'
import { createTestClock } from '../../test/support/clock.ts'
import { borrowTestDatabase } from '../../test/support/database.ts'
import { seeded } from '../../test/support/seed.ts'
import { createTestTenants } from '../../test/support/tenants.ts'
import { createSync } from './index.ts'

const MOST = 5
const [USER, GROUP] = [resourceType('User'), resourceType('Group')]
const BARE = { members: false, groups: false }

interface Opened {
  readonly store: ResourceStore
  /** As if the group were older than the numbers. */
  readonly forget: (groupId: string) => Promise<void>
  /** What is kept beside the group, and how many rows there are. */
  readonly counts: (groupId: string) => Promise<{ kept: number | null; rows: number } | undefined>
}

function inMemory(): Opened {
  const clock = createTestClock()
  const newId = createIds({ now: clock, random: systemRandom })
  const store = createMemoryStore({ newId, clock, membersPerGroup: MOST })
  return { store, forget: async () => undefined, counts: async () => undefined }
}

async function onPostgres(t: TestContext): Promise<Opened> {
  const { db, ownerPool } = await borrowTestDatabase(t)
  const { onboard, clock } = createTestTenants(db)
  const { tenant, connection } = await onboard('acme')
  const sync = createSync({
    db,
    clock,
    newId: createIds({ now: clock, random: systemRandom }),
    cursorSecrets: () => ['only for tests'],
    membersPerGroup: MOST,
    onWritten: () => undefined,
  })
  const { tenantId } = tenant
  return {
    store: sync.storeFor({ tenantId, connectionId: connection.connectionId, requestId: 'req_1' }),
    forget: async (groupId) =>
      void (await ownerPool.query(
        'update resource set member_count = null where tenant_id = $1 and resource_id = $2',
        [tenantId, groupId],
      )),
    counts: async (groupId) => {
      const { rows } = await ownerPool.query<{ kept: number | null; rows: number }>(
        `select member_count as kept,
                (select count(*)::int from member
                  where tenant_id = $1 and group_id = resource_id) as rows
           from resource where tenant_id = $1 and resource_id = $2`,
        [tenantId, groupId],
      )
      return rows[0]
    },
  }
}

const whom = fc.uniqueArray(fc.nat(7), { maxLength: 6 })
const step = fc.record({ does: fc.constantFrom('join', 'leave', 'only', 'delete'), whom })

/** Who is in the group once those known of them joined, left, or were named as all there are. */
function after(
  does: 'join' | 'leave' | 'only',
  members: ReadonlySet<string>,
  known: ReadonlySet<string>,
): Set<string> {
  if (does === 'join') return members.union(known)
  return does === 'leave' ? members.difference(known) : new Set(known)
}

const STORES = [
  ['in memory', inMemory],
  ['on PostgreSQL', onPostgres],
] as const

for (const [place, open] of STORES)
  test(`who would join a full group is refused and nobody else, in a store ${place} (SEC P-2)`, async (t) => {
    const { store, counts } = await open(t)
    let turn = 0

    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), async (steps) => {
        turn += 1
        const people = await Promise.all(
          Array.from({ length: 8 }, async (_, n) => (await create(store, `${turn}-${n}`)).id),
        )
        let there = new Set(people)
        const groupId = (await create(store, `group ${turn}`, GROUP)).id
        let model = new Set<string>()
        let wasDeleted = false
        for (const { does, whom: indexes } of steps) {
          const named = new Set(indexes.map((index) => people[index] ?? ''))
          if (does === 'delete') {
            for (const id of named.intersection(there)) await store.remove(USER, id)
            wasDeleted ||= !named.isDisjointFrom(model)
            model = model.difference(named)
            there = there.difference(named)
          } else {
            const next = after(does, model, named.intersection(there))
            const isFull = next.size > MOST && !next.isSubsetOf(model)
            const edit = { kind: does, members: [...named] }
            assert.equal(await isRefused(store, groupId, edit), isFull)
            if (!isFull) model = next
          }
          const found = await counts(groupId)
          if (found === undefined) continue
          assert.equal(found.rows, model.size)
          const { kept } = found
          assert.ok(kept === null ? found.rows === 0 : kept >= found.rows, 'never too low')
          if (!wasDeleted) assert.equal(kept ?? 0, found.rows)
        }
      }),
      { ...seeded(t), numRuns: 25 },
    )
  })

for (const [place, open] of STORES)
  test(`by POST, PUT, PATCH and Bulk a group takes what it may hold, ${place}, and one more is a 400 that changes nothing (SEC P-2)`, async (t) => {
    const { store, forget } = await open(t)
    const ask = askOf(store)
    const people = await Promise.all(
      Array.from({ length: MOST + 2 }, async (_, n) => ({
        value: (await create(store, `p${n}`)).id,
      })),
    )
    const [first, ...others] = people.slice(0, MOST)
    const [next, last] = people.slice(MOST)
    const body = (members: unknown, displayName = 'Crew') => ({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName,
      members,
    })
    const patch = (op: string, value: unknown, path = 'members') => ({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op, path, value }],
    })
    const add = patch('add', [next])
    const bulk = (method: string, path: string, data: object) => ({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [{ method, path, bulkId: 'b', data }],
    })
    const full = [first, ...others]

    const { body: group } = await ask('POST', '/Groups', body(full))
    const at = `/Groups/${group.id}`
    await forget(group.id)
    const before = (await ask('GET', at)).body
    const refused = [
      await ask('POST', '/Groups', body(people.slice(0, MOST + 1), 'Too many')),
      await ask('PUT', at, body(people, 'Renamed')),
      await ask('PATCH', at, add),
      await ask('PATCH', at, patch('replace', people)),
    ]
    const inBulk = [
      await ask('POST', '/Bulk', bulk('POST', '/Groups', body(people, 'Too many'))),
      await ask('POST', '/Bulk', bulk('PATCH', at, add)),
    ].map((said) => said.body.Operations[0])
    const kept = (await ask('GET', at)).body
    const groups = await ask('GET', '/Groups')

    for (const { status, body: said } of refused)
      assert.deepEqual([status, said.scimType], [400, 'invalidValue'])
    for (const { status, response } of inBulk) {
      assert.deepEqual([status, response.scimType], ['400', 'invalidValue'])
      assert.match(response.detail, /more than 5 members.*Take members out first/)
    }
    assert.deepEqual([kept, groups.body.totalResults], [before, 1])

    const idle = await ask('PATCH', at, patch('add', full))
    const left = await ask(
      'PATCH',
      at,
      patch('remove', undefined, `members[value eq "${first?.value}"]`),
    )
    const joined = await ask('PATCH', at, add)
    const again = await ask('PATCH', at, patch('add', [last]))
    await store.remove(USER, next?.value ?? '')
    const afterDeletion = await ask('PATCH', at, patch('add', [last]))
    assert.deepEqual(
      [idle, left, joined, again, afterDeletion].map(({ status }) => status),
      [204, 204, 204, 400, 204],
    )
  })

test('of sixteen who join a group at the same time, as many are let in as it has room for', async (t) => {
  const { store, counts } = await onPostgres(t)
  const groupId = (await create(store, 'crew', GROUP)).id
  const people = await Promise.all(
    Array.from({ length: 16 }, async (_, n) => (await create(store, `p${n}`)).id),
  )

  const refused = await Promise.all(
    people.map((id) => isRefused(store, groupId, { kind: 'join', members: [id] })),
  )

  assert.equal(refused.filter((each) => !each).length, MOST)
  assert.deepEqual(await counts(groupId), { kept: MOST, rows: MOST })
})

function askOf(store: ResourceStore) {
  return async (method: string, path: string, sent?: object) => {
    const { status, body } = await answer(
      { store, baseUrl: 'https://id.example.com/scim/v2/con_1', types: RESOURCE_TYPES },
      {
        ...{ method, path, query: new URLSearchParams(), contentType: 'application/scim+json' },
        body: sent && JSON.stringify(sent),
      },
    )
    return { status, body: body === undefined ? undefined : JSON.parse(body) }
  }
}

function create(store: ResourceStore, name: string, type = USER) {
  const attribute = type === USER ? 'userName' : 'displayName'
  const draft: Draft = {
    body: { [attribute]: name },
    keys: { unique: name, externalId: null, active: true },
  }
  return store.create(type, draft, [], BARE)
}

async function isRefused(
  store: ResourceStore,
  groupId: string,
  edit: MemberEdit,
): Promise<boolean> {
  try {
    await store.update(GROUP, groupId, { members: [edit], wants: BARE })
    return false
  } catch (error) {
    assert.ok(error instanceof ScimError)
    assert.match(error.message, /more than 5 members.*Nothing was changed/)
    return true
  }
}
