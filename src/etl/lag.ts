/**
 * How long changes took from acknowledged to loaded, on this node: the latest of each tenant, and
 * of so many tenants as were loaded last.
 */
import type { TenantId } from '../lib/index.ts'

const KEPT = 2_000
const TENANTS = 1_000

export function createLagSample() {
  const byTenant = new Map<TenantId, number[]>()
  return {
    add(tenantId: TenantId, lags: readonly number[]): void {
      const kept = byTenant.get(tenantId) ?? []
      byTenant.delete(tenantId)
      byTenant.set(tenantId, [...kept, ...lags].slice(-KEPT))
      const [oldest] = byTenant.keys()
      if (byTenant.size > TENANTS && oldest !== undefined) byTenant.delete(oldest)
    },

    /** In milliseconds; null when this node has loaded nothing of the tenant yet. */
    percentile(tenantId: TenantId, share: number): number | null {
      const sorted = (byTenant.get(tenantId) ?? []).toSorted((a, b) => a - b)
      return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null
    },
  }
}
