/**
 * A typed client of the admin API, one function a route, over any `fetch`: the CLI's, the
 * console's and the tests'. It builds the address and the body from the route's own data.
 */
import { z } from 'zod'
import { readEvents } from './event-stream.ts'
import {
  type InputOf,
  pathNames,
  type Problem,
  problem,
  type ReplyOf,
  type Route,
} from './route.ts'
import { routes } from './routes.ts'

type AllRoutes = typeof routes
type Client = {
  readonly [K in keyof AllRoutes]: CallOf<AllRoutes[K]>
}
type CallOf<R extends Route> = R extends { readonly streams: true }
  ? (input: InputOf<R>, options?: StreamOptions) => AsyncIterable<ReplyOf<R>>
  : R extends { readonly exports: object }
    ? (input: InputOf<R>, options?: Pick<StreamOptions, 'signal'>) => AsyncIterable<Uint8Array>
    : (input: InputOf<R>) => Promise<ReplyOf<R>>
export type AdminClient = Client

/** The server refused, in its own words. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly requestId: string | undefined
  readonly problems: readonly { at: string; message: string }[]
  /** Of the command line: what helps. */
  readonly command: string | undefined

  constructor(
    status: number,
    code: string,
    message: string,
    more: Partial<Omit<Problem['error'], 'code' | 'message'>> = {},
  ) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.requestId = more.requestId
    this.problems = more.problems ?? []
    this.command = more.command
  }
}

export interface ClientOptions {
  /** The server's address, without a slash at the end. */
  readonly url: string
  /** A key. Without one the session of the browser's cookie speaks. */
  readonly token?: string
  readonly fetch?: typeof fetch
  /** Goes around each call: it may wait before it, and ask once more. */
  readonly around?: <Done>(route: Route, ask: () => Promise<Done>) => Promise<Done>
}

export interface StreamOptions {
  /** Ends the stream from this side. */
  readonly signal?: AbortSignal
  /** The id of the last event of an earlier stream: this one goes on from there. */
  readonly lastEventId?: string | undefined
}

type Input = Readonly<Record<string, unknown>>
interface Streaming {
  readonly signal?: AbortSignal
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * @returns one function a route; each throws `ApiError` when the server refuses. Of a route that
 *   streams, each event until either side ends it; of one that exports, the file as it comes, which
 *   throws when it breaks off
 */
export function createClient({
  url,
  token,
  fetch: send = fetch,
  around = (_, ask) => ask(),
}: ClientOptions): Client {
  /** Of the session, once a reply told it (SEC W-3). */
  let csrfToken = '1'
  const ask = async (route: Route, input: Input, more: Streaming, accept: string) => {
    const { address, body } = requestOf(route, input)
    const response = await send(url + address, {
      method: route.method,
      redirect: 'error',
      ...more,
      headers: {
        ...(token === undefined
          ? { 'x-rollcall-console': csrfToken }
          : { authorization: `Bearer ${token}` }),
        accept,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...more.headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (response.ok) return response
    throw errorOf(response.status, await response.text())
  }
  const call = async (route: Route, input: Input) => {
    const text = await (await ask(route, input, {}, 'application/json')).text()
    const reply = route.reply.parse(text === '' ? undefined : JSON.parse(text))
    const told = z.object({ csrfToken: z.string() }).safeParse(reply)
    if (told.success) csrfToken = told.data.csrfToken
    return reply
  }
  async function* follow(
    route: Route,
    input: Input,
    { signal, lastEventId }: StreamOptions = {},
  ): AsyncGenerator {
    const more = {
      ...(signal === undefined ? {} : { signal }),
      headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
    }
    const { body } = await around(route, () => ask(route, input, more, 'text/event-stream'))
    if (body === null) return
    for await (const event of readEvents(body)) yield route.reply.parse(event)
  }
  async function* download(route: Route, input: Input, { signal }: StreamOptions = {}) {
    const more = signal === undefined ? {} : { signal }
    const { body } = await around(route, () => ask(route, input, more, '*/*'))
    if (body !== null) yield* body
  }
  const caller = (route: Route) => {
    const stream = route.streams === true ? follow : download
    return route.streams === true || route.exports !== undefined
      ? (input: Input, options?: StreamOptions) => stream(route, input, options)
      : (input: Input) => around(route, () => call(route, input))
  }
  const entries = Object.entries<Route>(routes).map(([name, route]) => [name, caller(route)])
  // Checked by what each function does: it parses its reply with the reply's own schema.
  return Object.fromEntries(entries) as Client
}

/** Where a call goes: names in braces into the path, the rest into the query or the body. */
export function requestOf(
  route: Pick<Route, 'method' | 'path'>,
  input: Readonly<Record<string, unknown>>,
): { address: string; body: Record<string, unknown> | undefined } {
  const inPath = new Set(pathNames(route.path))
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(input[name])),
  )
  const rest = Object.entries(input).filter(
    ([name, value]) => !inPath.has(name) && value !== undefined,
  )
  if (route.method === 'POST' || route.method === 'PATCH')
    return { address: path, body: Object.fromEntries(rest) }
  const query = new URLSearchParams()
  for (const [name, value] of rest) query.set(name, String(value))
  return { address: query.size === 0 ? path : `${path}?${query}`, body: undefined }
}

function errorOf(status: number, text: string): ApiError {
  const read = problem.safeParse(jsonOrNothing(text))
  if (!read.success)
    return new ApiError(status, 'unexpected', `The server answered ${status} without saying why.`)
  const { code, message, ...more } = read.data.error
  return new ApiError(status, code, message, more)
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
