import assert from 'node:assert/strict'
import { test } from 'node:test'
import { borrowTestDatabase } from '../../test/support/database.ts'
import { createTestTenants } from '../../test/support/tenants.ts'
import type { TenantId } from '../lib/index.ts'

// Planned as a prepared statement is: without knowing whose name is looked up.
const LOOK_UP = `
  prepare look_up (text, text, text, text) as
   select resource_id from resource
    where tenant_id = $1 and connection_id = $2 and type = $3 and unique_key = $4
    order by resource_id`

test('a person is looked up by one index entry, also in a large tenant among many small ones', async (t) => {
  const { db, ownerPool } = await borrowTestDatabase(t)
  const { onboard } = createTestTenants(db)
  const fill = async (name: string, people: number): Promise<[TenantId, string]> => {
    const { tenantId, connectionId } = (await onboard(name)).connection
    const values = [tenantId, connectionId, people]
    await db.inTenantOnce(tenantId, '', FILL, values)
    return [tenantId, connectionId]
  }
  for (let index = 0; index < 120; index += 1) await fill(`small ${index}`, 2)
  const [tenantId, connectionId] = await fill('large', 2000)
  await ownerPool.query('analyze resource')

  const plan = await db.inTenant(tenantId, async (trx) => {
    await trx.prepared('generic', 'set local plan_cache_mode = force_generic_plan', [])
    await trx.prepared('', LOOK_UP, [])
    const ask = `execute look_up ('${tenantId}', '${connectionId}', 'User', 'p7')`
    return trx.prepared<{ 'QUERY PLAN': string }>('', `explain (costs off) ${ask}`, [])
  })

  const text = plan.map((row) => row['QUERY PLAN']).join('\n')
  assert.match(text, /Index (Only )?Scan using resource_unique_key/)
})

const FILL = `
  insert into resource (tenant_id, resource_id, connection_id, type, unique_key, active, version,
                        body, created_at, modified_at)
  select $1, 'usr_' || n, $2, 'User', 'p' || n, true, 1, '{}', now(), now()
    from generate_series(1, $3::integer) n`
