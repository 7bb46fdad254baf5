/**
 * Whose turn it is: every tenant that has work waits once, in a ring. A turn is one batch, so
 * a tenant with a million changes waits as long between two batches as one with a single change.
 */
import type { TenantId } from '../lib/index.ts'

export interface Turns {
  /** This tenant has work; said during its turn, it gets another. */
  add(tenantId: TenantId): void
  /** Lets no new turn begin and waits for those that have begun. */
  stop(): Promise<void>
}

/**
 * @param turn  one batch; true when there is more to do at once. Never rejects.
 * @param atOnce  how many tenants are worked for at a time
 */
export function createTurns(turn: (tenantId: TenantId) => Promise<boolean>, atOnce: number): Turns {
  const waiting = new Set<TenantId>()
  const working = new Map<TenantId, Promise<void>>()
  const again = new Set<TenantId>()
  let stopped = false

  async function take(tenantId: TenantId): Promise<void> {
    const more = await turn(tenantId)
    working.delete(tenantId)
    if (more || again.delete(tenantId)) waiting.add(tenantId)
    next()
  }

  function next(): void {
    for (const tenantId of waiting) {
      if (stopped || working.size >= atOnce) return
      waiting.delete(tenantId)
      working.set(tenantId, take(tenantId))
    }
  }

  return {
    add(tenantId) {
      if (working.has(tenantId)) again.add(tenantId)
      else waiting.add(tenantId)
      next()
    },
    async stop() {
      stopped = true
      await Promise.all(working.values())
    },
  }
}
