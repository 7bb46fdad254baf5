/** The rounds in the background: when one is due, and what it does. */
import type { Given } from './given.ts'
import { keepCounts, type Keys, lockKeys, neededOf, readKeys, sealingOf } from './key-rows.ts'
import { type NodeKeys, valuesLeft } from './list.ts'
import { countValues, rewrapValues } from './rewrapping.ts'

/** So many looks lie between two rounds; and when something does not open, which is no better the next time. */
const RESTS = 3
const RESTS_LONG = 120
/** How long after a key took over something may still be written that was sealed before. */
const LATE_MS = 60_000
/** What each key wraps is counted anew so often. */
const COUNT_MS = 24 * 60 * 60_000

export interface Round {
  readonly rewrapped: number
  /** They do not open. */
  readonly failed: number
  readonly left: number
}

/** @param counted  is told how it stands after each count */
export function createRounds(given: Given, counted: (keys: Keys) => void) {
  const { db, log, masterKey, nodes } = given
  const ending = new AbortController()
  let under: Promise<void> | undefined
  let resting = 0

  /** Counts, wraps anew what is under another key, and counts again. */
  async function round(): Promise<Round> {
    const keyId = masterKey.sealing.id
    const othersIn = (counts: ReadonlyMap<string, number>) =>
      [...counts].reduce((sum, [id, values]) => sum + (id === keyId ? 0 : values), 0)
    if (othersIn(await count()) === 0) return { rewrapped: 0, failed: 0, left: 0 }
    const { rewrapped, failed } = await rewrapValues(given, ending.signal)
    const left = othersIn(await count())
    log.info({ event: 'keys.values.rewrapped', keyId, rewrapped, left, failed })
    return { rewrapped, failed, left }
  }

  async function count(): Promise<ReadonlyMap<string, number>> {
    const counts = await countValues(given, ending.signal)
    if (ending.signal.aborted) return counts
    const keys = await db.platform(async (trx) => {
      await lockKeys(trx)
      await keepCounts(trx, (await readKeys(trx)).rows, counts)
      return readKeys(trx)
    })
    counted(keys)
    return counts
  }

  return {
    round,
    count,

    /** Called again and again. What is begun goes on behind it. */
    beginIfDue(keys: Keys, seen: readonly NodeKeys[]): void {
      resting = Math.max(0, resting - 1)
      if (under !== undefined || resting > 0 || !isDue(keys, seen, nodes.nodeId)) return
      under = round()
        .then(({ failed }) => {
          resting = failed === 0 ? RESTS : RESTS_LONG
        })
        .catch((error: unknown) => {
          const reason = error instanceof Error ? error.message : 'unknown'
          log.warn({ event: 'keys.round.postponed', error: reason })
        })
        .finally(() => (under = undefined))
    },

    async stop(): Promise<void> {
      ending.abort()
      await under
    },
  }
}

/** One node does it, the one that serves longest, and not before all seal with that key. */
function isDue({ rows, now }: Keys, nodes: readonly NodeKeys[], nodeId: string): boolean {
  const sealing = sealingOf(rows)
  const present = nodes.filter(({ isLost }) => !isLost)
  if (sealing === undefined || present[0]?.nodeId !== nodeId) return false
  if (present.some(({ sealsWith }) => sealsWith !== sealing.id)) return false
  const lastLate = sealing.sealsFrom.getTime() + LATE_MS
  const [oldest = 0] = neededOf(rows)
    .map(({ countedAt }) => countedAt?.getTime() ?? 0)
    .toSorted((one, other) => one - other)
  if (now.getTime() - oldest > COUNT_MS) return true
  const hasOthers = neededOf(rows).length > 1
  return hasOthers && (oldest < lastLate || valuesLeft(rows) !== 0)
}
