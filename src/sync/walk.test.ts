import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestDatabase } from '../../test/support/database.ts'
import { createTestPipeline, seedPeople } from '../../test/support/loader.ts'
import { membershipsAfter, settledMemberships } from './index.ts'

const MEMBERS = 1000

test('what is pending of a group is read once for all its memberships that are named', async (t) => {
  const { onboard, db, database } = await createTestPipeline(t, createTestDatabase)
  const acme = await onboard('Acme')
  const people = await seedPeople(db, acme, MEMBERS)
  await database.ownerPool.query('delete from pending')
  const crew = await acme.form('Crew', people)
  await database.ownerPool.query('vacuum (analyze) pending, member, resource')
  const read = async () => {
    await database.appPool.query('select pg_stat_force_next_flush()')
    const { rows } = await database.ownerPool.query<{ rows: number }>(
      `select (seq_tup_read + idx_tup_fetch)::int as rows from pg_stat_user_tables where relname = 'pending'`,
    )
    return rows[0]?.rows ?? 0
  }
  const before = await read()

  const [page, settled] = await db.inTenant(acme.tenantId, async (trx) => {
    const after = { groupId: crew, memberId: '' }
    const all = await membershipsAfter(trx, acme.tenantId, after, MEMBERS)
    return [all, await settledMemberships(trx, acme.tenantId, all)]
  })

  assert.deepEqual([page.length, settled], [MEMBERS, []])
  const rows = (await read()) - before
  assert.ok(rows > 0, 'something was counted')
  assert.ok(rows <= MEMBERS, `${rows} rows were read for ${MEMBERS} memberships`)
})
