/**
 * Opens the database: the embedded one, or a server by URL. Either way two pools come out of it:
 * the owner's, for migrations, and the app's, which works as the plain role `rollcall_app` that
 * owns nothing and to which row-level security applies (SEC I-4).
 */
import pg from 'pg'
import { startEmbedded, type EmbeddedOptions } from './embedded.ts'
import { STALLED_MS } from './stalled.ts'

export type DatabaseOptions = (
  | { readonly kind: 'embedded'; readonly embedded: EmbeddedOptions }
  | {
      readonly kind: 'server'
      /** Connects as the owner of the database, who may create roles unless `appUrl` is given. */
      readonly url: string
      /** Connects as a role that has been granted rollcall_app. */
      readonly appUrl?: string | undefined
    }
) & {
  /**
   * The password of rollcall_app; the same on every node. What throws is why this process may not have the database,
   * which is left as it is.
   */
  readonly appPassword: string | ((owner: pg.Pool) => Promise<string>)
  readonly appConnections?: number
  /** Nothing is made nor changed: neither the embedded database nor the app's role need be there, and then what asks them fails. */
  readonly onlyLook?: boolean
}

export interface OpenedDatabase {
  readonly ownerPool: pg.Pool
  readonly appPool: pg.Pool
  /** What another pool like it is made of. */
  readonly appConfig: pg.PoolConfig
  /** By Citus: this is the coordinator of a cluster, or is to be. */
  readonly isDistributed: boolean
  close(): Promise<void>
}

export const APP_ROLE = 'rollcall_app'
const DATABASE = 'rollcall'
/** I-6: earlier minors of these let row-level security be circumvented. */
const LEAST_MINOR: Record<number, number> = { 15: 9, 16: 5, 17: 1 }

// Versions, positions and counts stay far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

/**
 * @throws Error when the server is too old or unsafe, or the app's role cannot be made: the message
 *         says what to run
 */
export async function openDatabase(options: DatabaseOptions): Promise<OpenedDatabase> {
  return options.kind === 'embedded' ? openEmbedded(options) : openServer(options)
}

async function openEmbedded(
  options: Extract<DatabaseOptions, { kind: 'embedded' }>,
): Promise<OpenedDatabase> {
  const postgres = await startEmbedded(options.embedded)
  const at = { host: postgres.socketDir, user: postgres.ownerUser }
  try {
    if (options.onlyLook !== true) await ensureDatabase({ ...at, database: 'postgres' })
    const ownerPool = createPool({ ...at, database: DATABASE, max: 4 })
    const password = await passwordOf(options, ownerPool)
    if (options.onlyLook !== true) await ensureRole(ownerPool, password)
    const appConfig = { ...at, user: APP_ROLE, ...appSettings(options), database: DATABASE }
    const appPool = createPool(appConfig)
    return {
      ownerPool,
      appPool,
      appConfig,
      isDistributed: false,
      async close() {
        await Promise.all([appPool.end(), ownerPool.end()])
        await postgres.stop()
      },
    }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}

async function openServer(
  options: Extract<DatabaseOptions, { kind: 'server' }>,
): Promise<OpenedDatabase> {
  const ownerPool = createPool({ connectionString: options.url, max: 4 })
  let appPool: pg.Pool | undefined
  try {
    const isDistributed = await refuseUnfit(ownerPool)
    const password = await passwordOf(options, ownerPool)
    if (options.appUrl === undefined && options.onlyLook !== true)
      await ensureRole(ownerPool, password)
    const connectionString = options.appUrl ?? asAppRole(options.url, password)
    const appConfig = { connectionString, ...appSettings(options) }
    appPool = createPool(appConfig)
    if (options.onlyLook !== true) await tryApp(appPool)
    const opened = appPool
    return {
      ownerPool,
      appPool: opened,
      appConfig,
      isDistributed,
      async close() {
        await Promise.all([opened.end(), ownerPool.end()])
      },
    }
  } catch (error) {
    await Promise.all([appPool?.end(), ownerPool.end()])
    throw error
  }
}

async function passwordOf({ appPassword }: DatabaseOptions, owner: pg.Pool): Promise<string> {
  return typeof appPassword === 'string' ? appPassword : appPassword(owner)
}

function appSettings({ appConnections }: DatabaseOptions): pg.PoolConfig & { pipeline: true } {
  return {
    pipeline: true, // transaction.ts sends what belongs together in one packet
    max: appConnections ?? 16,
    statement_timeout: STALLED_MS,
    lock_timeout: 10_000,
    idle_in_transaction_session_timeout: STALLED_MS, // and what it does not reach: stalled.ts
    connectionTimeoutMillis: 10_000,
  }
}

/**
 * A pool that outlives its connections: one that breaks while idle is replaced, one that breaks in
 * use fails its statement, and neither ends the process by an error event that nobody hears; nor
 * does one that is cut off while it is closed, for which `end()` does not wait.
 */
export function createPool(config: pg.PoolConfig): pg.Pool {
  const quiet = () => undefined
  return new pg.Pool(config).on('error', quiet).on('connect', (client) => client.on('error', quiet))
}

async function ensureDatabase(config: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(config)
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [
      DATABASE,
    ])
    if (rowCount === 0) await client.query(`create database ${DATABASE}`)
  } finally {
    await client.end()
  }
}

