/**
 * Whoever writes a membership holds its group and its member, and whoever deletes one of them its memberships
 * (decisions 0036 and 0043): no key of the database asks. So whatever several nodes do to people and groups at one moment, no membership is left of
 * anybody or any group that has gone.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { createDb, createPool, type Db } from '../../src/db/index.ts'
import { createRemovedConnections } from '../../src/etl/index.ts'
import { createIds, type Scope, systemRandom } from '../../src/lib/index.ts'
import { type ResourceStore, resourceType, type ResourceType } from '../../src/scim/index.ts'
import { createSync } from '../../src/sync/index.ts'
import { createTestClock } from '../support/clock.ts'
import { borrowTestDatabase, type TestDatabase } from '../support/database.ts'
import { seeded } from '../support/seed.ts'
import { createTestTenants, OPERATOR } from '../support/tenants.ts'
import { until } from '../support/world.ts'

const [USER, GROUP] = [resourceType('User'), resourceType('Group')]
const BARE = { members: false, groups: false }
const clock = createTestClock()
const newId = createIds({ now: clock, random: systemRandom })

interface Node {
  readonly store: ResourceStore
  /** Takes out what the connection has, some at a time. */
  readonly empty: (limit: number) => Promise<number>
}

let database: TestDatabase
let acme: Scope
let nodes: readonly [Node, Node]
const ends: (() => Promise<void>)[] = []
before(async () => {
  database = await borrowTestDatabase({ after: (end) => void ends.push(end) })
  const { tenant, connection } = await createTestTenants(database.db).onboard('acme')
  acme = { tenantId: tenant.tenantId, connectionId: connection.connectionId, requestId: 'req_1' }
  const pool = createPool(database.appPool.options)
  ends.unshift(() => pool.end())
  nodes = [nodeOn(database.db), nodeOn(createDb({ pool }))]
})
after(async () => {
  for (const end of ends) await end()
})

function syncOn(db: Db) {
  return createSync({
    ...{ db, clock, newId, cursorSecrets: () => ['only for tests'] },
    onWritten: () => undefined,
  })
}

function nodeOn(db: Db): Node {
  const sync = syncOn(db)
  return {
    store: sync.storeFor(acme),
    empty: (limit) => sync.removeResources(acme, limit),
  }
}

const ACTS = ['join', 'only', 'leave', 'delete group', 'delete person', 'create', 'empty'] as const
const act = fc.record({
  does: fc.constantFrom(...ACTS, ...ACTS.slice(0, 5), 'join' as const, 'delete group' as const),
  node: fc.constantFrom(0, 1),
  group: fc.nat(1),
  whom: fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 4 }),
})

test('whatever two nodes write at once, a membership has a group and a member', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 2, maxLength: 6 }), async (acts) => {
      const people = await Promise.all([0, 1, 2, 3].map(() => found(USER)))
      const groups = await Promise.all([0, 1].map(() => found(GROUP)))

      await Promise.all(
        acts.map(async ({ does, node, group, whom }) => {
          const { store, empty } = nodes[node === 0 ? 0 : 1]
          const members = whom.map((index) => people[index] ?? '')
          const at = groups[group] ?? ''
          if (does === 'delete group') return store.remove(GROUP, at)
          if (does === 'delete person') return store.remove(USER, members[0] ?? '')
          if (does === 'create') return found(GROUP, members, store)
          if (does === 'empty') return empty(3)
          return store.update(GROUP, at, { members: [{ kind: does, members }], wants: BARE })
        }),
      )

      assert.equal(await strays(), 0)
    }),
    { ...seeded(t), numRuns: 60 },
  )
})

for (const how of [
  'the group is deleted',
  'its connection is emptied',
  'the person is deleted',
] as const)
  for (const first of ['who joins', 'who deletes'] as const)
    test(`${how} while somebody joins, ${first} first: nobody is left in it`, async () => {
      const [here, there] = nodes
      await here.empty(1_000)
      const [person, group] = [await found(USER), await found(GROUP)]
      const join = () =>
        here.store.update(GROUP, group, {
          members: [{ kind: 'join', members: [person] }],
          wants: BARE,
        })
      const end = () => {
        if (how === 'its connection is emptied') return there.empty(1)
        return how === 'the group is deleted'
          ? there.store.remove(GROUP, group)
          : there.store.remove(USER, person)
      }
      const held = how === 'the person is deleted' ? person : group
      const holder = await database.ownerPool.connect()
      await holder.query('begin')
      await holder.query('select from resource where resource_id = $1 for update', [held])

      // Whoever comes first to a row that is held, has it first.
      const one = first === 'who joins' ? join() : end()
      await untilWaiting(1)
      const other = first === 'who joins' ? end() : join()
      await untilWaiting(2)
      await holder.query('commit')
      holder.release()
      const [joined] = await Promise.all(first === 'who joins' ? [one, other] : [other, one])

      const moved = typeof joined === 'object' ? joined.movedMembers : 0
      assert.equal(moved, first === 'who joins' ? 1 : 0)
      assert.equal(await strays(), 0)
    })

test('what is written at the last moment before a connection goes is taken out as well', async () => {
  const { db } = database
  const { tenants, onboard } = createTestTenants(db)
  const { connection } = await onboard('globex')
  const { tenantId, connectionId } = connection
  const sync = syncOn(db)
  const { create } = sync.storeFor({ tenantId, connectionId, requestId: 'req_1' })
  const store = { ...nodes[0].store, create }
  const removed = createRemovedConnections({
    tenants: {
      ...tenants,
      forgetConnection: async (...asked) => {
        if (last.length === 0) last.push(await found(USER, [], store))
        if (last.length === 1) last.push(await found(GROUP, last, store))
        return tenants.forgetConnection(...asked)
      },
    },
    ...{ sync, newId, wake: () => undefined },
  })
  const last: string[] = []
  await tenants.disableConnection(OPERATOR, tenantId, connectionId)
  await tenants.removeConnection(OPERATOR, tenantId, connectionId)

  const taken = [await removed.sweep(tenantId), await removed.sweep(tenantId)]

  assert.deepEqual([taken, await tenants.removedConnections(tenantId)], [[2, 0], []])
  assert.equal(await strays(), 0)
  const { rows } = await database.ownerPool.query<{ id: string }>(
    `select resource_id as id from pending where tenant_id = $1 and request_id <> 'req_1'`,
    [tenantId],
  )
  assert.deepEqual(rows.map(({ id }) => id).toSorted(), last.toSorted(), 'the loader hears of it')
})

async function found(
  type: ResourceType,
  members: readonly string[] = [],
  { create }: ResourceStore = nodes[0].store,
): Promise<string> {
  const name = newId('req')
  const attribute = type === USER ? 'userName' : 'displayName'
  const keys = { unique: name, externalId: null, active: true }
  return (await create(type, { body: { [attribute]: name }, keys }, members, BARE)).id
}

/** Memberships of a group or a member that is not there. */
async function strays(): Promise<number> {
  const { rows } = await database.ownerPool.query<{ strays: number }>(
    `select count(*)::int as strays from member m
      where not exists (select from resource g where g.tenant_id = m.tenant_id and g.resource_id = m.group_id)
         or not exists (select from resource p where p.tenant_id = m.tenant_id and p.resource_id = m.member_id)`,
  )
  return rows[0]?.strays ?? 0
}

async function untilWaiting(count: number): Promise<void> {
  await until(`${count} waiting for a lock`, async () => {
    const { rowCount } = await database.ownerPool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    return rowCount === count
  })
}
