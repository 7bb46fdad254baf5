/**
 * The continuous load of all tenants on one node: whose turn it is, how much at a time, and what
 * happens when it fails. Woken by writes, and by polling as the rule.
 *
 * A batch that the database refuses is tried again with fewer rows, until the row at fault stands
 * alone and is blamed for it (`batch.ts`); then the batches grow again.
 */
import type { Logger } from 'pino'
import type { Db } from '../db/index.ts'
import type { TenantId } from '../lib/index.ts'
import { tenantsWithPendingDue } from '../sync/index.ts'
import { loadBatch, type BatchGiven } from './batch.ts'
import { continueFullRun } from './full-run.ts'
import { tenantsWithFullRun } from './lease.ts'
import { describe, isOutsideTrouble } from './trouble.ts'
import { createTurns } from './turns.ts'
import { createWaking } from './wake.ts'

/** The most pending rows of one batch (design section 3). */
const BATCH = 2_000
/** Tenants that one node works for at a time; each takes a connection. */
const AT_ONCE = 3

/** What became of one batch. */
export interface FinishedBatch {
  readonly outcome: 'loaded' | 'undone'
  /** Of each change that is in the identity store now: how long it took to get there. */
  readonly lagsMs: readonly number[]
  /** Changes that could not be loaded this time. */
  readonly failed: number
}

export interface ContinuousGiven extends BatchGiven {
  readonly log: Logger
  readonly pollSeconds: number
  readonly batchFinished: (tenantId: TenantId, batch: FinishedBatch) => void
}

export function createContinuousLoad(given: ContinuousGiven) {
  const { db, clock, newId, log, pollSeconds, batchFinished } = given
  /** Tenants whose last batch failed: how much they take at a time until they are through. */
  const limits = new Map<TenantId, number>()
  const turns = createTurns(turn, AT_ONCE)
  const waking = createWaking({ db, newId, log, wake: add })
  let timer: NodeJS.Timeout | undefined
  let polling = Promise.resolve()
  let running = false

  function add(tenantId: TenantId): void {
    if (running) turns.add(tenantId)
  }

  async function turn(tenantId: TenantId): Promise<boolean> {
    const limit = limits.get(tenantId) ?? BATCH
    try {
      const result = await loadBatch(given, tenantId, limit)
      // A page of a full run, where one is under way, has its turn beside each batch.
      const goesOn = await continueFullRun(given, tenantId)
      if (result.did === 'nothing') return goesOn
      batchFinished(tenantId, { outcome: 'loaded', ...result })
      if (limit * 2 < BATCH) limits.set(tenantId, limit * 2)
      else limits.delete(tenantId)
      return result.more || goesOn
    } catch (error) {
      batchFinished(tenantId, { outcome: 'undone', lagsMs: [], failed: 0 })
      limits.set(tenantId, Math.ceil(limit / 4))
      if (isOutsideTrouble(error)) {
        const fields = { err: describe(error), event: 'etl.batch.postponed', tenantId, limit }
        log.warn(fields, 'the next poll takes it up again')
        return false
      }
      const fields = { err: describe(error), event: 'etl.batch.undone', tenantId, limit }
      log.warn(fields, 'it is tried again with fewer rows')
      // Alone, a row is blamed; what fails nevertheless is not its fault.
      return limit > 1
    }
  }

  async function poll(): Promise<void> {
    try {
      const tenants = await tenantsWithWork(db, clock())
      for (const tenantId of tenants) add(tenantId)
    } catch (error) {
      log.warn({ err: describe(error), event: 'etl.poll.failed' }, 'will be tried again')
    }
  }

  function pollLater(): void {
    if (!running) return
    timer = setTimeout(() => {
      polling = poll().then(pollLater)
    }, pollSeconds * 1_000)
  }

  return {
    /** A write of this tenant was committed on this node: told to all, soon. */
    written: waking.written,
    /** This tenant has work, perhaps. */
    add,

    async start(): Promise<void> {
      running = true
      await waking.start()
      await poll()
      pollLater()
    },

    /** Finishes the batches that have begun; what is pending waits for the next start. */
    async stop(): Promise<void> {
      running = false
      clearTimeout(timer)
      waking.stop()
      await polling
      await turns.stop()
    },
  }
}

/** Whose turn it is, whether or not anybody has told of it. */
async function tenantsWithWork(db: Db, due: Date): Promise<TenantId[]> {
  return db.operatorWide(async (trx) => [
    ...(await tenantsWithPendingDue(trx, due)),
    ...(await tenantsWithFullRun(trx)),
  ])
}
