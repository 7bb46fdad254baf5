/**
 * A real database for a test: a clone of a template that was migrated once, dropped at the end.
 *
 * The server is the one that `ROLLCALL_TEST_DATABASE_URL` names (the runner starts one for the
 * whole run), else a throwaway embedded one for this process.
 */
import { createHash, randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import pg from 'pg'
import { BOOKKEEPING_TABLES, createDb, migrate, openDatabase, type Db } from '../../src/db/index.ts'
import { startEmbedded } from '../../src/db/embedded.ts'
import { readMigrations } from '../../src/db/migrate.ts'

export interface TestDatabase {
  readonly db: Db
  readonly ownerPool: pg.Pool
  readonly appPool: pg.Pool
  readonly appConfig: pg.PoolConfig
  /** Connects as the owner; what ROLLCALL_DATABASE_URL would be. */
  readonly url: string
  close(): Promise<void>
}

const APP_PASSWORD = 'only-for-tests'
let server: Promise<string> | undefined
let hasServerEnded = false
let endServer = async () => {}
// Said here and not where the server is started: there it would be the end of one test.
let isOver = false
after(async () => {
  isOver = true
  await Promise.all(lent.splice(0).map(({ close }) => close()))
  await endServer()
})

type Test = { after(act: () => Promise<void>): void }

/** @returns a migrated database of its own; close it, or hand the test whose end closes it */
export async function createTestDatabase(t?: Test): Promise<TestDatabase> {
  server ??= findServer()
  const serverUrl = await server
  const template = await migratedTemplate(serverUrl)
  const name = `rollcall_test_${randomBytes(6).toString('hex')}`
  await asOwner(serverUrl, (client) =>
    client.query(`create database ${name} template ${template} strategy file_copy`),
  )
  const url = named(serverUrl, name)
  const opened = await connectTo(url)
  const close = async () => {
    await opened.close()
    // A file's own hooks may come after the one below, and then there is nothing left to drop.
    if (hasServerEnded) return
    await asOwner(serverUrl, (client) =>
      client.query(`drop database if exists ${name} with (force)`),
    )
  }
  t?.after(close)
  return { ...opened, close }
}

/**
 * The same for who needs nothing of PostgreSQL but rows: closed, it is emptied and handed to the next test of
 * the file, with its connections, which know its tables. One whose tables or connections a test has
 * changed is dropped.
 */
export async function borrowTestDatabase(t?: Test): Promise<TestDatabase> {
  const free = lent.pop() ?? (await ownDatabase())
  const close = () => giveBack(free)
  t?.after(close)
  return { ...free, close }
}

interface Lent extends TestDatabase {
  readonly schema: string
}

const lent: Lent[] = []

async function ownDatabase(): Promise<Lent> {
  const database = await createTestDatabase()
  return { ...database, schema: await schemaOf(database.ownerPool) }
}

async function giveBack(database: Lent): Promise<void> {
  const { appPool, ownerPool, schema } = database
  const isAsItWas =
    !isOver &&
    !appPool.ended &&
    !ownerPool.ended &&
    appPool.listenerCount('acquire') === 0 &&
    appPool.idleCount === appPool.totalCount &&
    (await schemaOf(ownerPool)) === schema
  if (!isAsItWas) return database.close()
  await ownerPool.query(EMPTIED)
  lent.push(database)
}

async function schemaOf(owner: pg.Pool): Promise<string> {
  const { rows } = await owner.query<{ schema: string }>(
    `select md5(string_agg(concat_ws(' ', relname, relkind, relrowsecurity, relforcerowsecurity, reloptions),
                           ',' order by relname)) as schema
       from pg_class where relnamespace = 'public'::regnamespace`,
  )
  return rows[0]?.schema ?? ''
}

const EMPTIED = `
  do $$
  declare each regclass;
  begin
    set local session_replication_role = replica;
    for each in
      select oid from pg_class
       where relnamespace = 'public'::regnamespace and relkind = 'r'
         and relname <> all ('{${BOOKKEEPING_TABLES.join()}}')
    loop
      execute format('delete from %s', each);
    end loop;
  end $$`

/** Connections of their own to a test database that is there; closing them leaves it. */
export async function connectTo(url: string): Promise<TestDatabase> {
  const opened = await openDatabase({ kind: 'server', url, appPassword: APP_PASSWORD })
  return { ...opened, db: createDb({ pool: opened.appPool }), url }
}

async function findServer(): Promise<string> {
  const given = process.env.ROLLCALL_TEST_DATABASE_URL
  if (given !== undefined && given !== '') return given
  const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-test-'))
  // As root, PostgreSQL runs as somebody else: who gets through here keeps the cluster in here, and
  // it goes with the folder.
  await chmod(dataDir, 0o711)
  const postgres = await startEmbedded({ dataDir })
  endServer = async () => {
    hasServerEnded = true
    await postgres.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
  return `postgres:///postgres?host=${postgres.socketDir}&user=${postgres.ownerUser}`
}

/** Made by whichever process comes first; its name changes with the migrations. */
async function migratedTemplate(serverUrl: string): Promise<string> {
  const checksums = (await readMigrations()).map(({ checksum }) => checksum).join()
  const name = `rollcall_template_${createHash('sha256').update(checksums).digest('hex').slice(0, 12)}`
  await asOwner(serverUrl, async (client) => {
    await client.query('select pg_advisory_lock(1)')
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (rowCount !== 0) return
    const draft = `${name}_draft`
    await client.query(`drop database if exists ${draft} with (force)`)
    await client.query(`create database ${draft}`)
    const opened = await openDatabase({
      kind: 'server',
      url: named(serverUrl, draft),
      appPassword: APP_PASSWORD,
    })
    await migrate(opened.ownerPool)
    await opened.close()
    await client.query(`alter database ${draft} rename to ${name}`)
  })
  return name
}

async function asOwner<T>(serverUrl: string, act: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    return await act(client)
  } finally {
    await client.end()
  }
}

function named(serverUrl: string, database: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}
