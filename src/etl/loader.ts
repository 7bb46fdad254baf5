/**
 * The loader: carries what the Sync Engine received into the identity store, continuously and on
 * any number of nodes, and one person on demand; shows how far it is; and is paused, resumed and
 * asked to try again by operators.
 */
import { Refusal, type ConnectionId, type IdentityId, type TenantId } from '../lib/index.ts'
import type { StagedQuery } from '../sync/index.ts'
import { type BrakePolicy, readBrakePolicy, writeBrakePolicy } from './brake-policy.ts'
import { createContinuousLoad, type ContinuousGiven } from './continuous.ts'
import { startFullRun } from './full-run.ts'
import {
  discardHeld,
  type HeldOf,
  keptMemberships,
  listHeld,
  listHeldGroups,
  releaseHeld,
} from './held-decide.ts'
import { pauseLoading, resumeLoading } from './lease.ts'
import { hasLeft } from './leaving.ts'
import { locate, type LocateGiven } from './locate.ts'
import { sweepRuns } from './runs.ts'
import { createObserve, type ObserveGiven } from './observe.ts'
import { readProgress } from './progress.ts'
import { listQuarantined, retryQuarantined } from './quarantine.ts'
import type { FinishedBatch } from './turn.ts'

export interface LoaderGiven
  extends LocateGiven, ObserveGiven, Pick<ContinuousGiven, 'pollSeconds'> {
  /** Called after each batch that had something to do: for the metrics. */
  readonly batchFinished?: (batch: FinishedBatch) => void
}

export type Loader = ReturnType<typeof createLoader>

export function createLoader(given: LoaderGiven) {
  const { db, clock } = given
  const { node, seen } = createObserve(given)
  const { atWork } = node
  const continuous = createContinuousLoad({
    ...given,
    atWork,
    batchFinished(tenantId, batch) {
      node.loaded(tenantId, batch.lagsMs)
      given.batchFinished?.(batch)
    },
  })

  return {
    ...seen,
    /** A write of this tenant was committed on this node. */
    wake: continuous.written,
    start: continuous.start,
    stop: continuous.stop,

    async locate(tenantId: TenantId, connectionId: ConnectionId, query: StagedQuery) {
      const located = await locate({ ...given, atWork }, tenantId, connectionId, query)
      // A turn that came while the lease was held for this person found it taken.
      continuous.add(tenantId)
      return located
    },

    /** The IdP said that somebody has left, loaded or not. */
    hasLeft: (tenantId: TenantId, resourceId: string) =>
      db.inTenant(tenantId, (trx) => hasLeft(trx, tenantId, resourceId)),

    /** How far one resource has come, and what holds it up. */
    progress: (tenantId: TenantId, resourceId: string) => readProgress(given, tenantId, resourceId),

    /** Looks at all of a tenant again. @throws Refusal `conflict` when that is under way */
    async startFullRun(tenantId: TenantId): Promise<void> {
      await startFullRun(given, tenantId)
      continuous.written(tenantId)
    },

    /** Takes a batch of the runs from before an instant out of the history. @returns how many */
    sweepRuns: (tenantId: TenantId, before: Date) =>
      db.inTenant(tenantId, (trx) => sweepRuns(trx, tenantId, before)),

    held: (tenantId: TenantId, page: HeldOf & { limit: number; after?: string | undefined }) =>
      db.inTenant(tenantId, (trx) => listHeld(trx, tenantId, page)),

    heldGroups: (tenantId: TenantId, page: { limit: number; after?: string | undefined }) =>
      db.inTenant(tenantId, (trx) => listHeldGroups(trx, tenantId, page)),

    /** Lets what is held happen, all of it or what is named. @returns how much */
    async releaseHeld(tenantId: TenantId, of: HeldOf): Promise<number> {
      const released = await db.inTenant(tenantId, (trx) => releaseHeld(trx, tenantId, of, clock()))
      continuous.written(tenantId)
      return released
    },

    /** It does not happen, until the identity provider says something new. @returns how much */
    discardHeld: (tenantId: TenantId, of: HeldOf) =>
      db.inTenant(tenantId, (trx) => discardHeld(trx, tenantId, of, clock())),

    /** Of these groups, those that somebody is in only because of what is held. */
    keptMemberships: (tenantId: TenantId, resourceId: string, groupIds: readonly IdentityId[]) =>
      db.inTenant(tenantId, (trx) => keptMemberships(trx, tenantId, resourceId, groupIds)),

    brakePolicy: (tenantId: TenantId) =>
      db.inTenant(tenantId, (trx) => readBrakePolicy(trx, tenantId)),

    setBrakePolicy: (tenantId: TenantId, policy: BrakePolicy) =>
      db.inTenant(tenantId, (trx) => writeBrakePolicy(trx, tenantId, policy)),

    quarantine: (tenantId: TenantId, page: { limit: number }) =>
      db.inTenant(tenantId, (trx) => listQuarantined(trx, tenantId, page)),

    /** Stops loading for a tenant on every node, once the batch at work is through. */
    pause: (tenantId: TenantId, reason: string): Promise<void> =>
      db.inTenant(tenantId, (trx) => pauseLoading(trx, tenantId, reason, clock())),

    async resume(tenantId: TenantId): Promise<void> {
      await db.inTenant(tenantId, (trx) => resumeLoading(trx, tenantId))
      continuous.written(tenantId)
    },

    /** @throws Refusal `not_found` when nothing of that resource is set aside */
    async retry(tenantId: TenantId, resourceId: string): Promise<void> {
      const rows = await db.inTenant(tenantId, (trx) =>
        retryQuarantined(trx, tenantId, resourceId, clock()),
      )
      if (rows === 0)
        throw new Refusal('not_found', `Nothing of ${resourceId} is in quarantine there.`)
      continuous.written(tenantId)
    },
  }
}
