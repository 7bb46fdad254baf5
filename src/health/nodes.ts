/**
 * The nodes that serve: each writes a row of its own every few seconds and takes it out when it stops, so that
 * one that was killed is seen by its silence. After a while the others take it out.
 *
 * Ages are by the database's clock, which is one for all of them.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import { sql } from 'kysely'
import type { Pool } from 'pg'
import type { Db, Transaction } from '../db/index.ts'
import type { Clock, MasterKey, NewId } from '../lib/index.ts'

const BEAT_MS = 5_000
/** So often a beat may be late or lost. */
const LOST_MS = 4 * BEAT_MS
/** The loop is looked at so often; a delay is what is beyond that. */
const LOOK_MS = 20

export interface Node {
  readonly nodeId: string
  readonly name: string
  readonly version: string
  /** Of Node.js. */
  readonly runtime: string
  readonly startedAt: Date
  readonly seenAt: Date
  /** It did not say that it stops, and is silent. */
  readonly isLost: boolean
  readonly rssBytes: number
  readonly heapBytes: number
  readonly heapLimitBytes: number
  /** Of a hundred turns of its event loop, how long 99 were late at most. */
  readonly loopDelayMs: number
  readonly connectionsBusy: number
  readonly connectionsMost: number
  readonly transactionsWaiting: number
  /** Rows of the provisioning log that it could not write since it started. */
  readonly logRowsDropped: number
  readonly clockAheadMs: number
  /** The master keys that it opens by; null of a release that does not say so. */
  readonly keyIds: readonly string[] | null
  readonly sealsWith: string | null
}

export interface NodesGiven {
  readonly masterKey: MasterKey
  readonly db: Db
  readonly clock: Clock
  readonly newId: NewId
  readonly pool: Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount' | 'options'>
  /** What this process is called, and its release. */
  readonly process: { readonly name: string; readonly version: string }
  readonly logRowsDropped: () => number
}

export type Nodes = ReturnType<typeof createNodes>

export function createNodes(given: NodesGiven) {
  const { db, clock, newId } = given
  const nodeId = newId('nod')
  const startedAt = clock()
  const delays = monitorEventLoopDelay({ resolution: LOOK_MS })
  let clockAheadMs = 0
  let timer: NodeJS.Timeout | undefined
  let round: Promise<void> | undefined

  async function beat(): Promise<void> {
    const before = clock().getTime()
    const row = { ...measure(given, delays), started_at: startedAt, clock_ahead_ms: clockAheadMs }
    const now = await db.platform(async (trx) => {
      const { seen_at } = await trx
        .insertInto('node')
        .values({ node_id: nodeId, ...row, seen_at: sql<Date>`now()` })
        .onConflict((same) =>
          same
            .column('node_id')
            .doUpdateSet((excluded) => ({ ...row, seen_at: excluded.ref('excluded.seen_at') })),
        )
        .returning('seen_at')
        .executeTakeFirstOrThrow()
      await trx
        .deleteFrom('node')
        .where('seen_at', '<', sql<Date>`now() - interval '10 minutes'`)
        .execute()
      return seen_at
    })
    // What it says of the moment between is right for both clocks, but for half of the way there.
    const halfWay = (before + clock().getTime()) / 2
    clockAheadMs = Math.round(halfWay - now.getTime())
  }

  const leave = () =>
    db.platform(async (trx) => {
      await trx.deleteFrom('node').where('node_id', '=', nodeId).execute()
    })

  function again(): void {
    timer = setTimeout(() => {
      // A node that cannot write is silent, and that is what is told of it.
      round = beat()
        .catch(() => undefined)
        .finally(again)
    }, BEAT_MS)
  }

  return {
    nodeId,

    async start(): Promise<void> {
      delays.enable()
      await beat().catch(() => undefined)
      again()
    },

    async stop(): Promise<void> {
      await round
      clearTimeout(timer)
      delays.disable()
      await leave().catch(() => undefined)
    },

    /** Says at once what there is to say. @throws Unavailable */
    announce: beat,
    leave,

    /** Those seen within the last minutes, the oldest first. */
    list: (): Promise<Node[]> => db.platform(listNodes),
    listIn: listNodes,
  }
}

async function listNodes(trx: Transaction): Promise<Node[]> {
  const rows = await trx
    .selectFrom('node')
    .selectAll()
    .select(sql<boolean>`seen_at < now() - ${LOST_MS} * interval '1 ms'`.as('is_lost'))
    .orderBy('started_at')
    .orderBy('node_id')
    .limit(200)
    .execute()
  return rows.map((row) => ({
    nodeId: row.node_id,
    name: row.name,
    version: row.version,
    runtime: row.runtime,
    startedAt: row.started_at,
    seenAt: row.seen_at,
    isLost: row.is_lost,
    rssBytes: row.rss_bytes,
    heapBytes: row.heap_bytes,
    heapLimitBytes: row.heap_limit_bytes,
    loopDelayMs: row.loop_delay_ms,
    connectionsBusy: row.connections_busy,
    connectionsMost: row.connections_most,
    transactionsWaiting: row.transactions_waiting,
    logRowsDropped: row.log_rows_dropped,
    clockAheadMs: row.clock_ahead_ms,
    keyIds: row.key_ids,
    sealsWith: row.seals_with,
  }))
}

function measure(
  { pool, process: { name, version }, logRowsDropped, masterKey }: NodesGiven,
  delays: ReturnType<typeof monitorEventLoopDelay>,
) {
  const lateMs = delays.count === 0 ? 0 : delays.percentile(99) / 1e6 - LOOK_MS
  delays.reset()
  const { heapUsed, rss } = process.memoryUsage()
  return {
    ...{ name, version, runtime: process.versions.node },
    rss_bytes: rss,
    heap_bytes: heapUsed,
    heap_limit_bytes: getHeapStatistics().heap_size_limit,
    loop_delay_ms: Math.max(0, Math.round(lateMs)),
    connections_busy: pool.totalCount - pool.idleCount,
    connections_most: pool.options.max,
    transactions_waiting: pool.waitingCount,
    log_rows_dropped: logRowsDropped(),
    key_ids: masterKey.keys.map(({ id }) => id),
    seals_with: masterKey.sealing.id,
  }
}
