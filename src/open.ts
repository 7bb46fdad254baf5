/** Opens what a process stands on, in the order it is needed: data directory, key, database. */
import { mkdir } from 'node:fs/promises'
import { type Config, masterKeyFile } from './config.ts'
import {
  belongTo,
  migrate,
  openDatabase,
  type OpenedDatabase,
  pendingMigrations,
  selfTest,
} from './db/index.ts'
import { readOrMakeMasterKey } from './key-files.ts'
import { deriveSecret, type MasterKey, type Random } from './lib/index.ts'

export interface Foundation {
  readonly key: MasterKey
  readonly database: OpenedDatabase
  /** The migrations applied just now. */
  readonly migrated: readonly string[]
}

/**
 * @param onDeath  called when the embedded database ends without being asked to
 * @throws Error saying what is wrong with the key or the database; nothing is left open
 */
export async function openFoundation(
  config: Config,
  random: Random,
  onDeath: (reason: string) => void,
): Promise<Foundation> {
  // Passable but not listable by others: started as root, the embedded database runs as another
  // user and keeps its files below; whatever is secret here is a file for its owner alone.
  await mkdir(config.ROLLCALL_DATA_DIR, { recursive: true, mode: 0o711 })
  const file = masterKeyFile(config)
  const { key, made } = await readOrMakeMasterKey(file, random)
  // At once: it stays, whatever else comes of this start.
  if (made)
    process.stderr.write(
      `Made the master key: ${file}. Back it up apart from the database: without it, what is kept ` +
        'sealed cannot be opened.\n',
    )
  const database = await openDatabase(databaseOptions(config, key, onDeath))
  try {
    const migrated = await migrate(database.ownerPool)
    await belongTo(database.ownerPool, digestOf(key))
    await selfTest(database.appPool)
    return { key, database, migrated }
  } catch (error) {
    await database.close()
    throw error
  }
}

/**
 * Opens the database as a start would and changes nothing.
 * @returns the migrations that a start would apply; undefined where nothing was ever set up
 * @throws Error saying what is wrong with it
 */
export async function lookAtDatabase(
  config: Config,
  key: MasterKey,
): Promise<readonly string[] | undefined> {
  const database = await openDatabase({
    ...databaseOptions(config, key, () => undefined),
    onlyLook: true,
  })
  try {
    const pending = await pendingMigrations(database.ownerPool)
    if (pending?.length === 0) await selfTest(database.appPool)
    return pending
  } finally {
    await database.close()
  }
}

function digestOf(key: MasterKey): string {
  return deriveSecret(key, 'digest of the master key')
}

function databaseOptions(config: Config, key: MasterKey, onDeath: (reason: string) => void) {
  const appPassword = deriveSecret(key, 'database role rollcall_app')
  const keyDigest = digestOf(key)
  const url = config.ROLLCALL_DATABASE_URL
  if (url === undefined)
    return {
      kind: 'embedded',
      keyDigest,
      appPassword,
      embedded: {
        dataDir: config.ROLLCALL_DATA_DIR,
        postgresBin: config.ROLLCALL_POSTGRES_BIN,
        onDeath,
      },
    } as const
  const appUrl = config.ROLLCALL_DATABASE_APP_URL
  return { kind: 'server', url, appUrl, appPassword, keyDigest } as const
}
