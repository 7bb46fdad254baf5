/**
 * A typed client of the admin API, one function a route, over any `fetch`: the CLI's, the
 * console's and the tests'. It builds the address and the body from the route's own data.
 */
import { type InputOf, pathNames, problem, type ReplyOf, type Route } from './route.ts'
import { routes } from './routes.ts'

type AllRoutes = typeof routes
type Client = {
  readonly [K in keyof AllRoutes]: (input: InputOf<AllRoutes[K]>) => Promise<ReplyOf<AllRoutes[K]>>
}
export type AdminClient = Client

/** The server refused, in its own words. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly requestId: string | undefined
  readonly problems: readonly { at: string; message: string }[]

  constructor(
    status: number,
    code: string,
    message: string,
    requestId?: string,
    problems: readonly { at: string; message: string }[] = [],
  ) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.requestId = requestId
    this.problems = problems
  }
}

export interface ClientOptions {
  /** The server's address, without a slash at the end. */
  readonly url: string
  readonly token: string
  readonly fetch?: typeof fetch
}

/** @returns one function a route; each throws `ApiError` when the server refuses */
export function createClient({ url, token, fetch: send = fetch }: ClientOptions): Client {
  const call = async (route: Route, input: Readonly<Record<string, unknown>>) => {
    const { address, body } = requestOf(route, input)
    const response = await send(url + address, {
      method: route.method,
      redirect: 'error',
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw errorOf(response.status, text)
    return route.reply.parse(text === '' ? undefined : JSON.parse(text))
  }
  const entries = Object.entries(routes).map(([name, route]) => [
    name,
    (input: Readonly<Record<string, unknown>>) => call(route, input),
  ])
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
  const { code, message, requestId, problems } = read.data.error
  return new ApiError(status, code, message, requestId, problems)
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
