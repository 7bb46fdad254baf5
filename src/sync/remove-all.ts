/** All that the Sync Engine holds of a connection, taken out in batches as if its identity provider deleted it. */
import type { Db } from '../db/index.ts'
import type { Clock, Scope } from '../lib/index.ts'

export function createRemoval({ db, clock }: { readonly db: Db; readonly clock: Clock }) {
  return {
    /**
     * Up to `limit` resources, with what the loader has to look at for each. Groups first, so that the
     * loader does not find them losing a member at a time.
     * @returns how many; 0: there is nothing more
     */
    async removeResources(
      { tenantId, connectionId, requestId }: Scope,
      limit: number,
    ): Promise<number> {
      return db.inTenant(tenantId, async (trx) => {
        const rows = await trx.prepared<{ id: string }>('lock-resources', LOCK_RESOURCES, [
          tenantId,
          connectionId,
          limit,
        ])
        const ids = rows.map(({ id }) => id)
        const values = [tenantId, connectionId, ids, clock(), requestId]
        if (ids.length > 0) trx.sendWithCommit('remove-resources', REMOVE_RESOURCES, values)
        return ids.length
      })
    },
  }
}

const LOCK_RESOURCES = `
  select resource_id as id from resource
   where tenant_id = $1 and connection_id = $2 order by type, resource_id limit $3 for update`

/** What they are looked up by goes with the connection itself. */
const REMOVE_RESOURCES = `
  with gone as (
    delete from resource where tenant_id = $1 and resource_id = any ($3::text[])
    returning resource_id
  ), emptied as (
    delete from member where tenant_id = $1 and group_id = any ($3::text[]) returning 1
  ), out as (
    delete from member where tenant_id = $1 and member_id = any ($3::text[]) returning 1
  )
  insert into pending (tenant_id, pending_id, connection_id, resource_id, member_ids, request_id, written_at, not_before)
  select $1, gen_random_uuid(), $2, resource_id, null, $5, $4::timestamptz, $4::timestamptz from gone
  returning 1`
