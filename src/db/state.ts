/**
 * How the database itself is, as its owner sees it: what the plain role may not look at. Whatever is of no
 * interest to a person (statements, addresses) is not asked for.
 */
import type { Pool } from 'pg'
import { migrationNames } from './migrate.ts'

export interface Replica {
  readonly name: string
  /** `streaming`, when all is well; null: this role may not see it. */
  readonly state: string | null
  readonly lagBytes: number | null
  readonly lagSeconds: number | null
}

export interface DatabaseState {
  readonly version: string
  readonly startedAt: Date
  readonly bytes: number
  readonly connections: number
  readonly connectionsMost: number
  /** A standby, or set so: nothing can be written. */
  readonly isReadOnly: boolean
  /** Settings that keep what was acknowledged, and are off. */
  readonly unsafe: readonly string[]
  readonly replicas: readonly Replica[]
  /** Of those that this role may see. */
  readonly oldestTransaction: {
    readonly seconds: number
    readonly user: string
    readonly processId: number
  } | null
  /** Whether this role sees the transactions and replicas of others (pg_read_all_stats). */
  readonly seesAll: boolean
  readonly migrations: {
    readonly latest: string
    /** Of this release, and not applied. */
    readonly pending: readonly string[]
    /** Applied by a later release. */
    readonly unknown: readonly string[]
  }
}

const ASK = `
  select current_setting('server_version') as version, pg_postmaster_start_time() as "startedAt",
         pg_database_size(current_database()) as bytes,
         (select count(*) from pg_stat_activity where datid is not null) as connections,
         current_setting('max_connections')::int as "connectionsMost",
         pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as "isReadOnly",
         (select coalesce(array_agg(name order by name), '{}') from pg_settings
           where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off') as unsafe,
         pg_has_role(current_user, 'pg_read_all_stats', 'usage') as "seesAll"`

/** A standby has no position of its own to compare with. */
const REPLICAS = `
  select coalesce(nullif(application_name, ''), pid::text) as name, state,
         case when not pg_is_in_recovery()
              then pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::float8 end as "lagBytes",
         extract(epoch from replay_lag)::float8 as "lagSeconds"
    from pg_stat_replication order by name limit 50`

const OLDEST = `
  select extract(epoch from now() - xact_start)::float8 as seconds, usename as user, pid as "processId"
    from pg_stat_activity
   where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
     and xact_start is not null
   order by xact_start limit 1`

/** @param owner  the owner's pool */
export async function readDatabaseState(owner: Pool): Promise<DatabaseState> {
  const [state, replicas, oldest, applied, names] = await Promise.all([
    owner.query<Omit<DatabaseState, 'replicas' | 'oldestTransaction' | 'migrations'>>(ASK),
    owner.query<Replica>(REPLICAS),
    owner.query<NonNullable<DatabaseState['oldestTransaction']>>(OLDEST),
    owner.query<{ name: string }>('select name from schema_migration order by version'),
    migrationNames(),
  ])
  const [row] = state.rows
  if (row === undefined) throw new Error('The database tells nothing of itself.')
  const there = applied.rows.map(({ name }) => name)
  return {
    ...row,
    replicas: replicas.rows,
    oldestTransaction: oldest.rows[0] ?? null,
    migrations: {
      latest: there.at(-1) ?? 'none',
      pending: names.filter((name) => !there.includes(name)),
      unknown: there.filter((name) => !names.includes(name)),
    },
  }
}
