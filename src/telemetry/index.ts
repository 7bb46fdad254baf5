/**
 * Telemetry: what is counted and what is logged, by name. Metrics and log events are two lists; the
 * registry and the pages of docs/reference/ are made from them.
 *
 * Refuses to know who is measured: labels have a closed set of values, never a person or a tenant.
 */
export { bounded, createLog } from './log.ts'
export { createMetrics } from './metrics.ts'
export type { AnsweredRequest, FinishedBatch, Metrics } from './metrics.ts'
export { METRICS } from './metric-list.ts'
export type { Metric } from './metric-list.ts'
export { LOG_EVENTS } from './log-events.ts'
export type { LogEvent } from './log-events.ts'
