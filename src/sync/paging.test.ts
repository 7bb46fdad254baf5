/**
 * Pages by index are those of plain paging, whatever is created and deleted in between: at once what
 * this node did, within two seconds what another did (RFC 7644 section 3.4.2.4).
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTestClock } from '../../test/support/clock.ts'
import { borrowTestDatabase } from '../../test/support/database.ts'
import { seeded } from '../../test/support/seed.ts'
import { createTestTenants } from '../../test/support/tenants.ts'
import { resourceType } from '../scim/index.ts'
import { createStore } from './resource-store.ts'
import { createRecent } from './recent.ts'
import { createTotals } from './totals.ts'

const USER = resourceType('User')
const BARE = { members: false, groups: false }
const EVERY = 3

const at = fc.nat(99)
const step = fc.oneof(
  // Not in the order of ids, as of nodes whose clocks differ.
  { weight: 4, arbitrary: fc.record({ act: fc.constant('create' as const), at }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('delete' as const), at }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('elsewhere' as const), at }) },
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constant('page' as const),
      at: fc.integer({ min: 1, max: 25 }),
      count: fc.integer({ min: 1, max: 5 }),
    }),
  },
)

test('a page by index is that of plain paging, whatever was created and deleted before it', async (t) => {
  const { db } = await borrowTestDatabase(t)
  const clock = createTestClock()
  const { onboard } = createTestTenants(db)
  let born = 0

  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const { connection } = await onboard(`paged ${(born += 1)}`)
      const node = () => {
        let next = ''
        const given = {
          ...{ db, clock, cursorSecrets: () => ['only for tests'] as const, onWritten: () => {} },
          newId: <P extends string>(prefix: P) => `${prefix}_${next}` as const,
          recent: createRecent(),
          totals: createTotals(clock, EVERY),
        }
        const store = createStore(given, { ...connection, requestId: 'req_1' })
        return {
          store,
          async create(id: string) {
            next = id
            const keys = { unique: id, externalId: null, active: true }
            return store.create(USER, { body: { userName: id }, keys }, [], BARE)
          },
        }
      }
      const [here, elsewhere] = [node(), node()]
      const there: string[] = []
      const create = async (by: typeof here, place: number) => {
        const id = `${String(place).padStart(2, '0')}${String((born += 1)).padStart(24, '0')}`
        there.push((await by.create(id)).id)
        there.sort()
      }
      const seen: unknown[] = []
      const expected: unknown[] = []
      for (const each of steps) {
        if (each.act === 'create') await create(here, each.at)
        else if (each.act === 'elsewhere') {
          await create(elsewhere, each.at)
          clock.turn(2_001)
        } else if (each.act === 'page') {
          const page = await here.store.list({
            sought: [{ type: USER, filter: undefined, sortBy: undefined, wants: BARE }],
            order: undefined,
            from: { startIndex: each.at },
            count: each.count,
          })
          seen.push([page.total, page.resources.map(({ id }) => id)])
          expected.push([there.length, there.slice(each.at - 1, each.at - 1 + each.count)])
        } else {
          const [gone] = there.splice(each.at % Math.max(1, there.length), 1)
          if (gone !== undefined) await here.store.remove(USER, gone)
        }
      }

      assert.deepEqual(seen, expected)
    }),
    { ...seeded(t), numRuns: 15 },
  )
})
