/**
 * How many requests are under way at once, and how close together they start.
 *
 * At full speed only their number is bounded. At Okta's pace they also start evenly, some ten a
 * second: Okta publishes no figure, and this is what logs of large first assignments look like.
 */
import type { Sleep } from './retry.ts'

export type Pace = 'full' | 'okta'

/** Runs a task when there is room for it, in the order asked. */
export type Gate = <Result>(task: () => Promise<Result>) => Promise<Result>

const BETWEEN_STARTS_MS = { full: 0, okta: 100 } as const

export function createGate(pace: Pace, concurrency: number, sleep: Sleep): Gate {
  const waiting: (() => void)[] = []
  let free = concurrency
  let lastStart = Promise.resolve()

  const start = () => {
    const betweenMs = BETWEEN_STARTS_MS[pace]
    if (betweenMs === 0) return undefined
    const mine = lastStart
    lastStart = mine.then(() => sleep(betweenMs))
    return mine
  }

  return async (task) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      await start()
      return await task()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}

/** Works through a list, so many at once. */
export async function eachAtOnce<Item>(
  items: readonly Item[],
  concurrency: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = items.values()
  const worker = async () => {
    for (const item of rest) await work(item)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}
