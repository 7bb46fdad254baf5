/**
 * The rules of `src/scim` over their store in memory, behind the smallest server that speaks HTTP: a
 * second server to hold the conformance checks against, so that what differs is the store alone.
 * It knows tenants as a list of tokens, and does what else the edge does: 401, what a body may be, and
 * 500 for what is our bug.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isUtf8 } from 'node:buffer'
import { createIds, systemClock, systemRandom } from '../../src/lib/index.ts'
import {
  answer,
  createMemoryStore,
  errorBody,
  RESOURCE_TYPES,
  type ResourceStore,
  type ScimAnswer,
} from '../../src/scim/index.ts'

export interface MemoryTenant {
  readonly url: string
  readonly token: string
}

type Said = Pick<ScimAnswer, 'status' | 'headers' | 'body'>

const MEBIBYTE = 1024 * 1024
const ROOT = /^\/([a-z]+)\/scim(\/[^?]*)?(?:\?(.*))?$/

/** Listening on a free port of this machine; it ends with the test. */
export async function startMemoryServer(
  t: { after(act: () => Promise<void>): void },
  names: readonly string[],
): Promise<readonly MemoryTenant[]> {
  const newId = createIds({ now: systemClock, random: systemRandom })
  const stores = new Map(
    names.map((name) => [
      name,
      createMemoryStore({ newId: (prefix) => newId(prefix as 'usr'), clock: systemClock }),
    ]),
  )
  let base = ''
  const server = createServer((request, response) => {
    const say = ({ status, headers, body }: Said) => {
      response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body)
    }
    serve(stores, base, request).then(say, (error: unknown) =>
      say(refusal(500, error instanceof Error ? (error.stack ?? error.message) : String(error))),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  t.after(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return names.map((name) => ({ url: `${base}/${name}/scim`, token: tokenOf(name) }))
}

function tokenOf(name: string): string {
  return `token-of-${name}`
}

async function serve(
  stores: ReadonlyMap<string, ResourceStore>,
  base: string,
  request: IncomingMessage,
): Promise<Said> {
  const { method = 'GET', url = '', headers } = request
  const [, name = '', path = '/', query = ''] = ROOT.exec(url) ?? []
  const store = stores.get(name)
  const [, token] = /^(?:bearer )?([^ ]+)$/i.exec(headers.authorization ?? '') ?? []
  if (store === undefined || token !== tokenOf(name))
    return refusal(401, 'The token is missing or not valid here.', { 'www-authenticate': 'Bearer' })
  const body = await bodyOf(request)
  if (body === 'too large') return refusal(413, 'The body is larger than 8 MiB.')
  if (body === 'not text') return refusal(400, 'The body is not valid UTF-8.')
  if (headers['content-encoding'] !== undefined) return refusal(415, 'Send the body as it is.')
  const decoded = decode(path)
  if (decoded === undefined) return refusal(400, 'The path is not well encoded.')
  return answer(
    { store, baseUrl: `${base}/${name}/scim`, types: RESOURCE_TYPES },
    {
      method,
      path: decoded,
      query: new URLSearchParams(query),
      contentType: headers['content-type'],
      ifMatch: headers['if-match'],
      ifNoneMatch: headers['if-none-match'],
      body: body?.text,
    },
  )
}

async function bodyOf(request: IncomingMessage) {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const bytes = Buffer.concat(chunks)
  if (bytes.length > 8 * MEBIBYTE) return 'too large'
  if (!isUtf8(bytes)) return 'not text'
  return bytes.length === 0 ? undefined : { text: bytes.toString('utf8') }
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

function refusal(status: number, detail: string, headers: Record<string, string> = {}): Said {
  const type = { 'content-type': 'application/scim+json' }
  return { status, headers: { ...type, ...headers }, body: errorBody(status, detail) }
}
