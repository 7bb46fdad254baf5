/**
 * How things look on a terminal. Text from a directory may hold anything, so control and
 * direction characters are shown escaped: they can neither move the cursor nor turn a line
 * around (SEC W-5). `--json` needs no such care: JSON escapes controls itself.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** The text with every invisible character as `\u{…}`. */
export function printable(text: string): string {
  return text.replace(INVISIBLE, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`)
}

/** One name and its value a line. */
export function fields(pairs: readonly (readonly [string, unknown])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length))
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${cell(value)}\n`).join('')
}

/** A table with a head; says `none` in a sentence of its own when there is nothing. */
export function table(
  head: readonly string[],
  rows: readonly (readonly unknown[])[],
  none: string,
): string {
  if (rows.length === 0) return `${none}\n`
  const lines = [head, ...rows.map((row) => row.map(cell))]
  const widths = head.map((_, at) => Math.max(...lines.map((line) => widthOf(line[at] ?? ''))))
  return lines
    .map((line) =>
      line
        .map((text, at) => text + ' '.repeat(Math.max(0, (widths[at] ?? 0) - widthOf(text))))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
    .concat('\n')
}

function cell(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'string' || typeof value === 'number') return printable(String(value))
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map(cell).join(' ')
  return printable(JSON.stringify(value))
}

/** Columns a text takes: wide scripts take two, marks none. */
function widthOf(text: string): number {
  let width = 0
  for (const sign of text) if (!/\p{M}/u.test(sign)) width += WIDE.test(sign) ? 2 : 1
  return width
}
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u

/** A number of things, in words. */
export function several(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
