import assert from 'node:assert/strict'
import { test } from 'node:test'
import { borrowTestDatabase } from '../../test/support/database.ts'
import { createTestTenants } from '../../test/support/tenants.ts'
import type { Db } from '../db/index.ts'
import type { Key } from './filter-sql.ts'
import { askByKeys, type StoredRow } from './stored.ts'

test('a person is looked up by one index entry, also in a large tenant among many small ones', async (t) => {
  const { db, ownerPool } = await borrowTestDatabase(t)
  const { onboard } = createTestTenants(db)
  const fill = async (name: string, people: number) => {
    const { tenantId, connectionId } = (await onboard(name)).connection
    const values = [tenantId, connectionId, people]
    await db.inTenantOnce(tenantId, '', FILL, values)
    return { tenantId, connectionId }
  }
  for (let index = 0; index < 120; index += 1) await fill(`small ${index}`, 2)
  const { tenantId, connectionId } = await fill('large', 2000)
  await db.inTenantOnce(tenantId, '', JOIN, [tenantId])
  // Others of this database leave few members or none, and few are read whole.
  await ownerPool.query('analyze resource, member')
  let sent = ''
  const overhear: Db['shared']['lookUp'] = (tenant, name, text, values, own) => {
    sent = text
    return db.shared.lookUp(tenant, name, text, values, own)
  }
  const overheard = { ...db, shared: { ...db.shared, lookUp: overhear } }
  const place = { tenantId, connectionId, type: 'User', most: 10 }
  const lookUp = async (column: Key['column'], value: string) => {
    const key = { column, value }
    const wants = { members: false, groups: true }
    const rows = await askByKeys<StoredRow>(overheard, 'test', '', wants, place, [key])
    return rows.map(({ id }) => id)
  }
  // Planned as a prepared statement is: without knowing what is looked up, or how many.
  const planOfSent = async () => {
    const plan = await db.inTenant(tenantId, async (trx) => {
      await trx.prepared('generic', 'set local plan_cache_mode = force_generic_plan', [])
      await trx.prepared('', `prepare look_up as ${sent}`, [])
      const ask = `execute look_up ('${tenantId}', '${connectionId}', 'User', 10, '{p7,p9}')`
      const rows = await trx.prepared<{ 'QUERY PLAN': string }>(
        '',
        `explain (costs off) ${ask}`,
        [],
      )
      await trx.prepared('', 'deallocate look_up', [])
      return rows
    })
    return plan.map((row) => row['QUERY PLAN']).join('\n')
  }

  const names = ['p7', 'nobody', 'p9', 'p7']
  const byName = await Promise.all(names.map((name) => lookUp('unique_key', name)))
  const planByName = await planOfSent()
  const numbers = ['e4', 'none', 'e5']
  const byNumber = await Promise.all(numbers.map((number) => lookUp('external_id', number)))
  const planByNumber = await planOfSent()
  const ids = ['usr_4', 'none', 'usr_5']
  const byId = await Promise.all(ids.map((id) => lookUp('resource_id', id)))
  const planById = await planOfSent()

  assert.deepEqual(byName, [['usr_7'], [], ['usr_9'], ['usr_7']])
  // Two of each, in the order of their ids, and not of their rows.
  assert.deepEqual(byNumber, [['usr_8', 'usr_9'], [], ['usr_10', 'usr_11']])
  assert.deepEqual(byId, [['usr_4'], [], ['usr_5']])
  assert.match(planById, /Index Scan using resource_pkey/)
  assert.match(planByName, /Index Scan using resource_unique_key/)
  assert.match(planByNumber, /Index Scan using resource_external_id_idx/)
  for (const plan of [planByName, planByNumber, planById]) {
    assert.match(plan, /Index Only Scan using member_member_id_idx/)
    assert.doesNotMatch(plan, /Seq Scan|Bitmap|Hash|Merge/)
  }
})

const FILL = `
  insert into resource (tenant_id, resource_id, connection_id, type, unique_key, external_id, active,
                        version, body, created_at, modified_at)
  select $1, 'usr_' || n, $2, 'User', 'p' || n, 'e' || n / 2, true, 1, '{}', now(), now()
    from generate_series($3::integer, 1, -1) n`

const JOIN = `
  insert into member (tenant_id, group_id, member_id, joined_at)
  select $1, 'grp_' || n % 10, 'usr_' || n, now() from generate_series(1, 2000) n`
