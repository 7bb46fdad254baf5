/** A request and its answer as values, and how a resource is put into an answer. */
import type { AttributeChange } from './differences.ts'
import type { Projection } from './project.ts'
import type { Dialect, Reading } from './dialects/index.ts'
import { entityTag } from './etag.ts'
import { bodyOfPieces, locationOf, renderAnswer } from './render.ts'
import type { JsonObject } from './json.ts'
import type { ResourceType } from './resource-types.ts'
import type { ResourceStore, Stored, Written } from './store.ts'

export interface ScimRequest {
  readonly method: string
  /** Below the BaseUrl, decoded and canonical, such as `/Users/usr_…`. */
  readonly path: string
  readonly query: URLSearchParams
  readonly contentType: string | undefined
  readonly ifMatch?: string | undefined
  readonly ifNoneMatch?: string | undefined
  readonly body: string | undefined
}

/** What became of a request, for the provisioning log and the metrics. */
export interface Outcome {
  operation:
    | 'create'
    | 'read'
    | 'list'
    | 'replace'
    | 'patch'
    | 'delete'
    | 'bulk'
    | 'discovery'
    | 'none'
  resourceType?: string
  resourceId?: string
  scimType?: string
  detail?: string
  changed: boolean
  /** Attribute by attribute, members apart; nothing of it happened unless `changed`. It holds values. */
  changes?: readonly AttributeChange[]
  /** Memberships that are different now. */
  movedMembers?: number
  /** Names of the dialect rewrites that fired. */
  readonly rewrites: string[]
  /** Attributes that no schema has, left out. */
  readonly ignored: string[]
  /** Members named that the connection does not have, left out. */
  unknownMembers: readonly string[]
  /** Resources in the answer. */
  count?: number
}

/** Of what has not begun. */
export function emptyOutcome(): Outcome {
  return { operation: 'none', changed: false, rewrites: [], ignored: [], unknownMembers: [] }
}

export interface ScimAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** What comes behind it, in a long answer: it is read once, and may fail on the way. */
  readonly rest?: AsyncIterable<string>
  readonly outcome: Outcome
}

export interface Given {
  readonly store: ResourceStore
  /** The SCIM root of the connection as the client knows it, without a slash at its end. */
  readonly baseUrl: string
  /** The types that are served, with the extensions of this connection. */
  readonly types: readonly ResourceType[]
  /** How the connection is spoken with; forgiving where nothing is said. */
  readonly dialect?: Dialect
  /** Whether it is time to end a request that can be ended in the middle: a bulk request. */
  readonly isLate?: () => boolean
  /** What is asked and told of each operation of a bulk request, as of a request of its own. */
  readonly eachOperation?: EachOperation
}

export interface EachOperation {
  /** Before it is done. @returns after how many seconds to try again, when it may not be done now */
  readonly admit: () => Promise<{ readonly retrySeconds: number } | undefined>
  /** Once its result is known. @param nth  its place in the request, from 1 on */
  readonly answered: (nth: number, status: number, outcome: Outcome) => void
}

/** What the functions that answer one operation are handed. */
export interface Call extends Given {
  readonly request: ScimRequest
  readonly outcome: Outcome
  readonly reading: Reading
  /** The body, when it came inside that of a bulk request. */
  readonly data?: JsonObject
}

export type Reply = Omit<ScimAnswer, 'outcome'>

export const CONTENT_TYPE = 'application/scim+json'

/** A resource as the answer to a read or a write. */
export function resourceReply(
  { baseUrl }: Given,
  type: ResourceType,
  status: 200 | 201,
  stored: Stored | Written,
  projection: Projection | undefined,
): Reply {
  return {
    status,
    headers: {
      'content-type': CONTENT_TYPE,
      location: locationOf(type, stored.id, baseUrl),
      etag: entityTag(stored.version),
    },
    ...bodyOfPieces(renderAnswer(type, stored, baseUrl, projection)),
  }
}
