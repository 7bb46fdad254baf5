/**
 * What there is to see of the loader: the pipeline of a tenant and its runs, once or as they change,
 * with what this node knows of its own work.
 */
import type { Logger } from 'pino'
import type { Db } from '../db/index.ts'
import { type Clock, linesOf, type TenantId } from '../lib/index.ts'
import { createCounts } from './counts.ts'
import { createLagSample } from './lag.ts'
import { listRuns, type Run } from './runs.ts'
import { type LoaderStatus, readStatus } from './status.ts'
import { createTotals } from './totals.ts'
import { createTroubles } from './troubles.ts'
import { createWatch } from './watch.ts'

export interface ObserveGiven {
  readonly db: Db
  readonly clock: Clock
  readonly log: Logger
  /** Whether there is such a tenant. */
  readonly isThere: (tenantId: TenantId) => Promise<boolean>
}

/** A whole picture of a tenant's pipeline. */
export interface Look {
  readonly at: Date
  readonly status: LoaderStatus
  /** The latest, the newest first. */
  readonly runs: readonly Run[]
}

const EVERY_MS = 500
const RUNS = 50

export function createObserve({ db, clock, log, isThere }: ObserveGiven) {
  const lags = createLagSample()
  const count = createCounts({ db, clock })
  const loading = new Map<TenantId, number>()

  const status = (tenantId: TenantId) =>
    readStatus({ db, clock, count }, tenantId, {
      loading: loading.get(tenantId) ?? 0,
      p50LagMs: lags.percentile(tenantId, 0.5),
      p95LagMs: lags.percentile(tenantId, 0.95),
      p99LagMs: lags.percentile(tenantId, 0.99),
    })
  const runs = (tenantId: TenantId, page: { limit: number; after?: string | undefined }) =>
    db.inTenant(tenantId, (trx) => listRuns(trx, tenantId, page))

  async function look(tenantId: TenantId): Promise<Look | undefined> {
    if (!(await isThere(tenantId))) return undefined
    const seen = await status(tenantId)
    return { status: seen, runs: await runs(tenantId, { limit: RUNS }), at: clock() }
  }

  const { watch } = createWatch<Look>({
    look,
    everyMs: EVERY_MS,
    failed: (error) =>
      log.warn({ err: linesOf(error), event: 'etl.look.failed' }, 'will be tried again'),
  })

  return {
    /** For the batches of this node: they tell how much they have taken, and how long it took. */
    node: {
      atWork: (tenantId: TenantId, rows: number) =>
        void (rows === 0 ? loading.delete(tenantId) : loading.set(tenantId, rows)),
      loaded: lags.add,
    },
    seen: {
      status,
      runs,
      totals: createTotals({ db, clock }),
      troubles: createTroubles({ db, clock }),
      /** The pipeline as it changes: a look a second, however many watch. */
      watch,
    },
  }
}
