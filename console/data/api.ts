/** The admin API, by the session of the browser's cookie; and how its lists and streams are asked. */
import { type InfiniteData, keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { type AdminClient, createClient, type StreamOptions } from '../../src/contract/index.ts'
import { whileIn } from './again.ts'
import { isAttended } from './presence.ts'

export const api: AdminClient = createClient({ url: '', fetch: send, around: whileIn })

/** Nothing is written but by somebody; what is read may be asked by a timer. */
function send(address: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  if (init.method === 'GET' && !isAttended()) headers.set('x-rollcall-unattended', '1')
  return fetch(address, { ...init, headers })
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

/** Follows a stream for as long as the caller is shown; one that ends is taken up where it ended. */
export function useStream<Event extends { readonly id: string }>(
  key: string,
  open: (options: StreamOptions) => AsyncIterable<Event>,
  tell: (event: Event) => void,
): void {
  const latest = useRef({ open, tell })
  latest.current = { open, tell }
  useEffect(() => {
    const left = new AbortController()
    let lastEventId: string | undefined
    const follow = async () => {
      while (!left.signal.aborted) {
        try {
          for await (const event of latest.current.open({ signal: left.signal, lastEventId })) {
            lastEventId = event.id
            latest.current.tell(event)
          }
        } catch {
          // Whoever may not listen any more is told by the page's other questions.
        }
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      }
    }
    void follow()
    return () => left.abort()
  }, [key])
}
