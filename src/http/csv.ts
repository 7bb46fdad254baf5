/**
 * Rows as comma-separated values (RFC 4180), safe to open as a spreadsheet: a text that would be taken
 * for a formula there gets an apostrophe in front (SEC W-5). What is no text or number is its JSON.
 */

/** What makes a cell a formula, the full-width signs of some input methods too. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/

export function csvLine(cells: readonly unknown[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (FORMULA.test(text)) return quoted(`'${text}`)
  return /[",\r\n]/.test(text) ? quoted(text) : text
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
