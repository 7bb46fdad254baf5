/** Chance that a seed repeats: the same seed, the same choices, in the same order. */
export interface Chance {
  /** A whole number from 0 to `count` - 1. */
  readonly below: (count: number) => number
  readonly oneOf: <T>(list: readonly [T, ...T[]]) => T
  /** True so often: 0 never, 1 always. */
  readonly isLucky: (share: number) => boolean
  readonly bytes: (count: number) => Uint8Array
}

/** Mulberry32: 32 bits of state are enough for choices, and nothing here is a secret. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count: number) => Math.floor(next() * count)
  return {
    below,
    oneOf: (list) => list[below(list.length)] ?? list[0],
    isLucky: (share) => next() < share,
    bytes: (count) => Uint8Array.from({ length: count }, () => below(256)),
  }
}
