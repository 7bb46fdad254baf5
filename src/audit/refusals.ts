/**
 * What was refused to somebody is in the audit log, too: whoever tries doors is seen there (SEC G-2). A crowd of refusals
 * does not fill it: beyond so many a minute they are counted, and the count is an entry.
 */
import type { Logger } from 'pino'
import type { Actor, TenantId } from '../lib/index.ts'
import type { Audit } from './audit.ts'

/** Of one log, on one node. */
const MOST_A_MINUTE = 100
const MINUTE_MS = 60_000
const SYSTEM = { kind: 'system', id: 'audit', requestId: 'none' } as const

interface Minute {
  recorded: number
  more: number
  readonly timer: NodeJS.Timeout
}

export type Refusals = ReturnType<typeof createRefusals>

export function createRefusals({ audit, log }: { audit: Audit; log: Pick<Logger, 'warn'> }) {
  const minutes = new Map<TenantId | null, Minute>()

  function minuteOf(tenantId: TenantId | null): Minute {
    const running = minutes.get(tenantId)
    if (running !== undefined) return running
    const timer = setTimeout(() => void end(tenantId), MINUTE_MS).unref()
    const begun = { recorded: 0, more: 0, timer }
    minutes.set(tenantId, begun)
    return begun
  }

  async function end(tenantId: TenantId | null): Promise<void> {
    const minute = minutes.get(tenantId)
    minutes.delete(tenantId)
    clearTimeout(minute?.timer)
    if (minute === undefined || minute.more === 0) return
    const details = { more: minute.more }
    await add(tenantId, SYSTEM, { act: 'http.requests.refused', object: 'http', details })
  }

  /** Whoever is refused is told so whether it can be recorded or not. */
  async function add(
    tenantId: TenantId | null,
    actor: Actor,
    act: { readonly act: string; readonly object: string; readonly details: object },
  ): Promise<void> {
    try {
      const details = { ...act.details }
      await audit.recordAlone(tenantId, actor, { ...act, details, outcome: 'refused' })
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown'
      log.warn({ event: 'audit.refusal.not-recorded', tenantId, error: reason })
    }
  }

  return {
    /**
     * Records that somebody was refused what they asked.
     * @param tenantId  whose log it is added to; null: the platform's
     * @param asked  the name of the route
     * @param code   of the refusal
     */
    async record(
      tenantId: TenantId | null,
      actor: Actor,
      { asked, code }: { readonly asked: string; readonly code: string },
    ): Promise<void> {
      const minute = minuteOf(tenantId)
      if (minute.recorded >= MOST_A_MINUTE) {
        minute.more += 1
        return
      }
      minute.recorded += 1
      const details = { code }
      await add(tenantId, actor, { act: 'http.request.refused', object: asked, details })
    },

    start: () => {},
    /** Adds what is counted and not added yet. */
    async stop(): Promise<void> {
      for (const tenantId of minutes.keys()) await end(tenantId)
    },
  }
}
