/**
 * How many resources of a type a connection has, which every page of a list says (RFC 7644 section 3.4.2);
 * and which is the thousandth, the two thousandth and so on, so that a page far behind need not pass by
 * all that come before it.
 *
 * To count them is to read them all, so a count is believed for two seconds, with what this node has
 * created and deleted since. What another node did meanwhile may be missing from it for so long.
 */
import { type Clock, remember, type Scope } from '../lib/index.ts'

const BELIEVED_MS = 2_000
const EVERY = 1_000

export interface Counted {
  total: number
  /** In the order of ids. */
  readonly marks: readonly Mark[]
}

/** So many resources have this id or come before it. It need not be there any more. */
interface Mark {
  readonly id: string
  rank: number
}

export type Totals = ReturnType<typeof createTotals>
type Place = Pick<Scope, 'tenantId' | 'connectionId'>
type Count = (every: number) => Promise<Counted>

/** @param every  so many resources have one mark */
export function createTotals(clock: Clock, every = EVERY) {
  const known = new Map<string, Counted & { readonly until: number }>()
  /** Whoever asks meanwhile waits for the same answer. */
  const counting = new Map<string, Promise<Counted>>()

  async function count(key: string, ask: Count): Promise<Counted> {
    const asked = ask(every)
    counting.set(key, asked)
    const isUndisturbed = () => counting.get(key) === asked
    try {
      const counted = await asked
      if (isUndisturbed())
        remember(known, key, { ...counted, until: clock().getTime() + BELIEVED_MS })
      return counted
    } finally {
      if (isUndisturbed()) counting.delete(key)
    }
  }

  return {
    /** @param ask  counts them, and marks one in `every` */
    async of(place: Place, typeName: string, ask: Count): Promise<Counted> {
      const key = keyOf(place, typeName)
      const recent = known.get(key)
      if (recent !== undefined && recent.until > clock().getTime()) return recent
      return counting.get(key) ?? count(key, ask)
    },

    /** One more or one less since this moment. What is being counted may have it or not. */
    changed(place: Place, typeName: string, id: string, by: 1 | -1): void {
      const key = keyOf(place, typeName)
      counting.delete(key)
      const recent = known.get(key)
      if (recent === undefined) return
      recent.total += by
      // From behind: nearly all that is created is the last.
      for (let at = recent.marks.length - 1; at >= 0; at -= 1) {
        const mark = recent.marks[at]
        if (mark === undefined || mark.id < id) return
        mark.rank += by
      }
    },
  }
}

/** The resource at `startIndex` is found by passing over `skip` of those behind the id `after`. */
export function wayTo({ marks }: Counted, startIndex: number): { after: string; skip: number } {
  const mark = marks.findLast(({ rank }) => rank < startIndex)
  return { after: mark?.id ?? '', skip: startIndex - 1 - (mark?.rank ?? 0) }
}

function keyOf({ tenantId, connectionId }: Place, typeName: string): string {
  return `${tenantId} ${connectionId} ${typeName}`
}
