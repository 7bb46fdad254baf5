/** The body of a request, of which no more is read than is allowed. */
import type { IncomingMessage } from 'node:http'
import { Refusal } from '../lib/index.ts'

/** @throws Refusal `request_refused` beyond `most` bytes */
export async function readText(request: IncomingMessage, most: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > most)
      throw new Refusal(
        'request_refused',
        `The body of the request is longer than ${most / 1024} KiB, the limit here.`,
      )
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The same of a form. */
export async function readForm(request: IncomingMessage, most: number): Promise<URLSearchParams> {
  return new URLSearchParams(await readText(request, most))
}
