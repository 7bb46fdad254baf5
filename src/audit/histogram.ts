/**
 * Times in buckets: what is kept of many of them takes as much room as of a few, can be added up over days,
 * tenants and nodes, and tells percentiles as closely as its buckets are fine. Pure.
 */

/** Upper bounds in milliseconds; the last bucket, beyond them, has none. As the database has them: only ever add none. */
export const BOUNDS_MS: readonly number[] = [
  50, 100, 250, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000,
]

export const BUCKETS: number = BOUNDS_MS.length + 1

export const emptyBuckets = (): number[] => Array.from({ length: BUCKETS }, () => 0)

/** Counts a time in. */
export function count(buckets: number[], ms: number): void {
  const bucket = BOUNDS_MS.findIndex((bound) => ms <= bound)
  const index = bucket === -1 ? BOUNDS_MS.length : bucket
  buckets[index] = (buckets[index] ?? 0) + 1
}

/**
 * The time within which that share of them was, in milliseconds, taken to lie evenly within their bucket.
 * @returns null of none; the last bound for what is beyond it
 */
export function percentileOf(buckets: readonly number[], share: number): number | null {
  const all = buckets.reduce((sum, each) => sum + each, 0)
  if (all === 0) return null
  const wanted = share * all
  let below = 0
  for (const [index, inBucket] of buckets.entries()) {
    if (inBucket > 0 && below + inBucket >= wanted) {
      const from = BOUNDS_MS[index - 1] ?? 0
      const to = BOUNDS_MS[index] ?? from
      return Math.round(from + ((wanted - below) / inBucket) * (to - from))
    }
    below += inBucket
  }
  return BOUNDS_MS.at(-1) ?? null
}
