/**
 * A SCIM client that knows a URL and a token. It keeps every exchange, remembers what was created
 * through it so that it can be removed, and waits when it is told to (429 with Retry-After).
 *
 * What it creates carries the prefix below in userName or displayName, so that a later run finds
 * what a killed one left behind.
 */
import { Failed, type Feature } from './check.ts'
import { at, type Doc, expectStatus, idOf, isDoc } from './expect.ts'
import { GROUP, PATCH_OP, USER } from './names.ts'

export const PREFIX = 'conformance-'
/** Okta and Entra ID both give up after a minute. */
const PATIENCE_MS = 60_000
const RETRIES = 5
/** More than a socket takes at once. */
const LARGE = 500_000

export interface Exchange {
  readonly method: string
  /** Below the URL, with the query. */
  readonly path: string
  readonly sent: string | undefined
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly ms: number
}

export interface Answer extends Exchange {
  /** Undefined when the body is none or is no JSON. */
  readonly json: unknown
}

export type Query = Readonly<Record<string, string | number | boolean>>

export interface Asked {
  readonly query?: Query
  /** Text is sent as it is, anything else as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Instead of `Bearer` and the token; undefined sends no Authorization at all. */
  readonly authorization?: string | undefined
}

/** A resource that a check has made for itself. */
export interface Made {
  readonly id: string
  /** `/Users/{id}` */
  readonly path: string
  /** Its userName or displayName. */
  readonly name: string
  /** The answer to the create. */
  readonly doc: Doc
}

export interface Operation {
  readonly op: string
  readonly path?: string
  readonly value?: unknown
}

export interface Scim {
  readonly url: string
  readonly token: string
  /** What the server says it has. */
  readonly has: (feature: Feature) => boolean
  /** Another tenant's client; a check that uses it says so in `needs`. */
  readonly neighbour: () => Scim
  readonly shared: Shared
  /** All exchanges of the whole run, the neighbour's too. */
  readonly trace: readonly Exchange[]
  readonly last: () => Exchange | undefined
  readonly request: (method: string, path: string, asked?: Asked) => Promise<Answer>
  readonly get: (path: string, query?: Query) => Promise<Answer>
  readonly post: (path: string, body: unknown, query?: Query) => Promise<Answer>
  readonly put: (path: string, body: unknown, query?: Query) => Promise<Answer>
  readonly delete: (path: string) => Promise<Answer>
  /** PATCH with the operations in a PatchOp message. */
  readonly patch: (path: string, ...operations: readonly Operation[]) => Promise<Answer>
  /** GET that must answer 200 with a resource. */
  readonly read: (path: string, query?: Query) => Promise<Doc>
  /** GET that must answer 200 with a list; all its resources. */
  readonly list: (path: string, query?: Query) => Promise<readonly Doc[]>
  /** A fresh userName or displayName. */
  readonly name: (label?: string) => string
  /** A user for this check alone; `userName` is a fresh one unless given. */
  readonly user: (more?: Doc) => Promise<Made>
  readonly group: (members?: readonly Made[], more?: Doc) => Promise<Made>
  /** Made on first use by whichever check needs it, only read by all, removed when the run ends. */
  readonly once: <T>(what: string, make: (keeper: Scim) => Promise<T>) => Promise<T>
  /** Removes whatever was created through this client. */
  readonly removeAll: () => Promise<void>
}

/** What all checks of a run have in common. */
export interface Shared {
  /** Different in each run. */
  readonly stamp: string
  readonly features: ReadonlySet<Feature>
  readonly trace: Exchange[]
  /** What `once` has made. */
  readonly made: Map<string, Promise<unknown>>
  names: number
}

export interface Target {
  readonly url: string
  readonly token: string
}

/** @param keeper keeps what `once` makes until the run ends; the run's own client is its own keeper */
export function createScim(
  target: Target,
  shared: Shared,
  other: Target | undefined,
  keeper: Scim | undefined,
): Scim {
  const url = target.url.replace(/\/+$/, '')
  const made = new Set<string>()
  let last: Exchange | undefined
  const request: Scim['request'] = async (method, path, asked = {}) => {
    const answer = await ask({ url, token: target.token }, method, path, asked)
    const { json: _json, ...kept } = answer
    last = kept
    shared.trace.push(kept)
    if (answer.status === 201) noteCreated(path, answer, made)
    return answer
  }
  const get = (path: string, query: Query = {}) => request('GET', path, { query })
  const post = (path: string, body: unknown, query: Query = {}) =>
    request('POST', path, { body, query })
  let neighbour: Scim | undefined
  const scim: Scim = {
    url,
    token: target.token,
    has: (feature) => shared.features.has(feature),
    neighbour: () => {
      if (other === undefined) throw new Error('A check looks at the neighbour and needs none.')
      return (neighbour ??= createScim(other, shared, undefined, undefined))
    },
    shared,
    trace: shared.trace,
    last: () => last,
    request,
    get,
    post,
    put: (path, body, query = {}) => request('PUT', path, { body, query }),
    delete: (path) => request('DELETE', path),
    patch: (path, ...operations) =>
      request('PATCH', path, { body: { schemas: [PATCH_OP], Operations: operations } }),
    read: async (path, query = {}) => docOf(await get(path, query)),
    list: async (path, query = {}) => resourcesOf(await get(path, query)),
    name: (label = 'x') =>
      `${PREFIX}${shared.stamp}-${(shared.names += 1)}-${label}@conformance.example`,
    user: (more = {}) =>
      make(scim, '/Users', { schemas: [USER], userName: scim.name('user'), ...more }),
    group: (members = [], more = {}) =>
      make(scim, '/Groups', {
        schemas: [GROUP],
        displayName: scim.name('group'),
        members: members.map(({ id }) => ({ value: id })),
        ...more,
      }),
    once: (what, makeIt) => {
      const found = shared.made.get(what) ?? makeIt(keeper ?? scim)
      shared.made.set(what, found)
      return found as ReturnType<typeof makeIt>
    },
    removeAll: async () => {
      for (const path of [...made].toReversed()) await request('DELETE', path).catch(leaveIt)
      made.clear()
      await neighbour?.removeAll()
    },
  }
  return scim
}

