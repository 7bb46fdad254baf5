/**
 * SCIM 2.0 (RFC 7643 and 7644) as pure functions: one request in, one answer out, over a
 * ResourceStore that somebody else brings. Refuses to know a database, a socket, a tenant and
 * what time it is.
 */
export { answer } from './answer.ts'
export type { EachOperation, Outcome, ScimAnswer, ScimRequest } from './reply.ts'
export type { AttributeChange } from './differences.ts'
export { FORGIVING, REWRITES } from './dialects/index.ts'
export type { Dialect, Rewrite, RewriteName } from './dialects/index.ts'
export { errorBody, ScimError } from './errors.ts'
export type { PlainStatus, ScimType } from './errors.ts'
export { declareExtension, typesWith } from './extensions.ts'
export type { DeclaredAttribute, DeclaredExtension } from './extensions.ts'
export { createCursors } from './cursor.ts'
export type { Cursors, Position } from './cursor.ts'
export {
  foldedText,
  LOOKED_UP,
  LOOKED_UP_LENGTH,
  lookedUp,
  lookedUpValue,
} from './filter/folded.ts'
export { instantOf } from './filter/instant.ts'
export { parseFilter } from './filter/parse.ts'
export { matches } from './filter/match.ts'
export type { AttributePath, Filter, Operator } from './filter/tree.ts'
export { LIMITS } from './limits.ts'
export { groupFull } from './members.ts'
export { createMemoryStore } from './memory-store.ts'
export { createdAtIn, parseStored, renderStored, shownName } from './render.ts'
export { SORTED_LENGTH, sortByOf } from './sort.ts'
export type { SortBy, SortKey } from './sort.ts'
export { defineType, RESOURCE_TYPES, resourceType } from './resource-types.ts'
export type { ResourceType } from './resource-types.ts'
export { attribute } from './schemas/attribute.ts'
export type { Attribute, Schema } from './schemas/attribute.ts'
export type {
  Body,
  Change,
  Draft,
  Elements,
  Found,
  Json,
  Keys,
  ListQuery,
  Member,
  MemberEdit,
  Page,
  ResourceStore,
  Sought,
  Stored,
  Wants,
  Written,
} from './store.ts'
