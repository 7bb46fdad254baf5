/**
 * What the Sync Engine holds of connections that were removed, taken out until nothing is left, and then
 * the connection itself. Its people and groups are deleted by the loader as if the identity provider
 * had deleted each of them; a batch at a time, so that nobody waits for a million of them.
 */
import type { ConnectionId, NewId, TenantId } from '../lib/index.ts'
import type { Sync } from '../sync/index.ts'
import type { Tenants } from '../tenants/index.ts'

const BATCH = 2_000

export type RemovedConnections = ReturnType<typeof createRemovedConnections>

export function createRemovedConnections({
  tenants,
  sync,
  newId,
  wake,
}: {
  readonly tenants: Pick<Tenants, 'removedConnections' | 'forgetConnection'>
  readonly sync: Pick<Sync, 'removeResources'>
  readonly newId: NewId
  /** Something is pending now. */
  readonly wake: (tenantId: TenantId) => void
}) {
  /** @returns whether something may be left */
  async function clear(tenantId: TenantId, connectionId: ConnectionId, requestId: string) {
    for (;;) {
      const removed = await sync.removeResources({ tenantId, connectionId, requestId }, BATCH)
      if (removed > 0) wake(tenantId)
      // Fewer may be because of a write that was under way: only none is none.
      if (removed > 0 || (await tenants.forgetConnection(tenantId, connectionId))) return removed
    }
  }

  return {
    /** A batch of one, in the request of that name. @returns how many resources; 0: it is gone */
    clear,

    /** A batch of any. @returns how many resources; 0: nothing is left of any */
    async sweep(tenantId: TenantId): Promise<number> {
      for (const connectionId of await tenants.removedConnections(tenantId)) {
        const removed = await clear(tenantId, connectionId, newId('req'))
        if (removed > 0) return removed
      }
      return 0
    },
  }
}
