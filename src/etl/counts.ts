/**
 * How much a tenant has, received and loaded. Small tenants are counted at each look. Counting a
 * large one takes long (300,000 people with 800,000 memberships: 1.5 s), so what it gave is good for
 * nine times as long: however often somebody looks, it takes no more than a tenth of the time.
 */
import type { Db } from '../db/index.ts'
import { countIdentities } from '../identity/index.ts'
import type { Clock, TenantId } from '../lib/index.ts'
import { countReceived } from '../sync/index.ts'

export interface TenantCounts {
  readonly received: { readonly people: number; readonly groups: number; readonly members: number }
  readonly loaded: { readonly people: number; readonly groups: number; readonly links: number }
}

export type CountTenant = (tenantId: TenantId) => Promise<TenantCounts>

/** Kept only where counting took longer than this. */
const LONG_MS = 50
const TIMES_AS_LONG = 9

export function createCounts({ db, clock }: { readonly db: Db; readonly clock: Clock }) {
  const kept = new Map<TenantId, { counts: TenantCounts; until: number }>()
  return async (tenantId: TenantId): Promise<TenantCounts> => {
    const startedAt = clock().getTime()
    const known = kept.get(tenantId)
    if (known !== undefined && startedAt < known.until) return known.counts
    // One counts; whoever looks meanwhile is told what was known.
    if (known !== undefined) known.until = Infinity
    try {
      const counts = await db.inTenant(tenantId, async (trx) => ({
        received: await countReceived(trx, tenantId),
        loaded: await countIdentities(trx, tenantId),
      }))
      const endedAt = clock().getTime()
      const tookMs = endedAt - startedAt
      kept.delete(tenantId)
      if (tookMs > LONG_MS) kept.set(tenantId, { counts, until: endedAt + TIMES_AS_LONG * tookMs })
      return counts
    } catch (error) {
      kept.delete(tenantId)
      throw error
    }
  }
}
