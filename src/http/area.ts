/**
 * What a part of the edge is, without the web framework: an area owns a prefix, has doors, and
 * knows how to put a refusal in its own form. `server.ts` serves areas and nothing else does.
 *
 * The order of work is the same at every door (SEC P-1): `admit` sees the head alone, and only
 * when it has returned is the body read, within `bodyLimit`, and handed to `answer`.
 */

import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'

/** One request as it goes through. `seen` is what its log line will hold: ids, counts, codes. */
export interface Exchange {
  readonly requestId: string
  readonly method: string
  /** As it stands in the request, without the query. */
  readonly path: string
  /** After the question mark, undecoded; empty if there is none. */
  readonly query: string
  /** The door's names in braces, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  /** The caller's, as the listed proxies say. */
  readonly address: string
  readonly seen: Record<string, unknown>
  /** A signal that is aborted when the client has gone. */
  readonly gone: () => AbortSignal
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  /** The body of what is no text, or compressed. */
  readonly bytes?: Buffer | undefined
  /** What comes behind the body, of a long answer, fetched no faster than the client takes it. */
  readonly rest?: AsyncIterable<string> | undefined
}

export interface Door {
  readonly methods: readonly string[]
  /** Below the area's prefix; `/{name}` for a parameter, `/*` at the end for the rest. */
  readonly path: string
  readonly bodyLimit: (exchange: Exchange) => number
  readonly admit: (exchange: Exchange) => Promise<void>
  readonly answer: (exchange: Exchange, body: string | undefined) => Promise<Answer>
  /** What its answers are measured as, where they are not to be compared with those of its area. */
  readonly measuredAs?: string
}

export interface Area {
  /** What its log lines call it. */
  readonly name: string
  readonly prefix: `/${string}` | ''
  /** A path must be in its one canonical form here. */
  readonly canonicalPaths: boolean
  readonly doors: readonly Door[]
  /** Puts whatever was thrown into this area's form. Must not throw. */
  readonly refuse: (thrown: unknown, exchange: Exchange) => Answer
  /** Called once the answer is out, well or not. Must not throw. */
  readonly answered?: (exchange: Exchange, told: Answered) => void
}

export interface Answered {
  readonly status: number
  /** From the head of the request to the end of the answer. */
  readonly ms: number
}

/** Something about the request itself, before any door: its path, size, type or method. */
export class HttpRefusal extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.name = 'HttpRefusal'
    this.status = status
    this.headers = headers
  }
}

/** The listener of a part that speaks to the socket itself, below one prefix. */
export interface RawArea {
  readonly name: string
  readonly prefix: `/${string}`
  readonly listener: (
    request: IncomingMessage,
    response: ServerResponse,
    exchange: Exchange,
  ) => Promise<void>
}
