/**
 * The database server of a run, and databases of its own on it for each bench.
 *
 * The embedded one, unless `ROLLCALL_DATABASE_URL` names another. That one must be nobody's: the
 * password of rollcall_app is set there.
 */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { makeFolder } from './folder.ts'
import { createDb, type Db, migrate, openDatabase } from '../src/db/index.ts'

const APP_PASSWORD = 'only-for-measuring'

export interface BenchDatabase {
  readonly db: Db
  readonly ownerPool: pg.Pool
  /** Connects as the owner: a server's ROLLCALL_DATABASE_URL. */
  readonly url: string
  /** Connects as the plain role: its ROLLCALL_DATABASE_APP_URL. */
  readonly appUrl: string
}

export interface DatabaseServer {
  /** Such as `18.4`. */
  readonly version: string
  readonly kind: 'embedded' | 'by URL'
  /** A new one, migrated. */
  readonly createDatabase: () => Promise<BenchDatabase>
  /** One that no server has seen. */
  readonly createEmptyDatabase: () => Promise<BenchDatabase>
  /** All that were created: what a bench leaves behind must not disturb the next one. */
  readonly dropDatabases: () => Promise<void>
  readonly close: () => Promise<void>
  /** As `close`, for whoever is stopped half-way: waits for no statement that is under way. */
  readonly abandon: () => Promise<void>
}

export async function openDatabaseServer(givenUrl: string | undefined): Promise<DatabaseServer> {
  const { url, stop } = givenUrl === undefined ? await startEmbedded() : serverAt(givenUrl)
  const version = await asOwner(url, async (client) => {
    const { rows } = await client.query<{ server_version: string }>('show server_version')
    return rows[0]?.server_version.split(' ')[0] ?? 'unknown'
  })
  const drops: (() => Promise<void>)[] = []
  const removes: (() => Promise<unknown>)[] = []
  let closed: Promise<void> | undefined
  const createEmptyDatabase = async () => {
    const { database, drop, remove } = await createDatabase(url)
    drops.push(drop)
    removes.push(remove)
    return database
  }
  const dropDatabases = async () => void (await Promise.all(drops.splice(0).map((drop) => drop())))
  return {
    version,
    kind: givenUrl === undefined ? 'embedded' : 'by URL',
    async createDatabase() {
      const database = await createEmptyDatabase()
      await migrate(database.ownerPool)
      return database
    },
    createEmptyDatabase,
    dropDatabases,
    close: () => (closed ??= dropDatabases().then(stop, stop)),
    abandon: () =>
      (closed ??=
        givenUrl === undefined
          ? stop()
          : Promise.allSettled(removes.map((remove) => remove())).then(() => undefined)),
  }
}

function serverAt(url: string) {
  return { url, stop: () => Promise.resolve() }
}

async function startEmbedded() {
  const opened = await openDatabase({
    kind: 'embedded',
    embedded: { dataDir: await makeFolder() },
    appPassword: APP_PASSWORD,
  })
  const { host = '', user = '', database = '' } = opened.ownerPool.options
  return {
    url: `postgres:///${database}?${new URLSearchParams({ host, user })}`,
    stop: opened.close,
  }
}

async function createDatabase(serverUrl: string): Promise<{
  database: BenchDatabase
  drop: () => Promise<void>
  /** Whoever is connected to it. */
  remove: () => Promise<unknown>
}> {
  const name = `rollcall_bench_${randomBytes(6).toString('hex')}`
  await asOwner(serverUrl, (client) => client.query(`create database ${name}`))
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  const opened = await openDatabase({ kind: 'server', url: url.href, appPassword: APP_PASSWORD })
  const remove = () =>
    asOwner(serverUrl, (client) => client.query(`drop database if exists ${name} with (force)`))
  return {
    remove,
    database: {
      db: createDb({ pool: opened.appPool }),
      ownerPool: opened.ownerPool,
      url: url.href,
      appUrl: opened.appPool.options.connectionString ?? '',
    },
    async drop() {
      await opened.close()
      await remove()
    },
  }
}

async function asOwner<T>(url: string, act: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await act(client)
  } finally {
    await client.end()
  }
}
