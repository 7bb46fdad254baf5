/**
 * An instant as milliseconds since 1970, the same wherever this runs: a time without a zone is in
 * UTC (RFC 7643 section 2.3.5 leaves it open). A date alone is its beginning. `Date.parse` alone
 * would take "1" and "May" for dates as well, and days that no month has.
 *
 * @returns NaN for text that is none
 */
export function instantOf(text: string): number {
  const [, day = ''] = DATE_TIME.exec(text) ?? []
  // Date.parse makes the second of March of the 30th of February.
  if (day === '' || new Date(`${day}T00:00Z`).getUTCDate() !== Number(day.slice(-2)))
    return Number.NaN
  return Date.parse(/T[\d:.]+$/i.test(text) ? `${text}Z` : text)
}

const DATE_TIME =
  /^((?:\d{4}|[+-]\d{6})-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/i
