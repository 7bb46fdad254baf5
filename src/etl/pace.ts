/**
 * How fast a tenant is loaded, from its latest runs, whichever node they were on: what arrives in the
 * identity store now, and how long a backlog will take. The two differ: at 5 changes a second the
 * loader is idle nearly all the time, and the estimate must not think that it is slow.
 */
import type { Transaction } from '../db/index.ts'
import type { TenantId } from '../lib/index.ts'

export interface Pace {
  /** Changes a second that the loader has looked at, over about the last minute. */
  readonly ratePerSecond: number
  /** Milliseconds of work for one change; null when nothing was loaded for a day. */
  readonly msPerChange: number | null
}

const WINDOW_MS = 60_000
const DAY_MS = 24 * 60 * 60 * 1000
const LATEST = 5

export async function readPace(trx: Transaction, tenantId: TenantId, now: Date): Promise<Pace> {
  const runs = await trx
    .selectFrom('run')
    .select(['taken', 'busy_ms', 'started_at', 'ended_at'])
    .where('tenant_id', '=', tenantId)
    .where('kind', '=', 'differential')
    .where('started_at', '>', new Date(now.getTime() - DAY_MS))
    .orderBy('started_at', 'desc')
    .limit(LATEST)
    .execute()
  const taken = sum(runs.map((run) => run.taken))
  const recent = runs.filter(({ ended_at: at }) => at !== null && msBetween(at, now) < WINDOW_MS)
  const since = Math.max(1000, ...recent.map((run) => msBetween(run.started_at, now)))
  return {
    ratePerSecond: Math.round((sum(recent.map((run) => run.taken)) / since) * 10_000) / 10,
    msPerChange: taken === 0 ? null : sum(runs.map((run) => run.busy_ms)) / taken,
  }
}

/** When what waits will be loaded if nothing else arrives; null when there is no telling. */
export function estimateEnd(waiting: number, { msPerChange }: Pace, now: Date): Date | null {
  if (waiting === 0 || msPerChange === null) return null
  return new Date(now.getTime() + Math.ceil(waiting * msPerChange))
}

const msBetween = (from: Date, to: Date): number => to.getTime() - from.getTime()
const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0)
