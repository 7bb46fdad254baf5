/**
 * Ends the sessions of processes that stand still (stopped, swapped out, a machine that hangs) with a transaction
 * begun: what they have locked would stay locked for as long as they stand.
 *
 * PostgreSQL does most of that by itself (`open.ts`): between two packets by idle_in_transaction_session_timeout, at
 * work by statement_timeout. It does neither while it writes to a socket that nobody reads, nor while the rest of a packet
 * does not come; both are an active session that waits for its client.
 */
import type { Pool } from 'pg'

/** How long a statement may take, and a transaction stand still; what it holds is let go then. */
export const STALLED_MS = 30_000

/** Of the same role and database alone; found first, since PostgreSQL might end them before it has looked at all conditions. */
const END = `
  with stalled as materialized (
    select pid, extract(epoch from clock_timestamp() - query_start) * 1000 as stood_ms
      from pg_stat_activity
     where usename = session_user and datname = current_database()
       and state = 'active' and wait_event_type = 'Client')
  select pid, stood_ms::int as "stoodMs", pg_terminate_backend(pid)
    from stalled where stood_ms >= $1`

/** @returns the processes of PostgreSQL that were told to end, and how long ago each began what it did not finish */
export async function endStalled(
  pool: Pool,
  afterMs: number = STALLED_MS,
): Promise<{ readonly pid: number; readonly stoodMs: number }[]> {
  const { rows } = await pool.query<{ pid: number; stoodMs: number }>(END, [afterMs])
  return rows.map(({ pid, stoodMs }) => ({ pid, stoodMs }))
}
