/** A clock that a test turns. It begins at a fixed instant and moves only when told to. */
import type { Clock } from '../../src/lib/index.ts'

export type TestClock = Clock & { readonly turn: (ms: number) => void }

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export function createTestClock(start = Date.parse('2026-11-02T09:00:00Z')): TestClock {
  let now = start
  return Object.assign(() => new Date(now), {
    turn(ms: number) {
      now += ms
    },
  })
}
