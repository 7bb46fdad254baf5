/**
 * Time and chance, handed in. Only `main.ts` makes the real ones; a test turns its own,
 * so that nothing in the product depends on when or with what luck it runs.
 */
import { randomFillSync } from 'node:crypto'

/** Gives the present instant. */
export type Clock = () => Date

/** Gives that many unpredictable bytes. */
export type Random = (bytes: number) => Uint8Array

export const systemClock: Clock = () => new Date()
export const systemRandom: Random = (bytes) => {
  if (bytes > pool.length) return randomFillSync(new Uint8Array(bytes))
  if (taken + bytes > pool.length) {
    randomFillSync(pool)
    taken = 0
  }
  const given = pool.slice(taken, taken + bytes)
  // Each byte is given once, and nobody finds it here afterwards.
  pool.fill(0, taken, taken + bytes)
  taken += bytes
  return given
}

/** Asking the system costs as much for a few bytes as for many, and each request asks. */
const pool = new Uint8Array(4096)
let taken = pool.length
