/** Samples to figures. */
import type { Figure } from './bench.ts'

/** The value below which that share of the samples lies (nearest rank). */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]
  if (value === undefined) throw new Error('Nothing was measured.')
  return value
}

export const median = (samples: readonly number[]) => percentile(samples, 0.5)

/** How long `act` took, in milliseconds. */
export async function timed(act: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await act()
  return performance.now() - startedAt
}

/**
 * Times two acts by turns, so that whatever else the machine does meanwhile meets both alike.
 * The first tenth of the turns warms up and is not kept.
 */
export async function timedByTurns(
  turns: number,
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
): Promise<{ one: number[]; other: number[] }> {
  const kept: { one: number[]; other: number[] } = { one: [], other: [] }
  const warmUp = Math.ceil(turns / 10)
  for (let turn = -warmUp; turn < turns; turn += 1) {
    const [first, second] = [await timed(one), await timed(other)]
    if (turn < 0) continue
    kept.one.push(first)
    kept.other.push(second)
  }
  return kept
}

export const ms = (value: number, means: string): Figure => ({ value, unit: 'ms', means })
export const perSecond = (value: number, means: string): Figure => ({ value, unit: '/s', means })
export const times = (value: number, means: string): Figure => ({ value, unit: 'times', means })

/** How often a second `act` gets done by so many loops at a time. */
export async function rateOf(
  loops: number,
  seconds: number,
  act: () => Promise<unknown>,
): Promise<number> {
  const endAt = performance.now() + seconds * 1000
  let done = 0
  const loop = async () => {
    while (performance.now() < endAt) {
      await act()
      if (performance.now() <= endAt) done += 1
    }
  }
  await Promise.all(Array.from({ length: loops }, loop))
  return done / seconds
}
