/**
 * Group members are rows (invariant 6): a change of a few members touches as many rows and pages in
 * a group of ten as in one of thirty thousand, from the IdP's write to identity and its events, and
 * also where the brake has to know how large the group is.
 *
 * Counted, not timed: what PostgreSQL says that one connection read and wrote.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { createDb, createPool } from '../../src/db/index.ts'
import { type MemberEdit, resourceType } from '../../src/scim/index.ts'
import { createSync } from '../../src/sync/index.ts'
import {
  createTestPipeline,
  identityIdOf,
  loadBatch,
  seedLoadedGroup,
  seedLoadedPeople,
  type TestPipeline,
  type TestTenant,
} from '../support/loader.ts'

const LARGE = 30_000
const TABLES = [
  ...['resource', 'member', 'pending', 'identity', 'link', 'event', 'fqn', 'quarantine'],
  ...['held', 'member_count', 'group_departure'],
]

let pipeline: TestPipeline
let acme: TestTenant
let people: readonly string[]
let [small, large] = ['', '']
const ends: (() => Promise<void>)[] = []
const whole = { after: (end: () => Promise<void>) => void ends.push(end) }

before(async () => {
  pipeline = await createTestPipeline(whole)
  acme = await pipeline.onboard('Acme')
  people = await seedLoadedPeople(pipeline.db, acme, LARGE + 10)
  small = await seedLoadedGroup(pipeline.db, acme, 'Small', people.slice(0, 10))
  large = await seedLoadedGroup(pipeline.db, acme, 'Large', people.slice(0, LARGE))
  // Five of ten are within the limit, and near enough to it that the brake looks at the number.
  const loader = pipeline.createLoader()
  const policy = await loader.brakePolicy(acme.tenantId)
  await loader.setBrakePolicy(acme.tenantId, { ...policy, groupSize: 5 })
  for (const [group, size] of [
    [small, 10],
    [large, LARGE],
  ] as const)
    await pipeline.database.ownerPool.query(
      `with counted as (insert into member_count values ($1, $2, $3))
       insert into group_departure values ($1, $2, date_trunc('minute', $4::timestamptz), 0)`,
      [acme.tenantId, identityIdOf(group), size, pipeline.clock()],
    )
  for (const table of TABLES)
    await pipeline.database.ownerPool.query(`alter table ${table} set (autovacuum_enabled = off)`)
  const { appPool, ownerPool } = pipeline.database
  for (const pool of [appPool, ownerPool]) await tellAll(pool)
})
after(async () => {
  for (const end of ends) await end()
})

for (const [what, kind, from, to] of [
  ['join', 'join', LARGE, LARGE + 5],
  ['leave', 'leave', 0, 5],
  ['join whom the IdP names again', 'join', 5, 10],
] as const)
  test(`five members ${what}: the same cost in a group of ten and in one of thirty thousand`, async (t) => {
    const edit: MemberEdit = { kind, members: people.slice(from, to) }

    const [inSmall, inLarge] = [await costOf(small, edit), await costOf(large, edit)]

    t.diagnostic(`of 10: ${JSON.stringify(inSmall)}; of ${LARGE}: ${JSON.stringify(inLarge)}`)
    assert.ok(inSmall.rows > 5, 'something was counted')
    // A row that no longer fits on its page leaves an index entry behind, which searches read as
    // well; and each may pass one page more or less on its way down.
    for (const unit of ['rows', 'pages'] as const)
      assert.ok(
        inLarge[unit] <= inSmall[unit] * 1.3 + 2,
        `${unit}: ${inLarge[unit]} of ${inSmall[unit]}`,
      )
  })

/** Rows and pages that a write and its load touch, on a connection of their own. */
async function costOf(groupId: string, edit: MemberEdit) {
  const { database, clock, newId, given } = pipeline
  await database.ownerPool.query(`vacuum analyze ${TABLES.join()}`)
  await tellAll(database.ownerPool)
  const pool = createPool({ ...database.appPool.options, max: 1 })
  const db = createDb({ pool })
  const store = createSync({
    db,
    clock,
    newId,
    cursorSecrets: () => ['only for tests'],
    onWritten: () => undefined,
  }).storeFor(acme.scope)
  try {
    const start = await touched(pool)
    await store.update(resourceType('Group'), groupId, {
      members: [edit],
      wants: { members: false, groups: false },
    })
    await loadBatch({ ...given, db }, acme.tenantId, 2_000)
    const end = await touched(pool)
    return { rows: end.rows - start.rows, pages: end.pages - start.pages }
  } finally {
    await pool.end()
  }
}

/** A connection would tell what it did seconds after it has. */
async function tellAll(pool: pg.Pool): Promise<void> {
  await Promise.all(
    Array.from({ length: pool.totalCount }, () => pool.query('select pg_stat_force_next_flush()')),
  )
}

async function touched(pool: pg.Pool): Promise<{ rows: number; pages: number }> {
  await tellAll(pool)
  const { rows } = await pipeline.database.ownerPool.query<{ rows: number; pages: number }>(
    `select (select sum(seq_tup_read + n_tup_ins + n_tup_upd + n_tup_del)::int
               from pg_stat_user_tables where relname = any ($1))
          + (select sum(idx_tup_read)::int from pg_stat_user_indexes where relname = any ($1)) as rows,
            (select sum(heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit)::int
               from pg_statio_user_tables where relname = any ($1)) as pages`,
    [TABLES],
  )
  return rows[0] ?? { rows: 0, pages: 0 }
}
