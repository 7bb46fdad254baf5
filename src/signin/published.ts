/**
 * What is published for anybody to read: the document of an OpenID provider, and keys. Less is read of it than of an
 * answer to ourselves (SEC R-6).
 */
import type { Outbound, OutboundRequest } from './outbound.ts'

const MOST_BYTES = 256 * 1024
const MOST_KEYS = 100

/** A key set from which none is taken. */
export class TooManyKeys extends Error {}

/** @throws Unreachable beyond 256 KiB, and as `Outbound`; TooManyKeys */
export async function askPublished(
  outbound: Outbound,
  url: string,
  request: Omit<OutboundRequest, 'method' | 'body' | 'mostBytes'>,
): Promise<Response> {
  const response = await outbound(url, { ...request, mostBytes: MOST_BYTES })
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
