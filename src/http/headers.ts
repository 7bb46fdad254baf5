/** Headers that answers carry. Pages set the rest themselves, in `signin` (SEC W-4). */

/** On every answer: nothing is sniffed, framed, cached or referred to. */
export const BASE_HEADERS: readonly (readonly [string, string])[] = [
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
  ['cache-control', 'no-store'],
]

/** On every answer that is not a page: it holds nothing a browser should run. */
export const DATA_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}
