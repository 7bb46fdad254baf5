/**
 * For tests: an HTTP server that answers as told and remembers each request to the letter.
 *
 * It decides nothing: what a SCIM server would answer is in the test that needs the answer.
 */
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { TestContext } from 'node:test'

export interface Received {
  readonly method: string
  /** From the base URL on. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

/** `cut` breaks the connection instead of answering; `silence` never answers. */
export type Reply =
  | { status: number; body?: unknown; headers?: Readonly<Record<string, string>> }
  | 'cut'
  | 'silence'

export interface ScriptedServer {
  readonly url: string
  readonly baseUrl: string
  readonly received: Received[]
  /** `GET /Users/1`, in the order of arrival. */
  readonly lines: () => string[]
}

/** Listens until the test ends. */
export async function startScriptedServer(
  t: TestContext,
  reply: (request: Received) => Reply,
): Promise<ScriptedServer> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      const got = {
        method: request.method ?? '',
        path: (request.url ?? '').replace(BASE_PATH, ''),
        headers: request.headers,
        body: text === '' ? undefined : bodyOf(text),
      }
      received.push(got)
      const said = reply(got)
      if (said === 'silence') return
      if (said === 'cut') return void request.socket.destroy()
      response.writeHead(said.status, { 'Content-Type': 'application/scim+json', ...said.headers })
      response.end(said.body === undefined ? '' : JSON.stringify(said.body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.')
  const url = `http://127.0.0.1:${address.port}`
  return {
    url,
    baseUrl: url + BASE_PATH,
    received,
    lines: () => received.map(({ method, path }) => `${method} ${path}`),
  }
}

const BASE_PATH = '/scim/v2/con_1'

export function listResponse(...resources: readonly object[]): Reply {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:ListResponse']
  const [totalResults, itemsPerPage] = [resources.length, resources.length]
  const body = { schemas, totalResults, startIndex: 1, itemsPerPage, Resources: resources }
  return { status: 200, body }
}

export function scimError(status: number, detail: string, headers = {}): Reply {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:Error']
  return { status, headers, body: { schemas, status: String(status), detail } }
}

/** JSON, or a form as a token endpoint gets it. */
function bodyOf(text: string): unknown {
  return text.startsWith('{')
    ? (JSON.parse(text) as unknown)
    : Object.fromEntries(new URLSearchParams(text))
}