/** Makes rollcall_app if it is missing and gives it this deployment's password. */
async function ensureRole(owner: pg.Pool, password: string): Promise<void> {
  try {
    await owner.query(`do $$ begin
      create role ${APP_ROLE} login;
    exception when duplicate_object or unique_violation then null; end $$`)
    await owner.query(`alter role ${APP_ROLE} login password ${pg.escapeLiteral(password)}`)
  } catch (cause) {
    // Two nodes that start together alter the same row: one of them may lose, with the same password.
    if (cause instanceof pg.DatabaseError && /concurrently/.test(cause.message)) return
    throw new Error(
      `The role ${APP_ROLE} cannot be made by the role of ROLLCALL_DATABASE_URL. As a superuser run\n` +
        `  create role ${APP_ROLE} login password '…';\n` +
        'and set ROLLCALL_DATABASE_APP_URL to a URL that connects as it.',
      { cause },
    )
  }
}

function asAppRole(url: string, password: string): string {
  const app = new URL(url)
  app.searchParams.delete('user')
  app.searchParams.delete('password')
  // A socket URL (postgres:///db?host=/dir) has no host, and a URL without host takes no user.
  if (app.hostname === '') {
    app.searchParams.set('user', APP_ROLE)
    app.searchParams.set('password', password)
  } else {
    app.username = APP_ROLE
    app.password = password
  }
  return app.href
}

/** @returns whether it has Citus */
async function refuseUnfit(owner: pg.Pool): Promise<boolean> {
  const { rows } = await owner.query<{ version: number; fsync: string; citus: boolean }>(
    `select current_setting('server_version_num')::int as version, current_setting('fsync') as fsync,
            exists (select from pg_extension where extname = 'citus') as citus`,
  )
  const { version, fsync, citus } = rows[0] ?? { version: 0, fsync: 'off', citus: false }
  const [major, minor] = [Math.trunc(version / 10_000), version % 10_000]
  if (major < 15 || minor < (LEAST_MINOR[major] ?? 0))
    throw new Error(
      `The database server is PostgreSQL ${major}.${minor}. Rollcall needs 15.9, 16.5, 17.1 or later: ` +
        'earlier ones let row-level security be circumvented.',
    )
  if (fsync === 'off')
    throw new Error(
      'The database server runs with fsync = off: an acknowledged write could be lost. Turn it on.',
    )
  return citus
}

async function tryApp(app: pg.Pool): Promise<void> {
  try {
    await app.query('select 1')
  } catch (cause) {
    throw new Error(
      `The database does not let ${APP_ROLE} in. If the server's pg_hba.conf asks for another method ` +
        'than a password, set ROLLCALL_DATABASE_APP_URL to a URL that connects as a role that has been ' +
        `granted ${APP_ROLE}.`,
      { cause },
    )
  }
}
