/**
 * The Sync Engine: what the identity providers said, kept as rows, and what of it the loader has
 * yet to look at. Each accepted write and its pending rows are one transaction.
 *
 * Refuses to know who people are (identity), what a valid resource is (scim) and when something
 * is loaded (etl).
 */
import type { Scope } from '../lib/index.ts'
import type { ResourceStore } from '../scim/index.ts'
import { createNameReader } from './names.ts'
import { createRecent } from './recent.ts'
import { createRemoval } from './remove-all.ts'
import { createStore, type StoreGiven } from './resource-store.ts'
import { createStagedReader } from './staged.ts'
import { createTotals } from './totals.ts'

export type SyncGiven = Omit<StoreGiven, 'totals' | 'recent'>
export type Sync = ReturnType<typeof createSync>

export function createSync(given: SyncGiven) {
  const storeGiven = { ...given, totals: createTotals(given.clock), recent: createRecent() }
  return {
    /** What a SCIM request may see and change: the resources of one connection. */
    storeFor: (scope: Scope): ResourceStore => createStore(storeGiven, scope),
    ...createStagedReader(given),
    ...createNameReader(given),
    ...createRemoval(given),
  }
}

export {
  addPending,
  addPendingMembers,
  countAllPending,
  countPending,
  countPendingByTenant,
  putBack,
  takePending,
  takePendingOf,
  tenantsWithPendingDue,
} from './pending.ts'
export type { Pending, Taken } from './pending.ts'
export {
  countReceived,
  findStaged,
  membershipsOf,
  presentMemberships,
  presentResources,
} from './present.ts'
export { peopleAfter, sampleResources } from './sample.ts'
export {
  countReceivedToWalk,
  digestMemberships,
  digestResources,
  membershipAt,
  membershipsAfter,
  resourcesAfter,
  settledMemberships,
  unknownResources,
} from './walk.ts'
export type { Digest } from './walk.ts'
export { askStagedActive, stagedActivity } from './staged.ts'
export type { StagedPerson } from './staged.ts'
export type { Membership, PresentResource, StagedQuery } from './present.ts'
