/** A connection's people and groups, to try something out on: some of them, or everybody by pages. */
import type { Transaction } from '../db/index.ts'
import type { ConnectionId, TenantId } from '../lib/index.ts'
import { presentResources, type PresentResource } from './present.ts'

/** Of each type at most `limit`: half of them those that came first, half those that came last. */
export async function sampleResources(
  trx: Transaction,
  tenantId: TenantId,
  connectionId: ConnectionId,
  limit: number,
): Promise<PresentResource[]> {
  const ids = new Set<string>()
  for (const type of ['User', 'Group'])
    for (const direction of ['asc', 'desc'] as const) {
      const rows = await trx
        .selectFrom('resource')
        .select('resource_id')
        .where('tenant_id', '=', tenantId)
        .where('connection_id', '=', connectionId)
        .where('type', '=', type)
        .orderBy('resource_id', direction)
        .limit(Math.ceil(limit / 2))
        .execute()
      for (const { resource_id: id } of rows) ids.add(id)
    }
  return presentResources(trx, tenantId, [...ids])
}

/** In order of birth; `after` is the last of the page before. */
export async function peopleAfter(
  trx: Transaction,
  tenantId: TenantId,
  connectionId: ConnectionId,
  after: string,
  limit: number,
): Promise<PresentResource[]> {
  const rows = await trx
    .selectFrom('resource')
    .select('resource_id')
    .where('tenant_id', '=', tenantId)
    .where('connection_id', '=', connectionId)
    .where('type', '=', 'User')
    .where('resource_id', '>', after)
    .orderBy('resource_id')
    .limit(limit)
    .execute()
  const ids = rows.map((row) => row.resource_id)
  const byId = new Map(
    (await presentResources(trx, tenantId, ids)).map((each) => [each.resourceId, each]),
  )
  return ids.flatMap((id) => byId.get(id) ?? [])
}
