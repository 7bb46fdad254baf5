/**
 * A look-up and a create cost in a new database what they cost in any other, however many people have
 * come before: it does not take PostgreSQL's own minute until it has counted them.
 *
 * Counted, not timed: the entries of indexes that PostgreSQL says it has read.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type pg from 'pg'
import { countGrown } from '../../src/db/index.ts'
import { startApp } from '../support/app.ts'
import { call, createUser } from '../support/scim-client.ts'

const FIRST = 300

test('the first import of a new database walks over nobody', async (t) => {
  const { onboard, database } = await startApp(t)
  const { appPool, ownerPool } = database
  await ownerPool.query('alter table resource set (autovacuum_enabled = off)')
  const { tenant, handover } = await onboard('Acme')
  let next = 0
  const lookUp = async (userName: string) => {
    const filter = encodeURIComponent(`userName eq "${userName}"`)
    return (await call(handover.scim, 'GET', `/Users?filter=${filter}`)).body['totalResults']
  }
  const create = async (people: number) => {
    for (const end = next + people; next < end; next += 1) {
      const userName = `p${next}@acme.example`
      assert.equal(await lookUp(userName), 0)
      await createUser(handover.scim, { userName })
      assert.equal(await lookUp(userName), 1)
    }
  }
  await create(FIRST)
  await tell(appPool)

  const counted = await countGrown(ownerPool)

  assert.ok(counted.includes('resource'), counted.join())
  assert.deepEqual(await countGrown(ownerPool), [], 'once, until it has grown again')
  const before = await entriesRead(database)
  await create(20)
  const read = ((await entriesRead(database)) - before) / 20
  t.diagnostic(`${read} entries read for each of ${FIRST} people and more (tenant ${tenant.id})`)
  assert.ok(read > 0, 'something was counted')
  assert.ok(read < 40, `${read} entries were read for one person`)
})

/** A connection would tell what it did seconds after it has. */
async function tell(pool: pg.Pool): Promise<void> {
  await Promise.all(
    Array.from({ length: pool.totalCount }, () =>
      pool.query('select pg_stat_force_next_flush(), pg_sleep(0.05)'),
    ),
  )
}

async function entriesRead({ appPool, ownerPool }: { appPool: pg.Pool; ownerPool: pg.Pool }) {
  await tell(appPool)
  const { rows } = await ownerPool.query<{ entries: number }>(
    `select sum(idx_tup_read)::int as entries from pg_stat_user_indexes where relname = 'resource'`,
  )
  return rows[0]?.entries ?? 0
}
