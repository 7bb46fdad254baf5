/** Text of somebody else's as a database keeps it: what none does is replaced (NUL, and half of a surrogate pair). */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\u{fffd}')
}
