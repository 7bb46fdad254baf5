/**
 * Which runs have begun and ended since somebody was last told. What somebody was told of is small
 * enough to be handed back by them, so that any node can go on from there: nothing is kept for a
 * listener, and nothing is told twice or left out.
 */
import { isOver, type Run } from './runs.ts'

/** What a listener knows: the newest run it was told of, and which of them had not ended. */
export interface KnownRuns {
  readonly newest: string | null
  readonly open: readonly string[]
}

export interface RunNews {
  readonly event: 'run-started' | 'run-ended'
  readonly run: Run
}

/**
 * @param known  undefined, or older than `runs` reach: then only what has not ended is told
 * @param runs   the latest of a tenant, the newest first
 * @returns      the news, in the order in which it happened, and what is known with it
 */
export function newsOfRuns(
  known: KnownRuns | undefined,
  runs: readonly Run[],
  now: Date,
): { news: RunNews[]; known: KnownRuns } {
  const newest = runs[0]?.runId ?? null
  const at = runs.findIndex(({ runId }) => runId === known?.newest)
  const isNewcomer = known === undefined || (known.newest !== null && at < 0)
  const open: string[] = []
  const news: RunNews[] = []
  for (const run of runs.toReversed()) {
    const ended = isOver(run, runs, now)
    const isNew = isNewcomer ? !ended : at < 0 || runs.indexOf(run) < at
    const wasOpen = !isNewcomer && known.open.includes(run.runId)
    if (!isNew && !wasOpen) continue
    if (isNew) news.push({ event: 'run-started', run })
    if (ended) news.push({ event: 'run-ended', run })
    else open.push(run.runId)
  }
  return { news, known: { newest, open } }
}
