/** What a log may hold of what was thrown. */

const MOST_LINES = 40
const MOST_BYTES = 1024

/**
 * Its message, where it was thrown and what caused it, line by line, so that a stack is whole while no value of the
 * log is longer than others may be. Nothing else of it: what PostgreSQL adds quotes the record (SEC G-1).
 */
export function linesOf(thrown: unknown): string[] {
  if (!(thrown instanceof Error)) return linesIn(String(thrown))
  const lines = linesIn(thrown.stack ?? thrown.message)
  for (
    let { cause } = thrown;
    cause instanceof Error && lines.length < MOST_LINES;
    { cause } = cause
  )
    lines.push(...linesIn(`caused by ${cause.name}: ${cause.message}`))
  return lines.slice(0, MOST_LINES)
}

function linesIn(text: string): string[] {
  return text.split('\n', MOST_LINES).map(shorten)
}

/** No more than a kibibyte in UTF-8; what is cut ends in an ellipsis (SEC G-1). */
export function shorten(text: string): string {
  // A unit of UTF-16 is three bytes at most.
  if (text.length * 3 <= MOST_BYTES || Buffer.byteLength(text) <= MOST_BYTES) return text
  const begun = Buffer.from(text.slice(0, MOST_BYTES)).subarray(0, MOST_BYTES - 3)
  return `${begun.toString().replace(/\uFFFD$/, '')}…`
}
