/**
 * Whose turn it is. A turn is one batch, and every tenant that has work waits once: those of whom a write was
 * just heard before those whose last turn left more or who were found to have something waiting, each in
 * the order in which they came. So a single change does not wait for what fifty tenants have piled up in an
 * outage; and since every eighth turn is theirs, those do not wait for ever on the others.
 */
import type { TenantId } from '../lib/index.ts'

export interface Turns {
  /** Something of this tenant was just written; said during its turn, it gets another. */
  add(tenantId: TenantId): void
  /** This tenant was found to have work, which may be much. */
  addWaiting(tenantId: TenantId): void
  /** Lets no new turn begin and waits for those that have begun. */
  stop(): Promise<void>
}

/** One batch; true when there is more. Never rejects. */
type Turn = (tenantId: TenantId) => Promise<boolean>

/** One turn of so many is of those that have more. */
const THEIRS = 8

/** @param atOnce  how many tenants are worked for at a time */
export function createTurns(turn: Turn, atOnce: number): Turns {
  const anew = new Set<TenantId>()
  const more = new Set<TenantId>()
  const working = new Map<TenantId, Promise<void>>()
  const again = new Set<TenantId>()
  let taken = 0
  let stopped = false

  async function take(tenantId: TenantId): Promise<void> {
    const isMore = await turn(tenantId)
    working.delete(tenantId)
    const isAsked = again.delete(tenantId)
    if (isMore) more.add(tenantId)
    else if (isAsked) anew.add(tenantId)
    next()
  }

  function next(): void {
    while (working.size < atOnce) {
      if (stopped) return
      const isTheirs = more.size > 0 && (anew.size === 0 || taken % THEIRS === THEIRS - 1)
      const from = isTheirs ? more : anew
      const [tenantId] = from
      if (tenantId === undefined) return
      taken += 1
      from.delete(tenantId)
      working.set(tenantId, take(tenantId))
    }
  }

  return {
    add(tenantId) {
      if (working.has(tenantId)) again.add(tenantId)
      else if (!more.has(tenantId)) anew.add(tenantId)
      next()
    },
    addWaiting(tenantId) {
      if (working.has(tenantId)) again.add(tenantId)
      else if (!anew.has(tenantId)) more.add(tenantId)
      next()
    },
    async stop() {
      stopped = true
      await Promise.all(working.values())
    },
  }
}
