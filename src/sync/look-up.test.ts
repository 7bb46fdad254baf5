import assert from 'node:assert/strict'
import { test } from 'node:test'
import { borrowTestDatabase } from '../../test/support/database.ts'
import { createTestTenants } from '../../test/support/tenants.ts'
import type { Db } from '../db/index.ts'
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
  const read: Db['shared']['read'] = (tenant, name, text, values, own) => {
    sent = text
    return db.shared.read(tenant, name, text, values, own)
  }
  const overheard = { ...db, shared: { ...db.shared, read } }
  const place = { tenantId, connectionId, type: 'User', most: 10 }
  const lookUp = (value: string) =>
    askByKeys<StoredRow>(overheard, 'test', '', { members: false, groups: true }, place, [
      { column: 'unique_key', value },
    ])

  const found = await Promise.all(['p7', 'nobody', 'p9', 'p7'].map(lookUp))
  // Planned as a prepared statement is: without knowing whose names are looked up, or how many.
  const plan = await db.inTenant(tenantId, async (trx) => {
    await trx.prepared('generic', 'set local plan_cache_mode = force_generic_plan', [])
    await trx.prepared('', `prepare look_up as ${sent}`, [])
    const ask = `execute look_up ('${tenantId}', '${connectionId}', 'User', 10, '{p7,p9}')`
    return trx.prepared<{ 'QUERY PLAN': string }>('', `explain (costs off) ${ask}`, [])
  })

  const ids = found.map((rows) => rows.map(({ id }) => id))
  assert.deepEqual(ids, [['usr_7'], [], ['usr_9'], ['usr_7']])
  const text = plan.map((row) => row['QUERY PLAN']).join('\n')
  assert.match(text, /Index Scan using resource_unique_key/)
  assert.match(text, /Index Only Scan using member_member_id_idx/)
  assert.doesNotMatch(text, /Seq Scan|Bitmap|Hash|Merge/)
})

const FILL = `
  insert into resource (tenant_id, resource_id, connection_id, type, unique_key, active, version,
                        body, created_at, modified_at)
  select $1, 'usr_' || n, $2, 'User', 'p' || n, true, 1, '{}', now(), now()
    from generate_series(1, $3::integer) n`

const JOIN = `
  insert into member (tenant_id, group_id, member_id, joined_at)
  select $1, 'grp_' || n % 10, 'usr_' || n, now() from generate_series(1, 2000) n`
