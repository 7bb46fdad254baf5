/**
 * Looking at the product from outside: what was expected, what was seen.
 *
 * A check that fails stops the story. It says both in full, for whoever reads it has nothing else.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'

/** Something is not as the story says. */
export class Mismatch extends Error {
  readonly expected: string
  readonly seen: string

  constructor(what: string, expected: unknown, seen: unknown) {
    super(what)
    this.name = 'Mismatch'
    this.expected = told(expected)
    this.seen = told(seen)
  }
}

/** @throws Mismatch unless the two are equal, deeply */
export function check(what: string, seen: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(seen, expected)) throw new Mismatch(what, expected, seen)
}

const POLL_MS = 20
const WITHIN_MS = 15_000

/**
 * Looks again and again until it is so. What cannot be read yet is looked for again too.
 * @param expected  in words, for the one who reads that it did not come
 * @throws Mismatch with what was seen last
 */
export async function until<Seen>(
  what: string,
  expected: string,
  look: () => Promise<Seen>,
  isSo: (seen: Seen) => boolean,
): Promise<Seen> {
  const deadline = performance.now() + WITHIN_MS
  for (;;) {
    const looked = await look().then(
      (seen) => ({ seen, isThere: isSo(seen) }),
      (error: unknown) => ({ seen: error, isThere: false }),
    )
    // Only what `look` gave can have been so.
    if (looked.isThere) return looked.seen as Seen
    if (performance.now() > deadline)
      throw new Mismatch(what, `${expected}, within ${WITHIN_MS / 1000} seconds`, looked.seen)
    await wait(POLL_MS)
  }
}

function told(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof Error) return value.message
  return JSON.stringify(value) ?? 'nothing'
}
