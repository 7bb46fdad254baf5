/** Answers on the socket: a page for people, JSON for programs. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { REFUSALS, type RefusalCode } from '../lib/index.ts'
import { type Look, lookOf, type Page, refusalPage, STYLE, SUBMIT } from './pages/index.ts'

export function sendPage(response: ServerResponse, page: Page, look: Look): void {
  const { status, headers, body } = page(look)
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) })
  response.end(body)
}

export function sendStyle(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/css; charset=utf-8',
    'cache-control': 'public, max-age=3600',
  })
  response.end(STYLE)
}

export function sendJson(response: ServerResponse, status: number, said: object): void {
  const body = JSON.stringify(said)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
  })
  response.end(body)
}

export function sendSubmitScript(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=3600',
  })
  response.end(SUBMIT)
}

/** Interactive redirects are 303 (SEC O-10). */
export function sendOn(response: ServerResponse, to: string): void {
  response.writeHead(303, { location: to, 'content-length': '0' }).end()
}

/**
 * Refuses a request as a whole, before anybody knows which sign-in it belongs to.
 * @param status  another than the code's own
 */
export function sendRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: {
    readonly code: RefusalCode
    readonly reference?: string | undefined
    readonly status?: number
    readonly retrySeconds?: number
  },
): void {
  const { code, reference, status = REFUSALS[code].status, retrySeconds } = refusal
  if (retrySeconds !== undefined) response.setHeader('retry-after', String(retrySeconds))
  if (request.headers.accept?.includes('text/html') === true)
    return sendPage(
      response,
      (look) => ({ ...refusalPage({ code, reference })(look), status }),
      lookOf(request),
    )
  const error = oauthErrorOf(status)
  sendJson(response, status, { error, error_description: code, reference })
}

/** The error of RFC 6749 sections 4.1.2.1 and 5.2 for a refusal's status; our own code says more. */
export function oauthErrorOf(status: number) {
  if (status < 429) return 'access_denied'
  return status === 500 ? 'server_error' : 'temporarily_unavailable'
}
