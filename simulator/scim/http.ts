/**
 * One HTTP exchange with a SCIM server, with the headers that Okta sends and in Okta's time limit.
 *
 * Connections are kept alive and used again. Nothing is retried and no status is judged here, and
 * the address is put together as text: what an administrator entered, then the path.
 */
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { gunzipSync, inflateSync } from 'node:zlib'
import { Unreachable } from './failures.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Request {
  readonly method: Method
  /** From the base URL on, with its query. */
  readonly path: string
  readonly body?: object | undefined
  /** The whole field: with a scheme word or without, as the administrator chose. */
  readonly authorization: string
}

export interface Answer {
  readonly status: number
  /** Undefined when there is none or it is no JSON. */
  readonly body: unknown
  readonly retryAfter: string | undefined
}

export interface Sender {
  /** Throws `Unreachable` when there is no whole answer within the time limit. */
  readonly send: (request: Request) => Promise<Answer>
  readonly close: () => void
}

export function createSender({
  baseUrl,
  connections,
  timeLimitMs,
}: {
  baseUrl: string
  connections: number
  timeLimitMs: number
}): Sender {
  const base = baseUrl.replace(/\/$/, '')
  const { Agent, request: open } = base.startsWith('https:') ? https : http
  const agent = new Agent({ keepAlive: true, maxSockets: connections })

  return {
    send: async ({ method, path, body, authorization }) => {
      const content = body && JSON.stringify(body)
      const signal = AbortSignal.timeout(timeLimitMs)
      const headers = headersOf(authorization, content)
      try {
        const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
          const outgoing = open(base + path, { method, headers, agent, signal })
          outgoing.once('response', resolve)
          outgoing.once('error', reject)
          outgoing.end(content)
        })
        return {
          status: incoming.statusCode ?? 0,
          retryAfter: incoming.headers['retry-after'],
          body: parse(await readAll(incoming)),
        }
      } catch (error) {
        const why = signal.aborted
          ? `no answer within ${timeLimitMs / 1000} seconds`
          : error instanceof Error
            ? error.message
            : String(error)
        throw new Unreachable(why, error)
      }
    },
    close: () => agent.destroy(),
  }
}

function headersOf(authorization: string, content: string | undefined): Record<string, string> {
  return {
    'User-Agent': 'Okta SCIM Client 1.0.0',
    Accept: 'application/scim+json',
    'Accept-Charset': 'utf-8',
    'Accept-Encoding': 'gzip,deflate',
    Authorization: authorization,
    ...(content !== undefined && {
      'Content-Type': 'application/scim+json; charset=utf-8',
      'Content-Length': String(Buffer.byteLength(content)),
    }),
  }
}

async function readAll(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk))
  const received = Buffer.concat(chunks)
  switch (incoming.headers['content-encoding']) {
    case 'gzip':
      return gunzipSync(received).toString()
    case 'deflate':
      return inflateSync(received).toString()
    default:
      return received.toString()
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
