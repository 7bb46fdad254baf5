/** One HTTP exchange of the browser, with exactly the headers that it is given. */
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'

export interface Exchange {
  readonly status: number
  /** Lower-case names; a repeated header is joined by commas. */
  readonly headers: Readonly<Record<string, string>>
  readonly setCookies: readonly string[]
  readonly body: string
}

const TIMEOUT_MS = 60_000

/** @throws when nobody answers there, or not within a minute */
export function exchange(
  url: URL,
  given: { method: string; headers: Record<string, string>; body: string | undefined },
): Promise<Exchange> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) =>
      reject(new Error(`${given.method} ${url} got no answer: ${cause.message}`, { cause }))
    const outgoing = send(
      url,
      { method: given.method, headers: given.headers, signal: AbortSignal.timeout(TIMEOUT_MS) },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', fail)
        incoming.on('end', () => {
          const { 'set-cookie': setCookies = [], ...rest } = incoming.headers
          const headers = Object.fromEntries(
            Object.entries(rest).map(([name, value]) => [name, String(value)]),
          )
          const body = Buffer.concat(chunks).toString('utf8')
          resolve({ status: incoming.statusCode ?? 0, headers, setCookies, body })
        })
      },
    )
    outgoing.on('error', fail)
    outgoing.end(given.body)
  })
}
