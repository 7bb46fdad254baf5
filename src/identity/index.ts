/**
 * The identity store: people and groups as sites know them, under our own ids, with the FQNs they
 * have and had, their links, and what happened to them in order.
 *
 * Refuses to know SCIM and where an identity comes from. The writers are for the loader alone,
 * but for the end of access.
 */
import type { Db } from '../db/index.ts'
import { createPast } from './as-of.ts'
import { createEventReader } from './events.ts'
import { createFinder } from './find.ts'
import { createLinkReader } from './links.ts'
import { createReader } from './read.ts'
import { createSourceReader } from './sources.ts'

export type IdentityStore = ReturnType<typeof createIdentityStore>

export function createIdentityStore(given: { readonly db: Db }) {
  return {
    ...createReader(given),
    ...createLinkReader(given),
    ...createEventReader(given),
    ...createFinder(given),
    ...createPast(given),
    ...createSourceReader(given),
  }
}

export { erasePerson } from './erase.ts'
export { EVENT_KINDS } from './event-kinds.ts'
export type { EventKind, EventMeaning } from './event-kinds.ts'
export { departures } from './departures.ts'
export type { Departure, Positions } from './departures.ts'
export { appendEvents } from './events.ts'
export { sweepEvents } from './horizon.ts'
export { MAX_FQN_LENGTH, readFqn, renderFqn, whyNoName } from './fqn.ts'
export { nameHolders } from './name-holders.ts'
export type { NameHolder } from './name-holders.ts'
export { countMembers, linksAmong, membershipsAmong } from './memberships.ts'
export {
  addFirstLinks,
  addLinks,
  linkedAmong,
  leadersOf,
  peopleManagedBy,
  removeLinks,
  removeLinksOf,
  withEnds,
  takeLinks,
} from './links.ts'
export type { Move } from './links.ts'
export {
  activePersonSql,
  countActivePeople,
  countIdentities,
  endAccess,
  freeActivePeopleSql,
  presentIdentities,
  writeIdentities,
  writeNames,
} from './write.ts'
export {
  countLoadedToWalk,
  digestIdentities,
  digestMemberLinks,
  endsOfLinks,
  groupsBornSince,
  identitiesAfter,
  identityAt,
  memberLinkAt,
  memberLinksAfter,
} from './walk.ts'
export type { IdentitySearch } from './read.ts'
export type {
  Identity,
  IdentityBrief,
  IdentityEvent,
  IdentityFacts,
  IdentityKind,
  IdentityState,
  Link,
  LinkKind,
} from './types.ts'
