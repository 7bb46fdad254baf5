/**
 * A tenant's turn on one node: one batch, a page of its full run beside it, and what happens when
 * the batch fails.
 *
 * Batches are as large as is done in a moment (`batch-size.ts`). One that the database refuses is tried
 * again with fewer rows, until the row at fault stands alone and is blamed for it (`batch.ts`); then
 * they grow again.
 */
import type { Logger } from 'pino'
import type { Db } from '../db/index.ts'
import { linesOf, type TenantId } from '../lib/index.ts'
import { tenantsWithPendingDue } from '../sync/index.ts'
import { nextSize } from './batch-size.ts'
import { loadBatch, type BatchGiven } from './batch.ts'
import { continueFullRun } from './full-run.ts'
import { tenantsWithFullRun } from './lease.ts'
import { isOutsideTrouble } from './trouble.ts'

/** The most resources and memberships of one batch (design section 3). */
export const BATCH = 2_000

/**
 * The most of a tenant's first, before it is known how long that takes: what 16 connections write in the tenth of a second
 * between two. In two batches of 100 and more each person costs PostgreSQL half as much again.
 */
const FIRST = 250
/** Of a full run, which nobody waits for: others wait for it, and for the disk to have all that it wrote. */
const PAGE = { first: 500, least: 250, most: 50_000, budgetMs: 40 }
/** How long its pages do with the plans that they have. */
const PLANS_MS = 1_000

/** What became of one batch. */
export interface FinishedBatch {
  readonly outcome: 'loaded' | 'undone'
  /** Of each change that is in the identity store now: how long it took to get there. */
  readonly lagsMs: readonly number[]
  /** Of those changes, of each that took somebody's access away: how long until it was gone. */
  readonly revokedMs: readonly number[]
  /** Changes that could not be loaded this time. */
  readonly failed: number
}

export interface TurnGiven extends BatchGiven {
  readonly log: Logger
  readonly batchFinished: (tenantId: TenantId, batch: FinishedBatch) => void
}

/**
 * @param most  rows of one batch
 * @returns one turn; true when there is more to do at once. Never rejects.
 */
export function createTurn(given: TurnGiven, most: number) {
  const { log, clock, batchFinished } = given
  /** Of those whose last batch left more or failed: how many rows the next one takes. */
  const limits = new Map<TenantId, number>()
  const pages = new Map<TenantId, { readonly size: number; readonly plannedAt: number }>()

  /** A page of a full run, where one is under way, has its turn beside each batch. */
  async function takePage(tenantId: TenantId): Promise<boolean> {
    const { size, plannedAt } = pages.get(tenantId) ?? { size: PAGE.first, plannedAt: 0 }
    const startedAt = clock().getTime()
    const plansAfresh = startedAt - plannedAt >= PLANS_MS
    // What throws is taken up again, with fewer: it may have been too much for one statement.
    pages.set(tenantId, { size: Math.ceil(size / 4), plannedAt: 0 })
    const goesOn = await continueFullRun(given, tenantId, size, plansAfresh)
    const next = nextSize(size, clock().getTime() - startedAt, PAGE)
    if (goesOn) pages.set(tenantId, { size: next, plannedAt: plansAfresh ? startedAt : plannedAt })
    else pages.delete(tenantId)
    return goesOn
  }

  return async (tenantId: TenantId): Promise<boolean> => {
    const limit = limits.get(tenantId) ?? Math.min(FIRST, most)
    const startedAt = clock().getTime()
    try {
      const result = await loadBatch(given, tenantId, limit)
      const tookMs = clock().getTime() - startedAt
      const goesOn = await takePage(tenantId)
      if (result.did === 'nothing') return goesOn
      batchFinished(tenantId, { outcome: 'loaded', ...result })
      if (result.more) limits.set(tenantId, nextSize(limit, tookMs, { most }))
      else limits.delete(tenantId)
      return result.more || goesOn
    } catch (error) {
      batchFinished(tenantId, { outcome: 'undone', lagsMs: [], revokedMs: [], failed: 0 })
      limits.set(tenantId, Math.ceil(limit / 4))
      if (isOutsideTrouble(error)) {
        const fields = { err: linesOf(error), event: 'etl.batch.postponed', tenantId, limit }
        log.warn(fields, 'the next poll takes it up again')
        return false
      }
      const fields = { err: linesOf(error), event: 'etl.batch.undone', tenantId, limit }
      log.warn(fields, 'it is tried again with fewer rows')
      // Alone, a row is blamed; what fails nevertheless is not its fault.
      return limit > 1
    }
  }
}

/** Who has something due, or has a full run under way. Operator-wide. */
export function tenantsWithWork(db: Db, due: Date): Promise<TenantId[]> {
  return db.operatorWide(async (trx) => [
    ...(await tenantsWithPendingDue(trx, due)),
    ...(await tenantsWithFullRun(trx)),
  ])
}
