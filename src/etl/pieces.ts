/**
 * Long work in pieces, so that whoever else waits for this process is served in between: a page of a full run
 * of a thousand people kept it for 33 ms at a stretch, and a SCIM request takes less than that.
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
