/**
 * The registry of one node: made from the list, fed by the edges (`http`, the loader), read by
 * /metrics. Counting is always on and costs next to nothing; what the process itself uses is
 * observed only where the settings offer it to somebody.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { REFUSALS, type RefusalCode } from '../lib/index.ts'
import { type Metric, METRICS } from './metric-list.ts'

/** A request that was answered, well or not. */
export interface AnsweredRequest {
  readonly area: string
  readonly status: number
  readonly ms: number
  /** Of the refusal, where the area has named one. */
  readonly code: string | undefined
}

/** What became of one batch of the loader. */
export interface FinishedBatch {
  readonly outcome: 'loaded' | 'undone'
  /** Of each change that is in the identity store now: how long it took to get there. */
  readonly lagsMs: readonly number[]
  /** Changes that could not be loaded this time. */
  readonly failed: number
}

export interface Metrics {
  answered(request: AnsweredRequest): void
  batchFinished(batch: FinishedBatch): void
  /** What became of rows of the provisioning log. */
  rowsLogged(outcome: 'written' | 'dropped', rows: number): void
  /** A call to somebody else's host was not made. */
  callRefused(reason: 'silent' | 'full'): void
  /** How many streams of server-sent events are open. */
  streamsOpen(count: number): void
  /**
   * In the text format of Prometheus.
   * @param seen  what is asked for at each reading: what cannot be told is left out
   */
  read(seen: Seen): Promise<{ type: string; text: string }>
}

export interface Seen {
  /** How much waits over all tenants. */
  readonly totals: () => Promise<Pipeline>
  readonly busySeconds: () => number
  /** How many hosts are given up. */
  readonly givenUp: () => number
  /** Under another master key than the one that seals; undefined while that is not counted. */
  readonly valuesLeft: () => number | undefined
}

/** How much waits, is set aside or held, of all tenants together. */
export interface Pipeline {
  readonly waiting: number
  readonly oldestWaitingSeconds: number
  readonly quarantined: number
  readonly held: number
  readonly pausedTenants: number
}

interface Given {
  readonly pool: {
    readonly totalCount: number
    readonly idleCount: number
    readonly waitingCount: number
  }
  /** Whether CPU, memory, event loop and garbage collection are observed as well. */
  readonly ofProcess: boolean
}

export function createMetrics({ pool, ofProcess }: Given): Metrics {
  const registry = new Registry()
  const metrics = register(registry)
  if (ofProcess) collectDefaultMetrics({ register: registry })
  return {
    answered({ area, status, ms, code }) {
      const labels = { area, status: `${Math.trunc(status / 100)}xx` }
      metrics.rollcall_http_request_duration_seconds.observe(labels, ms / 1000)
      const refusal = refusalOf(status, code)
      if (refusal !== undefined) metrics.rollcall_refusals_total.inc({ code: refusal })
    },

    batchFinished({ outcome, lagsMs, failed }) {
      metrics.rollcall_etl_batches_total.inc({ outcome })
      metrics.rollcall_etl_changes_total.inc({ outcome: 'loaded' }, lagsMs.length)
      metrics.rollcall_etl_changes_total.inc({ outcome: 'failed' }, failed)
      for (const lagMs of lagsMs) metrics.rollcall_etl_lag_seconds.observe(lagMs / 1000)
    },

    rowsLogged(outcome, rows) {
      metrics.rollcall_provisioning_log_rows_total.inc({ outcome }, rows)
    },

    callRefused: (reason) => metrics.rollcall_outbound_refused_total.inc({ reason }),

    streamsOpen: (count) => metrics.rollcall_http_streams_open.set(count),

    async read({ totals, busySeconds, givenUp, valuesLeft }) {
      await setPipeline(metrics, totals)
      metrics.rollcall_outbound_hosts_given_up.set(givenUp())
      const left = valuesLeft()
      if (left === undefined) metrics.rollcall_master_key_values_left.remove()
      else metrics.rollcall_master_key_values_left.set(left)
      metrics.rollcall_etl_busy_seconds_total.reset()
      metrics.rollcall_etl_busy_seconds_total.inc(busySeconds())
      metrics.rollcall_db_connections.set({ state: 'busy' }, pool.totalCount - pool.idleCount)
      metrics.rollcall_db_connections.set({ state: 'idle' }, pool.idleCount)
      metrics.rollcall_db_transactions_waiting.set(pool.waitingCount)
      return { type: registry.contentType, text: await registry.metrics() }
    },
  }
}

const MAKERS = { counter: Counter, gauge: Gauge, histogram: Histogram } as const
type Made = {
  [N in keyof typeof METRICS]: InstanceType<(typeof MAKERS)[(typeof METRICS)[N]['type']]>
}

function register(registry: Registry): Made {
  const entries = Object.entries<Metric>(METRICS).map(([name, { type, help, labels, buckets }]) => {
    const metric = new MAKERS[type]({
      name,
      help,
      labelNames: Object.keys(labels),
      registers: [registry],
      ...(buckets === undefined ? {} : { buckets: [...buckets] }),
    })
    // From the first reading on every series is there, so that the first refusal is an increase.
    if (metric instanceof Counter)
      for (const [label, values] of Object.entries(labels))
        for (const value of values) metric.inc({ [label]: value }, 0)
    return [name, metric]
  })
  // Made entry by entry from the list that the type is computed from.
  return Object.fromEntries(entries) as Made
}

async function setPipeline(metrics: Made, pipeline: () => Promise<Pipeline>): Promise<void> {
  const gauges = {
    waiting: metrics.rollcall_etl_waiting_changes,
    oldestWaitingSeconds: metrics.rollcall_etl_oldest_waiting_seconds,
    quarantined: metrics.rollcall_etl_quarantined_changes,
    held: metrics.rollcall_etl_held_changes,
    pausedTenants: metrics.rollcall_etl_paused_tenants,
  } satisfies Record<keyof Pipeline, Gauge>
  try {
    const known = await pipeline()
    for (const [name, gauge] of Object.entries(gauges)) gauge.set(known[name as keyof Pipeline])
  } catch {
    // An old value would pass for a new one.
    for (const gauge of Object.values(gauges)) gauge.remove()
  }
}

/** What an area does not name, its status does; a crash is no refusal. */
const BY_STATUS: Readonly<Record<number, RefusalCode>> = {
  401: 'not_authenticated',
  403: 'not_permitted',
  404: 'not_found',
  409: 'conflict',
  412: 'conflict',
  429: 'too_many_requests',
  503: 'unavailable',
}

function refusalOf(status: number, code: string | undefined): RefusalCode | undefined {
  if (code !== undefined && Object.hasOwn(REFUSALS, code)) return code as RefusalCode
  return BY_STATUS[status] ?? (status >= 400 && status < 500 ? 'invalid_input' : undefined)
}
