/**
 * What a check is. The suite is a list of them, as data: an id, how much it binds, the section that
 * says so, a sentence, and a function that asks a server through a `Scim` client and throws `Failed`
 * when it saw something else.
 *
 * Nothing in this folder but its tests imports anything of the product: the checks know a URL and a
 * token and would otherwise share the mistakes of what they look at.
 */
import type { Exchange, Scim } from './client.ts'

/** As RFC 2119 means them. A MAY that does not hold is told and counts as nothing. */
export type Level = 'MUST' | 'SHOULD' | 'MAY'

/** What a server may have or not; `run.ts` finds out, `FEATURES` says what is told of one it lacks. */
export type Feature = keyof typeof FEATURES

export const FEATURES = {
  patch: 'PATCH is not announced',
  bulk: 'Bulk is not announced',
  filter: 'filtering is not announced',
  sort: 'sorting is not announced',
  etag: 'versions (ETag) are not announced',
  cursor: 'cursor pagination is not announced',
  groups: 'no resource type has the endpoint /Groups',
  enterprise: 'the enterprise extension is not announced for /Users',
  search: 'POST /Users/.search is answered with 501',
  neighbour: 'no second URL and token were given',
} as const

export interface Check {
  /** `group.what`, stable: reports, `--only` and the list of known gaps name it. */
  readonly id: string
  readonly level: Level
  /** `RFC 7644 §3.3`, or `clients need: Okta` where identity providers want more than the RFCs say. */
  readonly section: string
  /** A sentence in the present: subject, act, outcome. */
  readonly title: string
  /** Skipped, and said so, unless the server has all of these. */
  readonly needs?: readonly Feature[]
  /** Skipped when the server has this: how it must answer when it does not. */
  readonly unless?: Feature
  readonly run: (scim: Scim) => Promise<void>
}

export interface Group {
  readonly name: string
  readonly title: string
  /** For all of its checks. */
  readonly needs?: readonly Feature[]
  readonly checks: readonly Check[]
}

/** What was expected and what was seen, for whoever reads the report. */
export class Failed extends Error {
  readonly expected: string
  readonly seen: string
  /** Undefined: it was about the last exchange. */
  readonly exchange: Exchange | undefined

  constructor(expected: string, seen: string, exchange?: Exchange) {
    super(`expected ${expected}; saw ${seen}`)
    this.name = 'Failed'
    this.expected = expected
    this.seen = seen
    this.exchange = exchange
  }
}
