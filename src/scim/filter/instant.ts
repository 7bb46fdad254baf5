/**
 * An instant as milliseconds since 1970, the same wherever this runs: a time without a zone is in
 * UTC (RFC 7643 section 2.3.5 leaves it open).
 *
 * @returns NaN for text that is none
 */
export function instantOf(text: string): number {
  return Date.parse(/T\d\d:\d\d(:\d\d(\.\d+)?)?$/i.test(text) ? `${text}Z` : text)
}
