/**
 * Reads a bearer credential from where it may stand: one Authorization header, and nowhere else
 * (SEC T-4). Who it belongs to is found in `tenants`.
 */
import type { Exchange } from './area.ts'

/**
 * @param bare  whether the token may stand without a scheme word, as in Okta's "HTTP Header" mode
 * @returns     undefined when there is none, more than one, another scheme, or a token in the URL
 */
export function bearerOf(
  { headers, rawHeaders, query }: Pick<Exchange, 'headers' | 'rawHeaders' | 'query'>,
  { bare }: { bare: boolean },
): string | undefined {
  let headersOfIt = 0
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]?.toLowerCase() === 'authorization') headersOfIt += 1
  if (headersOfIt !== 1) return undefined
  // A token in an address is in every log on the way; it is refused even beside a good one.
  if (/(^|&)access_token=/i.test(query)) return undefined
  const [first, second, third] = String(headers['authorization'])
    .trim()
    .split(/[ \t]+/)
  if (third !== undefined) return undefined
  if (second !== undefined) return first?.toLowerCase() === 'bearer' ? second : undefined
  return bare ? first : undefined
}
