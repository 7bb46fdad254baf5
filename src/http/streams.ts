/**
 * Streams of server-sent events: how many there may be, how long they last, and that they are alive.
 *
 * A stream ends with its client, with the server, with what it tells of, and with the right to
 * listen, which is looked at again every few seconds (SEC T-6). A client that reads slowly is waited
 * for: nothing piles up for it.
 */
import { HEARTBEAT, RETRY, type StreamEvent, writeEvent } from '../contract/index.ts'
import type { Clock } from '../lib/index.ts'
import type { Answer, Exchange } from './area.ts'
import { TooManyRequests } from './errors.ts'
import { DATA_HEADERS } from './headers.ts'

/** On one node, of all callers together. */
const MOST = 100
const RETRY_SECONDS = 30
const HEARTBEAT_MS = 10_000
const LOOK_AGAIN_MS = 4_000

export type Streams = ReturnType<typeof createStreams>

export interface StreamGiven {
  readonly clock: Clock
  /** Aborted when the server closes. */
  readonly closing: AbortSignal
  /** How many are open now: for the metrics. */
  readonly opened: (count: number) => void
}

export function createStreams({ clock, closing, opened }: StreamGiven) {
  let open = 0
  const count = (by: number) => opened((open += by))

  async function* told(
    events: AsyncIterable<StreamEvent | undefined>,
    mayListen: () => Promise<boolean>,
  ): AsyncGenerator<string> {
    count(1)
    try {
      yield RETRY
      let toldAt = clock().getTime()
      let lookedAt = toldAt
      for await (const event of events) {
        const now = clock().getTime()
        if (now - lookedAt >= LOOK_AGAIN_MS) {
          if (!(await mayListen())) return
          lookedAt = now
        }
        if (event === undefined && now - toldAt < HEARTBEAT_MS) continue
        yield event === undefined ? HEARTBEAT : writeEvent(event)
        toldAt = now
      }
    } finally {
      count(-1)
    }
  }

  return {
    /**
     * @param source     begins what is told; it ends when the signal says so. Undefined: nothing new
     * @param mayListen  whether the caller still may
     * @throws TooManyRequests when this node has no room for another; what `source` throws
     */
    async open(
      { gone }: Pick<Exchange, 'gone'>,
      source: (signal: AbortSignal) => Promise<AsyncIterable<StreamEvent | undefined>>,
      mayListen: () => Promise<boolean>,
    ): Promise<Answer> {
      if (open >= MOST || closing.aborted) throw new TooManyRequests(RETRY_SECONDS)
      const events = await source(AbortSignal.any([gone(), closing]))
      return {
        status: 200,
        headers: {
          'content-type': 'text/event-stream; charset=utf-8',
          // A proxy that gathers would keep events back.
          'x-accel-buffering': 'no',
          ...DATA_HEADERS,
        },
        rest: told(events, mayListen),
      }
    },
  }
}
