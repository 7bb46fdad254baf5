/** Reads a request's body as UTF-8 text, up to a limit, and not one byte beyond it (SEC P-2, P-4). */
import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { HttpRefusal } from './area.ts'

/**
 * @returns undefined when the request has no body
 * @throws HttpRefusal 413 over the limit, 400 when it is cut off or is no UTF-8
 */
export async function readBody(
  request: IncomingMessage,
  limitBytes: number,
): Promise<string | undefined> {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced === 0 && request.headers['transfer-encoding'] === undefined) return undefined
  if (announced > limitBytes) throw tooLarge(limitBytes)
  // It went while nobody listened yet.
  if (request.destroyed && !request.complete) throw cutOff()
  const bytes = await collect(request, limitBytes)
  if (bytes.length === 0) return undefined
  if (!isUtf8(bytes)) throw new HttpRefusal(400, 'The body of the request is not valid UTF-8.')
  return bytes.toString('utf8')
}

/** By events and not by `for await`, which would destroy the socket before the refusal is sent. */
function collect(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const settle = (act: () => void) => {
      request.off('data', onData).off('end', onEnd).off('aborted', onCut).off('error', onCut)
      act()
    }
    const onData = (chunk: Buffer) => {
      length += chunk.length
      chunks.push(chunk)
      if (length > limitBytes) settle(() => reject(tooLarge(limitBytes)))
    }
    const onEnd = () => settle(() => resolve(Buffer.concat(chunks, length)))
    const onCut = () => settle(() => reject(cutOff()))
    request.on('data', onData).on('end', onEnd).on('aborted', onCut).on('error', onCut)
  })
}

/** How much of a refused body is let in, and for how long, so that its sender hears the refusal. */
const ARRIVING_BYTES = 16 * 1024 * 1024
const ARRIVING_MS = 2000

/**
 * Lets what is left of a refused request arrive, and throws it away. A connection that is closed on a
 * sender in the middle of a body is reset, and then the sender does not read what it was told
 * (RFC 9112 section 9.6). Bounded: whoever sends on without an end is cut off after all.
 */
export async function letArrive(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return
  const { promise, resolve } = Promise.withResolvers<void>()
  let left = ARRIVING_BYTES
  const discard = (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) resolve()
  }
  const timer = setTimeout(resolve, ARRIVING_MS)
  request.on('data', discard).once('end', resolve).once('close', resolve).once('error', resolve)
  request.resume()
  await promise
  clearTimeout(timer)
  request.off('data', discard).off('end', resolve).off('close', resolve).off('error', resolve)
}

function cutOff(): HttpRefusal {
  return new HttpRefusal(400, 'The body of the request was cut off.')
}

function tooLarge(limitBytes: number): HttpRefusal {
  const mebibytes = Math.round(limitBytes / 1024 / 1024)
  return new HttpRefusal(
    413,
    `The body of the request is larger than ${mebibytes} MiB, the limit here. Send less at a time.`,
  )
}
