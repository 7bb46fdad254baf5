/** Takes out of the provisioning log what has outlived its days, in the order of time. */
import type { Db, Transaction } from '../db/index.ts'
import { firstIdAt, type TenantId } from '../lib/index.ts'

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
    firstIdAt('req', before),
  ])
  return gone?.rows ?? 0
}

/**
 * Takes what was said out of the entries about one resource; that there was a request, when and how it ended
 * stays (SEC G-4). @returns how many held something
 */
export async function eraseFromProvisioningLog(
  trx: Transaction,
  tenantId: TenantId,
  resourceId: string,
): Promise<number> {
  const rows = await trx.prepared(
    'provisioning-log-erase',
    `update provisioning_log set detail = null, changes = null
      where tenant_id = $1 and resource_id = $2 and (detail is not null or changes is not null)
     returning 1 as erased`,
    [tenantId, resourceId],
  )
  return rows.length
}
