/**
 * What is published for anybody to read: the document of an OpenID provider, and keys. Less is read of it than of an
 * answer to ourselves (SEC R-6).
 */
import type { Outbound, OutboundRequest } from './outbound.ts'

const MOST_BYTES = 256 * 1024
const MOST_KEYS = 100
const MOST_KEYS_MS = 3_000

type Asking = Omit<OutboundRequest, 'method' | 'body' | 'mostBytes' | 'mostMs'>

/** A key set from which none is taken. */
export class TooManyKeys extends Error {}

/** @throws Unreachable beyond 256 KiB, and as `Outbound` */
export function askDocument(outbound: Outbound, url: string, request: Asking): Promise<Response> {
  return outbound(url, { ...request, mostBytes: MOST_BYTES })
}

/** @throws Unreachable beyond 256 KiB and 3 seconds, and as `Outbound`; TooManyKeys */
export async function askKeys(outbound: Outbound, url: string, request: Asking): Promise<Response> {
  const response = await outbound(url, {
    ...request,
    mostBytes: MOST_BYTES,
    mostMs: MOST_KEYS_MS,
  })
  const said: unknown = await response
    .clone()
    .json()
    .catch(() => undefined)
  const { keys } = { ...(said as { readonly keys?: unknown } | undefined) }
  if (Array.isArray(keys) && keys.length > MOST_KEYS)
    throw new TooManyKeys(
      `It publishes ${keys.length} keys, and no more than ${MOST_KEYS} are read.`,
    )
  return response
}
