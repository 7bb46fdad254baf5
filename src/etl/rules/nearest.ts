/** What somebody who misspelled a name may have meant. */

/** @returns a sentence with a space before it, or nothing */
export function nearest(written: string, names: readonly string[]): string {
  const lower = written.slice(0, 64).toLowerCase()
  const [best] = names
    .map((name) => ({ name, distance: distanceOf(lower, name.toLowerCase()) }))
    .toSorted((one, other) => one.distance - other.distance)
  return best !== undefined && best.distance <= 2 ? ` Did you mean ${best.name}?` : ''
}

/** How many letters are added, left out or changed. */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let at = 1; at <= one.length; at += 1) {
    const next = [at]
    for (let to = 1; to <= other.length; to += 1) {
      const change = (row[to - 1] ?? 0) + (one[at - 1] === other[to - 1] ? 0 : 1)
      next.push(Math.min(change, (row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}
