/**
 * The loader: carries what the Sync Engine received into the identity store, continuously and on
 * any number of nodes, and one person on demand; shows how far it is; and is paused, resumed and
 * asked to try again by operators.
 */
import { Refusal, type ConnectionId, type TenantId } from '../lib/index.ts'
import type { StagedQuery } from '../sync/index.ts'
import { startFullRun } from './full-run.ts'
import { driftOfRun, type DriftGiven } from './drift.ts'
import { createHolds } from './holds.ts'
import { pauseLoading, resumeLoading } from './lease.ts'
import { hasLeftNow, type Source } from './leaving.ts'
import { locate, type LocateGiven } from './locate.ts'
import { sweepRuns, theRun } from './runs.ts'
import { createObserve, type ObserveGiven } from './observe.ts'
import { readProgress } from './progress.ts'
import { listQuarantined, retryQuarantined } from './quarantine.ts'
import { skipQuarantined } from './skips.ts'
import type { FinishedBatch } from './turn.ts'
import { departuresOfRun, undoRun } from './undo.ts'
import { createWaking } from './wake.ts'
import { createWork, type Work, type WorkGiven, type WorkTold } from './work.ts'

export interface LoaderGiven extends LocateGiven, ObserveGiven, Pick<WorkGiven, 'pollSeconds'> {
  readonly identity: LocateGiven['identity'] & DriftGiven['identity']
  /** Called after each batch that had something to do: for the metrics and the tallies. */
  readonly batchFinished?: (tenantId: TenantId, batch: FinishedBatch) => void
  /** Where the work is done, if not in this thread. */
  readonly workElsewhere?: ((told: WorkTold) => Work) | undefined
}

export type Loader = ReturnType<typeof createLoader>

export function createLoader(given: LoaderGiven) {
  const { db, clock } = given
  const { node, seen } = createObserve(given)
  const { atWork } = node
  const { work, waking } = createWorking(given, node)

  return {
    ...seen,
    ...createHolds({ db, clock, released: waking.written }),
    /** A write of this tenant was committed on this node. */
    wake: waking.written,

    async start(): Promise<void> {
      await waking.start()
      await work.start()
    },
    busySeconds: work.busySeconds,
    /** As `Work` */
    async stop(): Promise<void> {
      waking.stop()
      await work.stop()
    },

    async locate(tenantId: TenantId, connectionId: ConnectionId, query: StagedQuery) {
      const located = await locate({ ...given, atWork }, tenantId, connectionId, query)
      // A turn that came while the lease was held for this person found it taken.
      work.add([tenantId])
      return located
    },

    /** The IdP said that somebody has left, loaded or not. */
    hasLeft: (tenantId: TenantId, source: Source) => hasLeftNow(db, tenantId, source),

    /** How far one resource has come, and what holds it up. */
    progress: (tenantId: TenantId, source: Source) => readProgress(given, tenantId, source),

    /** Looks at all of a tenant again. @throws Refusal `conflict` when that is under way */
    async startFullRun(tenantId: TenantId, how?: { readonly withSkipped: boolean }): Promise<void> {
      await startFullRun(given, tenantId, how)
      waking.written(tenantId)
    },

    /** @throws Refusal `not_found` where the tenant has no such run */
    run: (tenantId: TenantId, runId: string) =>
      db.inTenant(tenantId, (trx) => theRun(trx, tenantId, runId)),

    /** What a run took away that is gone still. @throws Refusal as `departuresOfRun` */
    departures: (
      tenantId: TenantId,
      runId: string,
      page: { limit: number; after?: number | undefined },
    ) => departuresOfRun(given, tenantId, runId, page),

    /** Brings that back. @throws Refusal as `undoRun` */
    undoRun: (tenantId: TenantId, runId: string, requestId: string) =>
      undoRun(given, tenantId, runId, requestId),

    /** What a full run found different and put right. @throws Refusal as `driftOfRun` */
    drift: (
      tenantId: TenantId,
      runId: string,
      page: { limit: number; after?: number | undefined },
    ) => driftOfRun(given, tenantId, runId, page),

    /** Takes a batch of the runs from before an instant out of the history. @returns how many */
    sweepRuns: (tenantId: TenantId, before: Date) =>
      db.inTenant(tenantId, (trx) => sweepRuns(trx, tenantId, before)),

    quarantine: (tenantId: TenantId, page: { limit: number }) =>
      db.inTenant(tenantId, (trx) => listQuarantined(trx, tenantId, page)),

    /** Stops loading for a tenant on every node, once the batch at work is through. */
    pause: (tenantId: TenantId, reason: string): Promise<void> =>
      db.inTenant(tenantId, (trx) => pauseLoading(trx, tenantId, reason, clock())),

    async resume(tenantId: TenantId): Promise<void> {
      await db.inTenant(tenantId, (trx) => resumeLoading(trx, tenantId))
      work.addWaiting(tenantId)
    },

    /** @throws Refusal `not_found` when nothing of that resource is set aside */
    async retry(tenantId: TenantId, resourceId: string): Promise<void> {
      const rows = await db.inTenant(tenantId, (trx) =>
        retryQuarantined(trx, tenantId, resourceId, clock()),
      )
      if (rows === 0) throw notAside(resourceId)
      waking.written(tenantId)
    },

    /**
     * Leaves what is set aside of a resource out until the IdP writes it anew.
     * @throws Refusal `not_found` as `retry`
     */
    async skip(tenantId: TenantId, resourceId: string, reason: string): Promise<void> {
      const rows = await db.inTenant(tenantId, (trx) =>
        skipQuarantined(trx, tenantId, { resourceId, reason, now: clock() }),
      )
      if (rows === 0) throw notAside(resourceId)
    },
  }
}

/** The work, and what wakes it. */
function createWorking(
  given: LoaderGiven,
  { atWork, loaded }: ReturnType<typeof createObserve>['node'],
) {
  const told: WorkTold = {
    atWork,
    batchFinished(tenantId, batch) {
      loaded(tenantId, batch.lagsMs)
      given.batchFinished?.(tenantId, batch)
    },
  }
  const work = given.workElsewhere?.(told) ?? createWork({ ...given, ...told })
  return { work, waking: createWaking({ ...given, wake: work.add }) }
}

function notAside(resourceId: string): Refusal {
  return new Refusal('not_found', `Nothing of ${resourceId} is in quarantine there.`)
}
