/**
 * The loader: carries what the Sync Engine received into the identity store, continuously, for all
 * tenants, on any number of nodes. Woken by writes, and by polling as the rule.
 */
import type { Logger } from 'pino'
import type { IdentityStore } from '../identity/index.ts'
import { Refusal, Unavailable, type ConnectionId, type TenantId } from '../lib/index.ts'
import { tenantsWithPendingDue, type StagedQuery } from '../sync/index.ts'
import { loadBatch, setFirstAside, type BatchGiven } from './batch.ts'
import { createLagSample } from './lag.ts'
import { locate } from './locate.ts'
import { listQuarantined, retryQuarantined } from './quarantine.ts'
import { listRuns } from './runs.ts'
import { readStatus } from './status.ts'
import { createTurns } from './turns.ts'
import { createWaking } from './wake.ts'

/** The most pending rows of one batch (design section 3). */
const BATCH = 2_000
/** Tenants that one node works for at a time; each takes a connection. */
const AT_ONCE = 3

export interface LoaderGiven extends BatchGiven {
  readonly identity: Pick<IdentityStore, 'read'>
  readonly log: Logger
  readonly pollSeconds: number
}

export type Loader = ReturnType<typeof createLoader>

export function createLoader(given: LoaderGiven) {
  const { db, clock, log, pollSeconds } = given
  const lags = createLagSample()
  /** Tenants whose last batch failed: how much they take at a time until it is through. */
  const limits = new Map<TenantId, number>()
  const turns = createTurns(turn, AT_ONCE)
  const waking = createWaking({ db, log, wake: turns.add })
  let timer: NodeJS.Timeout | undefined
  let polling = Promise.resolve()

  /** A batch that the database refuses is halved until the one row at fault stands alone. */
  async function turn(tenantId: TenantId): Promise<boolean> {
    const limit = limits.get(tenantId) ?? BATCH
    try {
      const result = await loadBatch(given, tenantId, limit)
      if (result.did === 'nothing') return false
      const now = clock().getTime()
      lags.add(
        tenantId,
        result.writtenAt.map((at) => now - at.getTime()),
      )
      if (limit * 2 < BATCH) limits.set(tenantId, limit * 2)
      else limits.delete(tenantId)
      return result.taken >= limit
    } catch (error) {
      if (error instanceof Unavailable) {
        log.warn({ err: error, event: 'loader.unavailable', tenantId }, 'waiting for the database')
        return false
      }
      return narrow(tenantId, limit, error)
    }
  }

  async function narrow(tenantId: TenantId, limit: number, error: unknown): Promise<boolean> {
    log.warn({ err: error, event: 'loader.batch-failed', tenantId, limit }, 'a batch was undone')
    if (limit > 1) {
      limits.set(tenantId, Math.floor(limit / 4) || 1)
      return true
    }
    const reason = `Loading it failed: ${error instanceof Error ? error.message : String(error)}`
    try {
      return (await setFirstAside(given, tenantId, reason)) !== undefined
    } catch (failure) {
      log.error(
        { err: failure, event: 'loader.failed', tenantId },
        'will be tried at the next poll',
      )
      return false
    }
  }

  async function poll(): Promise<void> {
    try {
      const due = clock()
      for (const tenantId of await db.operatorWide((trx) => tenantsWithPendingDue(trx, due)))
        turns.add(tenantId)
    } catch (error) {
      log.warn({ err: error, event: 'loader.poll-failed' }, 'will be tried again')
    }
  }

  function pollLater(): void {
    timer = setTimeout(() => {
      polling = poll().then(pollLater)
    }, pollSeconds * 1_000)
  }

  return {
    /** A write of this tenant was committed on this node. */
    wake: (tenantId: TenantId) => waking.written(tenantId),

    async start(): Promise<void> {
      await waking.start()
      await poll()
      pollLater()
    },

    /** Finishes the batches that have begun; what is pending waits for the next start. */
    async stop(): Promise<void> {
      clearTimeout(timer)
      await polling
      clearTimeout(timer)
      await waking.stop()
      await turns.stop()
    },

    locate: (tenantId: TenantId, connectionId: ConnectionId, query: StagedQuery) =>
      locate(given, tenantId, connectionId, query),

    status: (tenantId: TenantId) => readStatus(given, tenantId, lags.percentile(tenantId, 0.99)),

    runs: (tenantId: TenantId, page: { limit: number }) =>
      db.inTenant(tenantId, (trx) => listRuns(trx, tenantId, page)),

    quarantine: (tenantId: TenantId, page: { limit: number }) =>
      db.inTenant(tenantId, (trx) => listQuarantined(trx, tenantId, page)),

    /** Stops loading for a tenant on every node, once the batch at work is through. */
    async pause(tenantId: TenantId, reason: string): Promise<void> {
      const paused_at = clock()
      await db.inTenant(tenantId, (trx) =>
        trx
          .insertInto('loader')
          .values({ tenant_id: tenantId, paused_at, paused_reason: reason })
          .onConflict((conflict) =>
            conflict.column('tenant_id').doUpdateSet({ paused_at, paused_reason: reason }),
          )
          .execute(),
      )
    },

    async resume(tenantId: TenantId): Promise<void> {
      await db.inTenant(tenantId, (trx) =>
        trx
          .updateTable('loader')
          .set({ paused_at: null, paused_reason: null })
          .where('tenant_id', '=', tenantId)
          .execute(),
      )
      waking.written(tenantId)
    },

    /** @throws Refusal `not_found` when nothing of that resource is set aside */
    async retry(tenantId: TenantId, resourceId: string): Promise<void> {
      const rows = await db.inTenant(tenantId, (trx) =>
        retryQuarantined(trx, tenantId, resourceId, clock()),
      )
      if (rows === 0)
        throw new Refusal('not_found', `Nothing of ${resourceId} is in quarantine there.`)
      waking.written(tenantId)
    },
  }
}
