/**
 * Time and chance, handed in. Only `main.ts` makes the real ones; a test turns its own,
 * so that nothing in the product depends on when or with what luck it runs.
 */
import { randomBytes } from 'node:crypto'

/** Gives the present instant. */
export type Clock = () => Date

/** Gives that many unpredictable bytes. */
export type Random = (bytes: number) => Uint8Array

export const systemClock: Clock = () => new Date()
export const systemRandom: Random = (bytes) => new Uint8Array(randomBytes(bytes))
