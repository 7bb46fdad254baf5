/**
 * The sockets: limits, request ids, one log line a request, and areas behind their prefixes.
 * Alone in naming the web framework. What is answered is the areas' business.
 */
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { NewId } from '../lib/index.ts'
import type { Metrics } from '../telemetry/index.ts'
import { type Answer, type Area, type Exchange, HttpRefusal, type RawArea } from './area.ts'
import { letArrive, readBody } from './body.ts'
import { checkPath, MAX_URL } from './canonical-path.ts'
import { limitConnections } from './connections-limit.ts'
import { answerBrokenRequest, refuseExpectation } from './broken-request.ts'
import { BASE_HEADERS } from './headers.ts'
import type { Log } from './log.ts'
import { watchSilentConnections } from './silent-connections.ts'

/** Seconds a slow client has: for the head, the whole request, and between two requests (SEC L-5). */
const HEAD_MS = 10_000
const REQUEST_MS = 30_000
const IDLE_MS = 60_000
const MAX_HEAD_BYTES = 16 * 1024
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange
    /** Milliseconds, of the process. */
    startedAt: number
  }
  interface FastifyContextConfig {
    measuredAs?: string
  }
}

export interface ServerGiven {
  readonly newId: NewId
  /** For the line of each request. */
  readonly log: Pick<Log, 'info'>
  readonly answered: Metrics['answered']
  /** Addresses whose X-Forwarded-* are believed (SEC G-5). */
  readonly trustedProxies: readonly string[]
  readonly areas: readonly Area[]
  readonly raw: readonly RawArea[]
}

export type HttpServer = ReturnType<typeof createServer>

export function createServer(given: ServerGiven) {
  const { newId, trustedProxies, areas, raw } = given
  const app = Fastify({
    logger: false,
    genReqId: () => newId('req'),
    requestIdHeader: false,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    bodyLimit: 1,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: IDLE_MS,
    http: {
      maxHeaderSize: MAX_HEAD_BYTES,
      headersTimeout: HEAD_MS,
      connectionsCheckingInterval: 2000,
      // The public URL comes from the settings (SEC G-5), so nobody is refused for a missing Host.
      requireHostHeader: false,
    },
    // Whoever is interested in a query reads it from the address.
    routerOptions: { maxParamLength: MAX_URL, querystringParser: () => ({}) },
    clientErrorHandler: answerBrokenRequest(newId),
    frameworkErrors: (error, request, reply) => {
      const url = request.raw.url ?? '/'
      const area = areas.find(({ prefix }) => url.startsWith(`${prefix}/`))
      if (area === undefined) throw error
      begin(request, reply)
      send(reply, area.refuse(asRefusal(error), request.exchange))
      recordAnswered(given, request, reply)
    },
  })
  limitConnections(app.server, trustedProxies)
  const closeSilentConnections = watchSilentConnections(app.server)
  app.server.on('checkExpectation', refuseExpectation(newId))
  app.decorateRequest('exchange')
  app.decorateRequest('startedAt', 0)
  app.addHook('onRequest', (request, reply, done) => {
    begin(request, reply)
    reply.raw.once('close', () => {
      if (isAnswered(reply)) recordAnswered(given, request, reply)
    })
    done(lengthRefusal(request))
  })
  // Whoever has gone meanwhile is not told, and what was done for them is in the log all the same.
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (reply.raw.closed) recordAnswered(given, request, reply)
    done()
  })
  for (const area of areas) mountArea(app, area)
  for (const area of raw) mountRaw(app, area)

  return {
    /** Listens and returns the port it got. */
    async listen(host: string, port: number): Promise<number> {
      await app.listen({ host, port, listenTextResolver: () => '' })
      const address = app.server.address()
      return typeof address === 'object' && address !== null ? address.port : port
    },
    /** Stops accepting, lets what runs finish, up to `withinMs`; then cuts what is left. */
    async close(withinMs: number): Promise<void> {
      const cut = setTimeout(() => app.server.closeAllConnections(), withinMs)
      // A connection whose last request ends now would wait for another one until it idles out.
      const idle = setInterval(() => {
        app.server.closeIdleConnections()
        closeSilentConnections()
      }, 50)
      await app.close()
      clearInterval(idle)
      clearTimeout(cut)
    },
  }
}

function mountArea(app: FastifyInstance, area: Area): void {
  const mount = async (scope: FastifyInstance) => {
    scope.removeAllContentTypeParsers()
    // The body is not read here but by `readBody`, once `admit` has let the request in.
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    scope.setErrorHandler(async (error, request, reply) => {
      await letArrive(request.raw)
      return send(reply, area.refuse(asRefusal(error), request.exchange))
    })
    scope.setNotFoundHandler(async (request, reply) => {
      await letArrive(request.raw)
      const { method, path } = request.exchange
      const refusal = METHODS.has(method)
        ? new HttpRefusal(404, `There is nothing at ${path.slice(0, 200)}.`)
        : new HttpRefusal(405, `The method ${method} is not known here.`)
      return send(reply, area.refuse(refusal, request.exchange))
    })
    for (const door of area.doors)
      scope.route({
        method: [...door.methods],
        url: door.path.replace(/\{(\w+)\}/g, ':$1'),
        config: door.measuredAs === undefined ? {} : { measuredAs: door.measuredAs },
        handler: async (request, reply) => {
          const { exchange } = request
          if (area.canonicalPaths) checkPath(exchange.path)
          await door.admit(exchange)
          const body = await readBody(request.raw, door.bodyLimit(exchange))
          return send(reply, await door.answer(exchange, body))
        },
      })
  }
  // Encapsulated: an area's parsers and refusals are its own.
  app.register(mount, { prefix: area.prefix })
}

