/**
 * What SCIM asks of a place that keeps resources. One store speaks for one connection.
 *
 * A store never interprets a resource: it keeps the rendered text, the few keys it must
 * find resources by, and group members as rows. The rules are in this folder; `memory-store`
 * and `sync` on PostgreSQL both follow this page, and the same checks run against both.
 *
 * Members are never part of a body: a change of k members costs k (design section 3).
 */
import type { Filter } from './filter/tree.ts'
import type { ResourceType } from './resource-types.ts'
import type { SortBy } from './sort.ts'

/** A JSON object without prototype, in the schema's spelling; no id, meta, schemas, members, groups. */
export type Body = { [name: string]: Json }
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json }

/** What a store finds resources by, computed from a body by `keysOf`. */
export interface Keys {
  /** The unique attribute, folded unless it is `caseExact`: unique per connection and type. */
  readonly unique: string
  readonly externalId: string | null
  readonly active: boolean
}

/** A resource about to be written. The store mints id, version and times. */
export interface Draft {
  readonly body: Body
  readonly keys: Keys
}

export interface Member {
  readonly value: string
  /** The name of its type. */
  readonly type: string
  readonly display: string | null
}

/**
 * Elements of `members` or `groups` as JSON text with commas between and no brackets around, passed
 * through unparsed as well; each `$ref` is an address below the BaseUrl, such as `/Users/usr_…`.
 */
export type Elements = string

/** A resource as it is kept. `text` comes from `renderStored` and is passed through unparsed. */
export interface Stored {
  readonly id: string
  readonly version: number
  readonly text: string
  /** Present if asked for: a group's members in the order of their ids, or the first of them. */
  readonly members?: Elements
  /** Present when there may be more: fetches them, some at a time, never none. */
  readonly moreMembers?: () => AsyncIterable<Elements>
  /** Present if asked for: the groups a user is in directly. */
  readonly groups?: Elements
}

export interface Wants {
  readonly members: boolean
  readonly groups: boolean
}

/** One type to look through; a query at the root looks through several. */
export interface Sought {
  readonly type: ResourceType
  readonly filter: Filter | undefined
  /** Undefined where the type has no such attribute: its resources have no value to sort by. */
  readonly sortBy: SortBy | undefined
  readonly wants: Wants
}

export interface ListQuery {
  readonly sought: readonly Sought[]
  /** Undefined: in the order of birth. Equal and missing values are in that order too. */
  readonly order: 'ascending' | 'descending' | undefined
  /** 1-based (RFC 7644 section 3.4.2.4), or a cursor, empty for the first page (RFC 9865). */
  readonly from: { readonly startIndex: number } | { readonly cursor: string }
  /** 0 asks for the total alone. */
  readonly count: number
}

export interface Found extends Stored {
  /** The name of its type. */
  readonly type: string
}

export interface Page {
  /** Of all pages; on later pages of a cursor, as it was on the first. */
  readonly total: number
  readonly resources: readonly Found[]
  /** The cursor of the next page, when the query has one and there is a next page. */
  readonly next?: string
}

/** An edit of a group's membership. Edits apply in order; each is a set operation (SEC P-11). */
export type MemberEdit =
  | { readonly kind: 'join'; readonly members: readonly string[] }
  | { readonly kind: 'leave'; readonly members: readonly string[] }
  | { readonly kind: 'leave-where'; readonly where: (member: Member) => boolean }
  | { readonly kind: 'only'; readonly members: readonly string[] }

export interface Change {
  /** Sees the present version under lock; throws ScimError to refuse (If-Match). */
  readonly check?: (version: number) => void
  /** From the present body to the new draft; returns undefined when nothing changes. Pure. */
  readonly edit?: (body: Body) => Draft | undefined
  readonly members?: readonly MemberEdit[]
  readonly wants: Wants
}

export interface Written extends Stored {
  /** False: nothing was different, so version and lastModified stand and nothing is pending. */
  readonly changed: boolean
  /** Memberships that are different now. */
  readonly movedMembers: number
  /** Members named that this connection does not have; left out, to be reported. */
  readonly unknownMembers: readonly string[]
}

/**
 * All methods are atomic: they happen wholly or not at all. A resource of another tenant or
 * connection is not there. Every method may throw `Unavailable`.
 */
export interface ResourceStore {
  /**
   * @throws ScimError `uniqueness` (409) naming who holds the key; never adopts (SEC P-16). `invalidValue`
   * for more members than a group may have (P-2)
   */
  create(
    type: ResourceType,
    draft: Draft,
    members: readonly string[],
    wants: Wants,
  ): Promise<Written>
  read(type: ResourceType, id: string, wants: Wants): Promise<Stored | undefined>
  /**
   * In a total, stable order. Inactive resources are ordinary resources.
   * @throws ScimError `invalidCursor`, `expiredCursor`, or `tooMany` when it would take too long
   */
  list(query: ListQuery): Promise<Page>
  /**
   * @returns undefined when there is no such resource
   * @throws ScimError as `create`, what `edit` throws, and `invalidValue` when somebody would join a
   * group that is full (SEC P-2)
   */
  update(type: ResourceType, id: string, change: Change): Promise<Written | undefined>
  /** Takes it out of every group too. @returns false when there was none. */
  remove(type: ResourceType, id: string, check?: (version: number) => void): Promise<boolean>
}
