/** Takes out of the provisioning log what has outlived its days, in the order of time. */
import type { Db } from '../db/index.ts'
import type { TenantId } from '../lib/index.ts'
import { firstIdAt } from './log-reading.ts'

const BATCH = 5000

const TAKE = `
  with gone as (
    delete from provisioning_log
     where tenant_id = $1
       and request_id in (
         select request_id from provisioning_log
          where tenant_id = $1 and request_id < $2
          order by request_id
          limit ${BATCH})
    returning 1
  )
  select count(*) as rows from gone`

/**
 * Takes a batch of what is from before an instant. What the database holds to be younger than a day stays,
 * whatever is asked.
 * @returns how many rows it took
 */
export async function sweepLog(db: Db, tenantId: TenantId, before: Date): Promise<number> {
  const [gone] = await db.inTenantOnce<{ rows: number }>(tenantId, 'sweep-provisioning-log', TAKE, [
    tenantId,
    firstIdAt(before),
  ])
  return gone?.rows ?? 0
}
