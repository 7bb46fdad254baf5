/**
 * Migrations: numbered SQL files, forward only, each in a transaction, never edited once landed.
 *
 * Nodes that start together wait for one another on an advisory lock; a table lock that is not
 * had within two seconds is given up and tried again, so that a migration never queues traffic
 * behind itself (SEC F-10).
 *
 * A statement is sent by itself, because Citus sends the workers the whole message that a statement came in; and
 * one table of a distributed database after the other, which it asks of transactions that change several. A constraint
 * is added by itself: beside other changes Citus refuses it (its commands/table.c, ErrorIfUnsupportedAlterTableStmt).
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'
import { changesOf, statementsOf } from './sql-text.ts'
import { BEGIN } from './transaction.ts'

const FOLDER = new URL('./migrations/', import.meta.url)
/** Any number that no other software on the database uses: "roll" in ASCII. */
export const MIGRATION_LOCK = 0x726f6c6c
const TRIES = 30

export interface Migration {
  readonly version: number
  readonly name: string
  /** As they are sent. */
  readonly statements: readonly string[]
  readonly checksum: string
}

/** The names of this release's, in order. */
export async function migrationNames(): Promise<string[]> {
  return (await readdir(FOLDER)).filter((name) => /^\d{4}-.*\.sql$/.test(name)).toSorted()
}

export async function readMigrations(): Promise<Migration[]> {
  return Promise.all(
    (await migrationNames()).map(async (name) => {
      const text = await readFile(new URL(name, FOLDER), 'utf8')
      const checksum = createHash('sha256').update(text).digest('hex')
      const statements = statementsOf(text).flatMap(changesOf)
      return { version: Number(name.slice(0, 4)), name, statements, checksum }
    }),
  )
}

/**
 * Brings the database to the present schema as its owner.
 * @returns the names applied now, none when it was up to date
 * @throws Error when the database is newer than this release, or a landed migration was edited
 */
export async function migrate(ownerPool: Pool): Promise<string[]> {
  const client = await ownerPool.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    await client.query(`create table if not exists schema_migration (
      version integer primary key, name text not null, checksum text not null,
      applied_at timestamptz not null default now())`)
    const missing = await missingIn(client)
    for (const migration of missing) await apply(client, migration)
    return missing.map(({ name }) => name)
  } finally {
    await client.query('select pg_advisory_unlock_all()').catch(() => undefined)
    client.release()
  }
}

/**
 * What `migrate` would apply; changes nothing.
 * @returns undefined where nothing was ever set up. @throws Error as `migrate`
 */
export async function pendingMigrations(ownerPool: Pool): Promise<string[] | undefined> {
  const { rows: tables } = await ownerPool.query<{ isThere: boolean }>(
    `select to_regclass('schema_migration') is not null as "isThere"`,
  )
  if (tables[0]?.isThere !== true) return undefined
  return (await missingIn(ownerPool)).map(({ name }) => name)
}

async function missingIn(database: Pick<Pool, 'query'>): Promise<Migration[]> {
  const known = await readMigrations()
  const { rows } = await database.query<{ version: number; name: string; checksum: string }>(
    'select version, name, checksum from schema_migration order by version',
  )
  refuseStrangers(known, rows)
  return known.slice(rows.length)
}

/** In this mode PostgreSQL itself refuses two statements at once. */
function alone(text: string) {
  return { text, queryMode: 'extended' }
}

function refuseStrangers(
  known: readonly Migration[],
  applied: readonly { version: number; name: string; checksum: string }[],
): void {
  for (const [index, row] of applied.entries()) {
    const migration = known[index]
    if (migration === undefined)
      throw new Error(
        `The database has migration ${row.name}, which this release does not know: it was written by a ` +
          'newer release. Start that release, or restore a back-up from before it.',
      )
    if (migration.checksum !== row.checksum)
      throw new Error(
        `Migration ${row.name} in the database differs from the file ${migration.name}. ` +
          'Landed migrations are never edited: put the file back and write a new migration.',
      )
  }
}

async function apply(client: PoolClient, migration: Migration): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query(BEGIN)
      await client.query(
        `set local lock_timeout = '2s'; set local citus.multi_shard_modify_mode = 'sequential'`,
      )
      for (const text of migration.statements) await client.query(alone(text))
      await client.query(
        'insert into schema_migration (version, name, checksum) values ($1, $2, $3)',
        [migration.version, migration.name, migration.checksum],
      )
      await client.query('commit')
      return
    } catch (error) {
      await client.query('rollback')
      const lockNotHad = error instanceof Error && 'code' in error && error.code === '55P03'
      if (!lockNotHad || attempt >= TRIES)
        throw new Error(`Migration ${migration.name} failed and changed nothing.`, { cause: error })
      await wait(500 + Math.random() * 500)
    }
  }
}