function mountRaw(app: FastifyInstance, area: RawArea): void {
  app.register(
    async (scope) => {
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
      scope.all('/*', async (request, reply) => {
        reply.hijack()
        for (const [name, value] of BASE_HEADERS) reply.raw.setHeader(name, value)
        reply.raw.setHeader('x-request-id', request.id)
        await area.listener(request.raw, reply.raw, request.exchange)
      })
    },
    { prefix: area.prefix },
  )
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  reply.code(answer.status)
  for (const [name, value] of Object.entries(answer.headers)) reply.header(name, value)
  // Whoever is refused and still sends is not listened to any further.
  if (answer.status >= 400 && !reply.request.raw.complete && hasBody(reply.request.raw))
    reply.header('connection', 'close')
  if (answer.rest === undefined) return reply.send(answer.bytes ?? answer.body)
  // Of HEAD nothing is sent, so nothing needs to be fetched for it.
  if (reply.request.method === 'HEAD') return reply.send()
  if (answer.body === undefined) return reply.send(Readable.from(answer.rest))
  return reply.send(Readable.from(wholeOf(answer.body, answer.rest)))
}

async function* wholeOf(body: string, rest: AsyncIterable<string>): AsyncIterable<string> {
  yield body
  yield* rest
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function exchangeOf(request: FastifyRequest): Exchange {
  // A whole address is taken as well (RFC 9112 section 3.2.2); ours is in the settings.
  const url = (request.raw.url ?? '/').replace(/^https?:\/\/[^/?]*/i, '')
  const mark = url.indexOf('?')
  return {
    requestId: request.id,
    method: request.method,
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    params: (request.params ?? {}) as Readonly<Record<string, string>>,
    headers: request.headers,
    rawHeaders: request.raw.rawHeaders,
    address: request.ip,
    seen: {},
    gone() {
      const gone = new AbortController()
      request.raw.socket.once('close', () => gone.abort())
      return gone.signal
    },
  }
}

/** What the framework itself noticed has a status; anything else is passed on as it is. */
function asRefusal(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string')
    return error
  if (!error.code.startsWith('FST_ERR_')) return error
  const status =
    'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
  const message = FRAMEWORK_MESSAGES[error.code] ?? 'The request cannot be read.'
  return status < 500 ? new HttpRefusal(status, message) : error
}

const FRAMEWORK_MESSAGES: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'The address of the request is malformed: it holds a broken percent-escape.',
  FST_ERR_MAX_PARAM_LENGTH: 'A part of the address is longer than 8 KiB, the limit here.',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'The Content-Type of the request is malformed.',
}

function lengthRefusal({ raw }: FastifyRequest): HttpRefusal | undefined {
  if ((raw.url ?? '').length <= MAX_URL) return undefined
  return new HttpRefusal(414, 'The address of the request is longer than 8 KiB, the limit here.')
}

function begin(request: FastifyRequest, reply: FastifyReply): void {
  // Of no content there is no type, whatever a client says it is; the framework would refuse some.
  if (!hasBody(request.raw)) delete request.raw.headers['content-type']
  request.exchange = exchangeOf(request)
  request.startedAt = performance.now()
  for (const [name, value] of BASE_HEADERS) reply.header(name, value)
  reply.header('x-request-id', request.id)
}

/** Nothing changes the answer any more. */
function isAnswered(reply: FastifyReply): boolean {
  return reply.sent || reply.raw.headersSent
}

/** One log line and one measurement, well answered or not. */
function recordAnswered(given: ServerGiven, request: FastifyRequest, reply: FastifyReply): void {
  const { exchange } = request
  const { requestId, method, path, address, seen } = exchange
  const status = reply.raw.statusCode
  const ms = Math.round((performance.now() - request.startedAt) * 10) / 10
  // Made anew each time that it is asked for.
  const route = request.routeOptions
  given.log.info({
    event: 'http.request.answered',
    requestId,
    method,
    // The pattern and not the path: a path may hold a name.
    route: route?.url ?? 'none',
    status,
    ms,
    address,
    ...(!reply.raw.writableFinished && { clientGone: true }),
    ...seen,
  })
  const isUnder = ({ prefix }: Pick<Area, 'prefix'>) => path.startsWith(`${prefix}/`)
  const served = given.areas.find(isUnder)
  served?.answered?.(exchange, { status, ms })
  const area = given.raw.find(isUnder) ?? served
  const { code } = seen
  given.answered({
    area: route?.config.measuredAs ?? area?.name ?? 'none',
    status,
    ms,
    code: typeof code === 'string' ? code : undefined,
  })
}
