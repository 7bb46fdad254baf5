/** The admin API, by the session of the browser's cookie; and how its lists and streams are asked. */
import { type InfiniteData, keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import {
  type AdminClient,
  createClient,
  type Route,
  type StreamOptions,
} from '../../src/contract/index.ts'
import { whileIn } from './again.ts'
import { isAttended } from './presence.ts'

export const api: AdminClient = createClient({
  url: '',
  fetch: send,
  around: (route, ask) => whileIn(route, () => reached(route, ask)),
})

/** Longer than any answer takes that is still to be had. */
const WAIT_MS = 30_000

/** Nothing is written but by somebody; what is read may be asked by a timer. */
async function send(address: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  if (init.method === 'GET' && !isAttended()) headers.set('x-rollcall-unattended', '1')
  const late = new AbortController()
  // As a browser says it of a server that it cannot reach.
  const timer = setTimeout(() => late.abort(new TypeError('No answer came.')), WAIT_MS)
  const signal = AbortSignal.any([late.signal, ...(init.signal ? [init.signal] : [])])
  try {
    return await fetch(address, { ...init, headers, signal })
  } finally {
    clearTimeout(timer)
  }
}

/** What a browser itself says of a server that is away is of no use to anybody. */
async function reached<Done>({ method }: Route, ask: () => Promise<Done>): Promise<Done> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const next =
      method === 'GET'
        ? 'Try again in a moment.'
        : 'Whether this was done is not known: look, then try again.'
    throw new Error(`The server cannot be reached. ${next}`, { cause: error })
  }
}

/** What a route of the API replies with. */
export type Reply<Name extends keyof AdminClient> = AdminClient[Name] extends (
  ...given: never[]
) => Promise<infer Replied>
  ? Replied
  : never
export type Item<Name extends keyof AdminClient> =
  Reply<Name> extends { items: (infer One)[] } ? One : never

interface PageOf {
  readonly items: readonly unknown[]
  readonly next: string | number | null
}

/** With the quarter of a second until a row is written, what happens is seen within a second. */
const LIVE_MS = 500

/** A list by pages, the rows of those that were asked for together; `latest` is what the last of them says beside. */
export function usePages<Page extends PageOf>(
  key: readonly unknown[],
  ask: (after: string | undefined) => Promise<Page>,
  { live = false }: { readonly live?: boolean } = {},
) {
  const asked = useInfiniteQuery<
    Page,
    Error,
    InfiniteData<Page>,
    readonly unknown[],
    string | undefined
  >({
    queryKey: key,
    queryFn: ({ pageParam }) => ask(pageParam),
    initialPageParam: undefined,
    getNextPageParam: ({ next }) => (next === null ? undefined : String(next)),
    placeholderData: keepPreviousData,
    // What is looked at further down stays as it is.
    refetchInterval: ({ state }) => (live && (state.data?.pages.length ?? 0) < 2 ? LIVE_MS : false),
  })
  return {
    asked,
    rows: asked.data?.pages.flatMap(({ items }): Page['items'][number][] => [...items]) ?? [],
    latest: asked.data?.pages.at(-1),
    more: {
      has: asked.hasNextPage,
      isComing: asked.isFetchingNextPage,
      get: asked.fetchNextPage,
    },
  }
}

const AGAIN_MS = 2_000

interface Followed<Event> {
  readonly open: (options: StreamOptions) => AsyncIterable<Event>
  readonly tell: (event: Event) => void
  /** It is told again after a while in which it was not. */
  readonly back: () => void
}

/**
 * Follows a stream for as long as the caller is shown; one that ends is taken up where it ended.
 * @returns since when nothing is told, while it cannot be opened
 */
export function useStream<Event extends { readonly id: string }>(
  key: string,
  followed: Followed<Event>,
): Date | undefined {
  const [silentSince, setSilentSince] = useState<Date>()
  const latest = useRef(followed)
  latest.current = followed
  useEffect(() => {
    const left = new AbortController()
    let lastEventId: string | undefined
    let endedAt: Date | undefined
    const follow = async () => {
      while (!left.signal.aborted) {
        try {
          for await (const event of latest.current.open({ signal: left.signal, lastEventId })) {
            lastEventId = event.id
            latest.current.tell(event)
            if (endedAt !== undefined) latest.current.back()
            endedAt = undefined
            setSilentSince(undefined)
          }
          endedAt ??= new Date()
        } catch {
          endedAt ??= new Date()
          if (!left.signal.aborted) setSilentSince(endedAt)
        }
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      }
    }
    void follow()
    return () => {
      left.abort()
      setSilentSince(undefined)
    }
  }, [key])
  return silentSince
}
