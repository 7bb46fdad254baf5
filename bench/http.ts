/** The least of an HTTP client: `node:http` with connections kept open, as Okta keeps them. */
import { Agent, request } from 'node:http'

export interface Reply {
  readonly status: number
  readonly requestId: string
  readonly text: string
}

export type Send = (method: string, path: string, body?: unknown) => Promise<Reply>

/** @param connections  kept open at most; more requests at a time wait for one */
export function createSend(baseUrl: string, token: string, connections: number): Send {
  const { hostname, port, pathname } = new URL(baseUrl)
  const prefix = pathname.replace(/\/$/, '')
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const headers = { authorization: `Bearer ${token}`, accept: 'application/scim+json' }
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const content = body === undefined ? '' : JSON.stringify(body)
      const sent = request(
        {
          agent,
          hostname,
          port,
          method,
          path: prefix + path,
          headers:
            body === undefined
              ? headers
              : {
                  ...headers,
                  'content-type': 'application/scim+json; charset=utf-8',
                  'content-length': Buffer.byteLength(content),
                },
        },
        (response) => {
          let text = ''
          response.setEncoding('utf8').on('data', (chunk: string) => void (text += chunk))
          response.once('error', reject).once('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              requestId: String(response.headers['x-request-id']),
              text,
            }),
          )
        },
      )
      sent.once('error', reject)
      sent.end(content)
    })
}

/** @throws Error when a request was not answered as it must be: a figure over failures means nothing */
export function expectStatus(reply: Reply, status: number): Reply {
  if (reply.status !== status)
    throw new Error(`Answered with ${reply.status} and not ${status}: ${reply.text.slice(0, 500)}`)
  return reply
}
