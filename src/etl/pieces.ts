/**
 * Long work in pieces: the database works on one while the next is made, and other tenants, whose batches share the
 * thread, have a turn in between.
 */
import { setImmediate as othersTurn } from 'node:timers/promises'

/** In their order, each piece when the one before it is done; where there are several, each has a turn of its own. */
export async function inPieces<T>(
  all: readonly T[],
  size: number,
  act: (piece: readonly T[], at: number) => unknown,
): Promise<void> {
  for (let at = 0; at < all.length; at += size) {
    if (all.length > size) await othersTurn()
    await act(all.slice(at, at + size), at)
  }
}
