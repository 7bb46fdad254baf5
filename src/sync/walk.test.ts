import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestDatabase } from '../../test/support/database.ts'
import { createTestPipeline, seedPeople } from '../../test/support/loader.ts'
import { membershipsAfter, settledMemberships } from './index.ts'

const MEMBERS = 1000

test('whether a membership is pending is one probe, however many of its group are', async (t) => {
  const { onboard, db, database } = await createTestPipeline(t, createTestDatabase)
  const acme = await onboard('Acme')
  const people = await seedPeople(db, acme, MEMBERS)
  const crew = await acme.form('Crew', people)
  await database.ownerPool.query('vacuum (analyze) pending, member, resource')
  const read = async () => {
    await database.appPool.query('select pg_stat_force_next_flush()')
    const { rows } = await database.ownerPool.query<{ entries: number }>(
      `select sum(idx_tup_read)::int as entries from pg_stat_user_indexes where relname = 'pending'`,
    )
    return rows[0]?.entries ?? 0
  }
  const before = await read()

  const [page, settled] = await db.inTenant(acme.tenantId, async (trx) => {
    const after = { groupId: crew, memberId: '' }
    const all = await membershipsAfter(trx, acme.tenantId, after, MEMBERS)
    return [all, await settledMemberships(trx, acme.tenantId, all)]
  })

  assert.deepEqual([page.length, settled], [MEMBERS, []])
  const entries = (await read()) - before
  assert.ok(entries >= MEMBERS, 'something was counted')
  assert.ok(entries <= MEMBERS * 2, `${entries} entries were read for ${MEMBERS} memberships`)
})
