/** What the connections of a tenant call theirs: the first part of each FQN. */
import type { Db } from '../db/index.ts'
import type { ConnectionId, TenantId } from '../lib/index.ts'

/** Of every connection, disabled ones too; without those that were removed. */
export async function labelsOf(
  db: Db,
  tenantId: TenantId,
): Promise<ReadonlyMap<ConnectionId, string>> {
  const rows = await db.inTenantOnce<{ id: ConnectionId; label: string }>(
    tenantId,
    'labels-of',
    `select connection_id as id, label from connection
      where tenant_id = $1 and removed_at is null order by connection_id`,
    [tenantId],
  )
  return new Map(rows.map(({ id, label }) => [id, label]))
}
