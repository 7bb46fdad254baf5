/**
 * Distributes the database that a URL names, a step of the plan at a time (`distribution.ts`). Each step
 * is a transaction of its own: what was done before one fails stays done, and the next call goes
 * on from there. While one is under way no migration runs and no node may.
 */
import pg from 'pg'
import { type CatalogTable, type Placement, type Plan, planDistribution } from './distribution.ts'
import { MIGRATION_LOCK, readMigrations } from './migrate.ts'
import { APP_ROLE } from './open.ts'

export interface Distribution extends Plan {
  /** That may hold tenants. */
  readonly nodes: number
  /** @throws Error naming the step, and what to do */
  run(step: Plan['steps'][number]): Promise<void>
  close(): Promise<void>
}

/**
 * @param url  of the coordinator of a Citus cluster, as the owner of the tables
 * @throws Error saying what is in the way and what to do; nothing is changed
 */
export async function openDistribution(url: string): Promise<Distribution> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await takeLock(client)
    const nodes = await refuseUnfit(client)
    await refuseOtherSchema(client)
    const plan = planDistribution(await readCatalog(client), await readPlacements(client))
    return {
      ...plan,
      nodes,
      async run(step) {
        await refuseRunningNodes(client)
        await runStep(client, step)
      },
      close: () => client.end(),
    }
  } catch (error) {
    await client.end()
    throw error
  }
}

async function takeLock(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ had: boolean }>('select pg_try_advisory_lock($1) as had', [
    MIGRATION_LOCK,
  ])
  if (rows[0]?.had !== true)
    throw new Error(
      'The database is being migrated or distributed by somebody else. Try again when that has ended.',
    )
}

/** The first that carries out `grant update (…)`, as an erasure needs it, on the workers (its pull request 7918). */
const OLDEST = [13, 1] as const

/** @param version  as Citus says it: `13.1-1` */
function isBefore(version: string, [major, minor]: typeof OLDEST): boolean {
  const [itsMajor = 0, itsMinor = 0] = version.split(/[.-]/).map(Number)
  return itsMajor < major || (itsMajor === major && itsMinor < minor)
}

/** @returns how many nodes may hold tenants */
async function refuseUnfit(client: pg.Client): Promise<number> {
  const citus = await client.query<{ version: string }>(
    `select extversion as version from pg_extension where extname = 'citus'`,
  )
  const version = citus.rows[0]?.version
  if (version === undefined)
    throw new Error(
      'This database has no citus extension: it is a PostgreSQL by itself, and nothing was changed. Install ' +
        "Citus on every node, with shared_preload_libraries = 'citus'; run `create extension citus` in this " +
        "database on each of them; then, here, select citus_add_node('<worker>', 5432) for each worker.",
    )
  if (isBefore(version, OLDEST))
    throw new Error(
      `This is Citus ${version}. Citus before ${OLDEST.join('.')} gives no worker the rights that are granted on single ` +
        'columns: nobody could be erased. Nothing was changed. Install a later one on every node, and run ' +
        '`alter extension citus update` in this database on each of them.',
    )
  const { rows } = await client.query<{ group: number; nodes: number; unbound: boolean }>(`
    select (select groupid from pg_dist_local_group) as "group",
           (select count(*)::int from pg_dist_node where isactive and shouldhaveshards
               and noderole = 'primary') as nodes,
           (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as unbound`)
  const { group, nodes, unbound } = rows[0] ?? { group: 0, nodes: 0, unbound: false }
  if (group !== 0)
    throw new Error(
      'This is a worker of the cluster. ROLLCALL_DATABASE_URL must name its coordinator.',
    )
  if (nodes === 0)
    throw new Error(
      'The cluster has no node that may hold tenants. On the coordinator run ' +
        "select citus_add_node('<worker>', 5432) for each worker.",
    )
  if (!unbound)
    throw new Error(
      'Row-level security binds the role of ROLLCALL_DATABASE_URL, so that Citus could not copy the rows: ' +
        'use a superuser, or run `alter role … bypassrls` for it on every node.',
    )
  return nodes
}

async function refuseOtherSchema(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ known: boolean }>(
    `select to_regclass('schema_migration') is not null as known`,
  )
  const applied = rows[0]?.known
    ? (await client.query('select 1 from schema_migration')).rowCount
    : 0
  if (applied !== (await readMigrations()).length)
    throw new Error(
      "The schema is not this release's. Bring it up to date first: npm run rollcall -- migrate",
    )
}

/** A node that writes between two steps would write to tables of which one is here and one is there. */
async function refuseRunningNodes(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ connections: number }>(
    `select count(*)::int as connections from pg_stat_activity a
      where datname = current_database() and application_name not like 'citus%'
        and (usename = $1 or usesysid in (
          select m.member from pg_auth_members m join pg_roles r on r.oid = m.roleid
           where r.rolname = $1))`,
    [APP_ROLE],
  )
  const connections = rows[0]?.connections ?? 0
  if (connections > 0)
    throw new Error(
      `Nodes of Rollcall are at work: ${connections} connections of ${APP_ROLE}. Stop them all, then run this again.`,
    )
}

async function runStep(client: pg.Client, { sql, table }: Plan['steps'][number]): Promise<void> {
  try {
    await client.query(sql)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(
      `${table}: ${why}\nThe statement was: ${sql}\n` +
        'It changed nothing, and the steps before it are done. Mend the cause and run this again.',
      { cause },
    )
  }
}

/** The tables of the schema that migrations work in. */
export async function readCatalog(client: pg.ClientBase): Promise<CatalogTable[]> {
  const { rows } = await client.query<CatalogTable>(`
    select c.relname as name, pg_relation_size(c.oid) as "localBytes",
           (select coalesce(json_agg(json_build_object(
                     'to', (select t.relname from pg_class t where t.oid = f.confrelid),
                     'columns', ${columnsOf('f.conrelid', 'f.conkey')},
                     'toColumns', ${columnsOf('f.confrelid', 'f.confkey')})), '[]')
              from pg_constraint f where f.conrelid = c.oid and f.contype = 'f') as "foreignKeys",
           (select coalesce(json_agg(${columnsOf('i.indrelid', 'i.indkey')}), '[]')
              from pg_index i where i.indrelid = c.oid and i.indisunique) as "uniqueKeys"
      from pg_class c
     where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
     order by c.relname`)
  return rows
}

/** An expression of an index is no column, and stands as null. */
function columnsOf(table: string, numbers: string): string {
  return `(select json_agg(a.attname order by k.at)
             from unnest(${numbers}::int2[]) with ordinality as k (number, at)
             left join pg_attribute a on a.attrelid = ${table} and a.attnum = k.number)`
}

/** What Citus has of them. A table that it only manages on the coordinator is still to be placed. */
async function readPlacements(client: pg.Client): Promise<Map<string, Placement>> {
  const { rows } = await client.query<{ name: string; column: string | null }>(`
    select c.relname as name,
           case when p.partmethod <> 'n' then column_to_column_name(p.logicalrelid, p.partkey) end as column
      from pg_dist_partition p join pg_class c on c.oid = p.logicalrelid
     where c.relnamespace = current_schema()::regnamespace
       and (p.partmethod <> 'n' or p.repmodel = 't')`)
  return new Map(
    rows.map(({ name, column }) => [
      name,
      column === null ? { kind: 'reference' } : { kind: 'distributed', column },
    ]),
  )
}