/** What cannot be removed now is found by its prefix, at the end of this run or the start of the next. */
export function leaveIt(error: unknown): void {
  if (!(error instanceof Failed)) throw error
}

/** A connection that ended before its answer came. */
class Cut extends Error {
  readonly failed: Failed
  /**
   * Asking again shows more than it hides: the server closed an idle connection at the moment in which
   * it was used again, or refused a large body and closed before all of it was sent, and the refusal
   * was lost on its way.
   */
  readonly isHarmless: boolean

  constructor(error: unknown, exchange: Exchange, length: number) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    super(String(cause))
    this.name = 'Cut'
    this.failed = new Failed('an answer within 60 seconds', String(cause), exchange)
    const isLate = cause instanceof DOMException
    this.isHarmless = !isLate && (exchange.method === 'GET' || length > LARGE)
  }
}

async function ask(target: Target, method: string, path: string, asked: Asked): Promise<Answer> {
  const query = Object.entries(asked.query ?? {})
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&')
  const address = path + (query === '' ? '' : `${path.includes('?') ? '&' : '?'}${query}`)
  for (let attempt = 1; ; attempt += 1) {
    const answer = await once(target, method, address, asked)
    const mayRepeat = attempt <= RETRIES
    if (answer instanceof Cut) {
      if (!mayRepeat || !answer.isHarmless) throw answer.failed
      continue
    }
    const seconds = Number(answer.headers['retry-after'])
    if (answer.status !== 429 || !(seconds <= PATIENCE_MS / 1000) || !mayRepeat) return answer
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  }
}

async function once(
  { url, token }: Target,
  method: string,
  address: string,
  asked: Asked,
): Promise<Answer | Cut> {
  const { body } = asked
  const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const authorization = 'authorization' in asked ? asked.authorization : `Bearer ${token}`
  const startedAt = performance.now()
  // One check sends the token where it does not belong; no report may show it.
  const path = address.replaceAll(encodeURIComponent(token), '…')
  const seen = { method, path, sent: sent?.slice(0, 4096) }
  try {
    const response = await fetch(url + address, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: {
        accept: 'application/scim+json',
        ...(authorization === undefined ? {} : { authorization }),
        ...(sent === undefined ? {} : { 'content-type': 'application/scim+json' }),
        ...asked.headers,
      },
      ...(sent === undefined ? {} : { body: sent }),
    })
    const text = await response.text()
    const ms = performance.now() - startedAt
    const headers = Object.fromEntries(response.headers)
    return { ...seen, status: response.status, headers, text, ms, json: parse(text) }
  } catch (error) {
    const ms = performance.now() - startedAt
    return new Cut(error, { ...seen, status: 0, headers: {}, text: '', ms }, sent?.length ?? 0)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function noteCreated(path: string, { json }: Answer, made: Set<string>): void {
  const collection = path.replace(/[?#].*$/, '').replace(/\/+$/, '')
  const id = at(json, 'id')
  if (typeof id === 'string' && id !== '') made.add(`${collection}/${encodeURIComponent(id)}`)
}

async function make(scim: Scim, collection: string, body: Doc): Promise<Made> {
  const answer = await scim.post(collection, body)
  expectStatus(answer, 201)
  const doc = isDoc(answer.json) ? answer.json : {}
  const id = idOf(answer)
  const name = at(body, collection === '/Users' ? 'userName' : 'displayName')
  return { id, path: `${collection}/${encodeURIComponent(id)}`, name: String(name), doc }
}

function docOf(answer: Answer): Doc {
  expectStatus(answer, 200)
  if (!isDoc(answer.json)) throw new Failed('a JSON object', answer.text.slice(0, 200), answer)
  return answer.json
}

/** The resources of a ListResponse, which must be one. */
export function resourcesOf(answer: Answer): readonly Doc[] {
  const list = docOf(answer)
  const resources = at(list, 'Resources') ?? []
  if (!Array.isArray(resources) || typeof at(list, 'totalResults') !== 'number')
    throw new Failed('a ListResponse', answer.text.slice(0, 200), answer)
  return resources.filter(isDoc)
}
