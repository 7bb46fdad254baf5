/**
 * The admin API: binds the contract's routes to the functions that do what they say. A route
 * without a handler, or a handler that takes or gives something else, does not compile.
 *
 * A reply passes through its schema on the way out, so a field that the contract does not name,
 * a hash say, cannot leave by mistake.
 */
import { type Route, routes, type StreamEvent } from '../contract/index.ts'
import { type AdminParts, type Asking, handlers, type Listener } from './admin/index.ts'
import type { Answer, Area, Door, Exchange } from './area.ts'
import {
  admit,
  bindTenant,
  type Caller,
  type CallerGiven,
  callerOf,
  recordingRefusals,
} from './caller.ts'
import { adminAnswer } from './errors.ts'
import { type Exports, type ListPage, PAGE } from './exports.ts'
import { DATA_HEADERS } from './headers.ts'
import type { Log } from './log.ts'
import { inputOf } from './route-input.ts'
import type { Streams } from './streams.ts'
import { visitOf } from './visit.ts'

const BODY_LIMIT = 1024 * 1024

export interface AdminGiven extends AdminParts, CallerGiven {
  readonly tenants: AdminParts['tenants']
  readonly operators: AdminParts['operators']
  readonly streams: Streams
  readonly exports: Exports
  readonly log: Log
}

/** Where the routes of the contract are: what an administrator does, and what a setup link opens. */
export function contractAreas(given: AdminGiven): { admin: Area; setup: Area } {
  return { admin: areaOf(given, 'admin'), setup: areaOf(given, 'setup') }
}

function areaOf(given: AdminGiven, name: 'admin' | 'setup'): Area {
  return {
    name,
    prefix: `/${name}`,
    // Names stand in paths here, encoded, and the router decodes them once, after it has routed.
    canonicalPaths: false,
    doors: Object.entries<Route>(routes)
      .filter(([, { path }]) => path.startsWith(`/${name}/`))
      .map(([act, route]) => doorOf(given, act as keyof typeof routes, route)),
    refuse: (thrown, exchange) => adminAnswer(thrown, exchange, given.log),
  }
}

function doorOf(given: AdminGiven, name: keyof typeof routes, route: Route): Door {
  const callers = new WeakMap<Exchange, Caller>()
  const isLong = route.streams === true || route.exports !== undefined
  const answer =
    route.exports !== undefined ? exportOf : route.streams === true ? streamOf : replyOf
  // An export is its list, asked again and again.
  const handled = (route.exports?.list ?? name) as keyof typeof handlers
  return {
    methods: [route.method],
    path: route.path.replace(/^\/(admin|setup)/, ''),
    ...(isLong ? { measuredAs: 'stream' } : {}),
    bodyLimit: () => BODY_LIMIT,
    async admit(exchange) {
      callers.set(exchange, await admit(given, name, route, exchange))
    },
    async answer(exchange, body) {
      const caller = callers.get(exchange)
      if (caller === undefined) throw new Error(`${name} was reached without authentication.`)
      const input = await bindTenant(given, name, caller, inputOf(route, exchange, body))
      exchange.seen['act'] = name
      const act = () => answer(given, { name: handled, route, exchange, caller, input })
      return recordingRefusals(given, name, caller, act, ['not_permitted'])
    },
  }
}

interface Asked {
  /** Of its handler. */
  readonly name: keyof typeof handlers
  readonly route: Route
  readonly exchange: Exchange
  readonly caller: Caller
  readonly input: unknown
}

async function replyOf(given: AdminGiven, asked: Asked): Promise<Answer> {
  const { name, route, exchange, caller, input } = asked
  const { visit, headers } = visitOf(given, exchange, caller)
  // The one place where the list of handlers is indexed by name: their types were checked there.
  const handle = handlers[name] as (parts: AdminParts & Asking, input: unknown) => unknown
  const { actor, role } = caller
  const reply = route.reply.parse(await handle({ ...given, actor, role, visit }, input))
  if (reply === undefined) return { status: 204, headers: { ...DATA_HEADERS, ...headers } }
  return {
    status: route.status ?? 200,
    headers: { 'content-type': 'application/json; charset=utf-8', ...DATA_HEADERS, ...headers },
    body: JSON.stringify(reply),
  }
}

async function streamOf(given: AdminGiven, asked: Asked): Promise<Answer> {
  const { name, route, exchange, input } = asked
  const handle = handlers[name] as unknown as (
    parts: AdminParts,
    input: unknown,
    listener: Listener,
  ) => Promise<AsyncIterable<unknown>>
  const lastEventId = exchange.headers['last-event-id']?.toString()
  return given.streams.open(
    exchange,
    async (signal) => checked(route, await handle(given, input, { signal, lastEventId })),
    async () => (await callerOf(given, exchange, { touches: false })) !== undefined,
  )
}

async function exportOf(given: AdminGiven, asked: Asked): Promise<Answer> {
  const { name, route, exchange, caller } = asked
  const { tenant, format, ...filter } = route.input.parse(asked.input)
  const { tenantId } = await given.tenants.findTenant(String(tenant))
  const { actor } = caller
  // Of a list, as the contract says: so it replies with a page.
  const handle = handlers[name] as unknown as (
    parts: AdminParts,
    input: unknown,
  ) => Promise<ListPage>
  return given.exports.open({
    ...{ tenantId, actor, route, exchange, filter },
    isCsv: format === 'csv',
    read: (after) =>
      handle(given, { ...filter, ...route.exports?.always, tenant: tenantId, limit: PAGE, after }),
    mayRead: async () => (await callerOf(given, exchange, { touches: false })) !== undefined,
  })
}

/** Each event passes through the schema of the reply, as a reply does. */
async function* checked(
  { reply }: Route,
  events: AsyncIterable<unknown>,
): AsyncGenerator<StreamEvent | undefined> {
  for await (const event of events)
    yield event === undefined ? undefined : (reply.parse(event) as StreamEvent)
}
