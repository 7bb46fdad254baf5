/**
 * How many resources of a type a connection has, which every page of a list says (RFC 7644 section 3.4.2).
 *
 * To count them is to read them all, so a number is believed for two seconds, with what this node has
 * created and deleted since. What another node did meanwhile may be missing from it for so long.
 */
import { type Clock, remember, type Scope } from '../lib/index.ts'

const BELIEVED_MS = 2_000

export type Totals = ReturnType<typeof createTotals>
type Place = Pick<Scope, 'tenantId' | 'connectionId'>

export function createTotals(clock: Clock) {
  const known = new Map<string, { total: number; readonly until: number }>()
  /** Whoever asks meanwhile waits for the same answer. */
  const counting = new Map<string, Promise<number>>()

  async function count(key: string, ask: () => Promise<number>): Promise<number> {
    const asked = ask()
    counting.set(key, asked)
    const isUndisturbed = () => counting.get(key) === asked
    try {
      const total = await asked
      if (isUndisturbed()) remember(known, key, { total, until: clock().getTime() + BELIEVED_MS })
      return total
    } finally {
      if (isUndisturbed()) counting.delete(key)
    }
  }

  return {
    async totalOf(place: Place, typeName: string, ask: () => Promise<number>): Promise<number> {
      const key = keyOf(place, typeName)
      const recent = known.get(key)
      if (recent !== undefined && recent.until > clock().getTime()) return recent.total
      return counting.get(key) ?? count(key, ask)
    },

    /** One more or one less since this moment. What is being counted may have it or not. */
    changed(place: Place, typeName: string, by: 1 | -1): void {
      const key = keyOf(place, typeName)
      counting.delete(key)
      const recent = known.get(key)
      if (recent !== undefined) recent.total += by
    },
  }
}

function keyOf({ tenantId, connectionId }: Place, typeName: string): string {
  return `${tenantId} ${connectionId} ${typeName}`
}
