/**
 * The metrics of our own. `rollcall_`, the noun, the unit; a label's values are all known here, so
 * that neither a tenant nor a person becomes one and the number of series stays what it is.
 */
import { REFUSALS } from '../lib/index.ts'

export interface Metric {
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** One sentence; what `# HELP` and the reference page say. */
  readonly help: string
  /** Each label with every value that it can have. */
  readonly labels: Readonly<Record<string, readonly string[]>>
  /** A histogram's upper bounds, in its unit. */
  readonly buckets?: readonly number[]
}

export const METRICS = {
  rollcall_http_request_duration_seconds: {
    type: 'histogram',
    help: 'How long requests took, from the head of the request to the end of the answer.',
    labels: {
      area: [
        'scim',
        'admin',
        'setup',
        'stream',
        'signin',
        'directory',
        'console',
        'health',
        'none',
      ],
      status: ['1xx', '2xx', '3xx', '4xx', '5xx'],
    },
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20],
  },
  rollcall_http_streams_open: {
    type: 'gauge',
    help: 'Streams of server-sent events that are open on this node.',
    labels: {},
  },
  rollcall_refusals_total: {
    type: 'counter',
    help: 'Requests that were refused, by the code of the refusal.',
    labels: { code: Object.keys(REFUSALS) },
  },
  rollcall_outbound_refused_total: {
    type: 'counter',
    help: 'Calls of this node to identity providers, sites and webhooks that failed without being made: nobody has answered there of late (`silent`), or too many were under way for the same asker (`full`).',
    labels: { reason: ['silent', 'full'] },
  },
  rollcall_outbound_hosts_given_up: {
    type: 'gauge',
    help: 'Hosts of identity providers, sites and webhooks that this node asks only now and then, since nobody answers there; each counted for each connection, site or webhook that has it.',
    labels: {},
  },
  rollcall_master_key_values_left: {
    type: 'gauge',
    help: 'Sealed values that another master key wraps than the one that seals, as last counted; every node says the same. Absent while it is not counted.',
    labels: {},
  },
  rollcall_etl_lag_seconds: {
    type: 'histogram',
    help: 'How long changes took from acknowledged to being in the identity store, on this node.',
    labels: {},
    buckets: [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800],
  },
  rollcall_etl_batches_total: {
    type: 'counter',
    help: 'Batches of the loader on this node; one that was undone is tried again, smaller.',
    labels: { outcome: ['loaded', 'undone'] },
  },
  rollcall_etl_changes_total: {
    type: 'counter',
    help: 'Pending changes that the loader of this node has looked at; one that failed is tried again, then quarantined.',
    labels: { outcome: ['loaded', 'failed'] },
  },
  rollcall_etl_busy_seconds_total: {
    type: 'counter',
    help: 'How long the thread of the loader was busy on this node; one a second is all that it can be.',
    labels: {},
  },
  rollcall_etl_waiting_changes: {
    type: 'gauge',
    help: 'Changes that wait to be loaded, of all tenants; every node says the same. Absent while the database is away.',
    labels: {},
  },
  rollcall_etl_oldest_waiting_seconds: {
    type: 'gauge',
    help: 'How long the oldest of them has waited.',
    labels: {},
  },
  rollcall_etl_quarantined_changes: {
    type: 'gauge',
    help: 'Changes that could not be loaded and are set aside, of all tenants.',
    labels: {},
  },
  rollcall_etl_held_changes: {
    type: 'gauge',
    help: 'Departures of people, memberships and groups, of all tenants, that the brake holds.',
    labels: {},
  },
  rollcall_etl_paused_tenants: {
    type: 'gauge',
    help: 'Tenants whose loading an operator has paused.',
    labels: {},
  },
  rollcall_provisioning_log_rows_total: {
    type: 'counter',
    help: 'Rows of the provisioning log on this node; one that was dropped is missing there and nowhere else.',
    labels: { outcome: ['written', 'dropped'] },
  },
  rollcall_db_connections: {
    type: 'gauge',
    help: 'Connections to the database that this node holds for requests; its loader has four more.',
    labels: { state: ['busy', 'idle'] },
  },
  rollcall_db_transactions_waiting: {
    type: 'gauge',
    help: 'Transactions of requests to this node that wait for a connection to become free.',
    labels: {},
  },
} as const satisfies Record<string, Metric>
