/**
 * The rows of the provisioning log on their way to the database: gathered in memory, written in
 * batches, off the way of the requests that they tell of.
 *
 * Memory is bounded. While the database is away rows wait and are tried again; where there is no more
 * room they are dropped, counted and said, and no request ever hears of it.
 */
import type { Logger } from 'pino'
import { type TenantId, Unavailable } from '../lib/index.ts'
import type { LogRow } from './log-entry.ts'

const MOST_WAITING = 10_000
const BATCH = 500
const GATHER_MS = 200
const AWAY_MS = 1000

interface Waiting {
  readonly tenantId: TenantId
  readonly row: LogRow
}

export interface QueueGiven {
  readonly log: Pick<Logger, 'warn'>
  /** One transaction; writing a row again does no harm. */
  readonly write: (tenantId: TenantId, rows: readonly LogRow[]) => Promise<void>
  readonly counted: (outcome: 'written' | 'dropped', rows: number) => void
}

export function createLogQueue(given: QueueGiven) {
  const { log, counted } = given
  let waiting: Waiting[] = []
  let dropped = 0
  let timer: NodeJS.Timeout | undefined
  let round: Promise<void> | undefined
  let isAway = false

  function wake(): void {
    if (round !== undefined) return
    if (waiting.length >= BATCH && !isAway) begin()
    else timer ??= setTimeout(begin, isAway ? AWAY_MS : GATHER_MS)
  }

  function begin(): void {
    clearTimeout(timer)
    timer = undefined
    round = writeWaiting().finally(() => {
      round = undefined
      if (waiting.length > 0) wake()
    })
  }

  async function writeWaiting(): Promise<void> {
    const taken = waiting
    waiting = []
    const { left, refused } = await writeAll(given, taken)
    isAway = left.length > 0
    waiting = [...left, ...waiting]
    dropped += refused + waiting.splice(MOST_WAITING).length
    sayDropped()
  }

  function sayDropped(): void {
    if (dropped === 0) return
    log.warn({ event: 'audit.provisioning-log.dropped', rows: dropped })
    counted('dropped', dropped)
    dropped = 0
  }

  /** Writes what waits now, as far as the database lets it. */
  async function flush(): Promise<void> {
    await round
    if (waiting.length > 0) begin()
    await round
  }

  return {
    flush,

    add(tenantId: TenantId, row: LogRow): void {
      if (waiting.length < MOST_WAITING) waiting.push({ tenantId, row })
      else dropped += 1
      wake()
    },

    /** Writes what waits, and drops what cannot be written any more. */
    async stop(): Promise<void> {
      await flush()
      clearTimeout(timer)
      dropped += waiting.splice(0).length
      sayDropped()
    },
  }
}

/** @returns what waits on because the database is away, and how many rows it would not take */
async function writeAll(
  { log, write, counted }: QueueGiven,
  taken: readonly Waiting[],
): Promise<{ left: readonly Waiting[]; refused: number }> {
  const batches = [...Map.groupBy(taken, ({ tenantId }) => tenantId)].flatMap(inBatches)
  let refused = 0
  for (const [index, { tenantId, rows }] of batches.entries()) {
    try {
      await write(
        tenantId,
        rows.map(({ row }) => row),
      )
      counted('written', rows.length)
    } catch (error) {
      const reason = error instanceof Error ? error.message.slice(0, 500) : 'unknown'
      if (error instanceof Unavailable) {
        const left = batches.slice(index).flatMap((batch) => batch.rows)
        const fields = { rows: left.length, error: reason }
        log.warn({ event: 'audit.provisioning-log.postponed', ...fields })
        return { left, refused }
      }
      log.warn({ event: 'audit.provisioning-log.refused', tenantId, error: reason })
      refused += rows.length
    }
  }
  return { left: [], refused }
}

function inBatches([tenantId, rows]: readonly [TenantId, readonly Waiting[]]) {
  return Array.from({ length: Math.ceil(rows.length / BATCH) }, (_, index) => ({
    tenantId,
    rows: rows.slice(index * BATCH, (index + 1) * BATCH),
  }))
}
