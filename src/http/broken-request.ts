/**
 * Answers what is not HTTP enough to reach a door: a malformed request line, a head that is too
 * large, a client that is too slow. No path is known for certain by then, so the body is a SCIM
 * Error, which a SCIM client needs and any other can read (SEC P-15).
 */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { NewId } from '../lib/index.ts'
import { errorBody } from '../scim/index.ts'

const CAUSES: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The head of the request is larger than 16 KiB, the limit here.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to arrive.'],
  HPE_INVALID_METHOD: [405, 'The method of the request is not known here.'],
}

export function answerBrokenRequest(newId: NewId) {
  return (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return
    const [status, detail] = CAUSES[error.code ?? ''] ?? [400, 'The request is not valid HTTP/1.1.']
    const requestId = newId('req')
    const body = errorBody(status, detail)
    if (socket.writable)
      socket.write(
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n` +
          `content-type: application/scim+json\r\n` +
          `content-length: ${Buffer.byteLength(body)}\r\n` +
          `x-request-id: ${requestId}\r\nconnection: close\r\n\r\n${body}`,
      )
    socket.destroySoon()
  }
}

/** `Expect` with anything but 100-continue, which Node answers without a body. */
export function refuseExpectation(newId: NewId) {
  return (_request: IncomingMessage, response: ServerResponse): void => {
    const body = errorBody(417, 'The Expect header may only ask for 100-continue.')
    response.writeHead(417, {
      'content-type': 'application/scim+json',
      'content-length': Buffer.byteLength(body),
      'x-request-id': newId('req'),
      connection: 'close',
    })
    response.end(body)
  }
}
