/**
 * An instant as milliseconds since 1970, the same wherever this runs: a time without a zone is in
 * UTC (RFC 7643 section 2.3.5 leaves it open). A date alone is its beginning. `Date.parse` alone
 * would take "1" and "May" for dates as well.
 *
 * @returns NaN for text that is none
 */
export function instantOf(text: string): number {
  if (!DATE_TIME.test(text)) return Number.NaN
  return Date.parse(/T[\d:.]+$/i.test(text) ? `${text}Z` : text)
}

const DATE_TIME =
  /^(?:\d{4}|[+-]\d{6})-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/i
