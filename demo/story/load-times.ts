/**
 * How long a change takes from acknowledged to visible, measured from outside.
 *
 * It begins when the simulated Okta has the answer to its write, and ends when the event that tells of
 * it is first seen in the admin API, which is asked every few milliseconds. Both are read from the one
 * clock of this process; the time between two askings is part of the figure.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Write } from '../../simulator/index.ts'
import type { AdminClient } from '../../src/contract/index.ts'
import { Mismatch } from '../checks.ts'

const ASK_EVERY_MS = 25
const PAGE = 500
/** The events that tell of a create or of a member who joined. */
const TELLING = new Set(['person.created', 'group.created', 'group.member-added'])

export interface LoadWatch {
  /** Ends it and gives how long each of these writes took, in milliseconds. */
  readonly stop: (writes: readonly Write[]) => Promise<number[]>
}

export function watchLoads(admin: AdminClient, tenant: string): LoadWatch {
  const seenAt = new Map<string, number>()
  let isStopping = false

  const watch = async () => {
    for (let after = 0; ;) {
      const isLast = isStopping
      const { items } = await admin.listEvents({ tenant, after, limit: PAGE })
      const now = Date.now()
      for (const { kind, identityId, otherId } of items)
        if (TELLING.has(kind)) seenAt.set(keyOf(identityId, otherId), now)
      after = items.at(-1)?.position ?? after
      if (items.length === PAGE) continue
      if (isLast) return
      await wait(ASK_EVERY_MS)
    }
  }
  const watching = watch()
  // Whoever stops it hears of a failure; until then it is nobody's.
  watching.catch(() => undefined)

  return {
    stop: async (writes) => {
      isStopping = true
      await watching
      return writes.map(({ kind, scimId, memberId, acknowledgedAt }) => {
        const seen = seenAt.get(keyOf(scimId, memberId ?? null))
        if (seen === undefined)
          throw new Mismatch(`the ${kind} ${scimId} is told of`, 'an event', 'none')
        return Math.max(0, seen - acknowledgedAt)
      })
    },
  }
}

/** An identity's id derives from its resource's: what follows the prefix is the same. */
function keyOf(id: string, otherId: string | null): string {
  return [id, otherId ?? ''].map((each) => each.slice(4)).join(' ')
}

/** The value that so many of a hundred do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? 0
}
