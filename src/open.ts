/** Opens what a process stands on, in the order it is needed: data directory, key, database. */
import { mkdir } from 'node:fs/promises'
import type { Pool } from 'pg'
import { type Config, masterKeyFile } from './config.ts'
import {
  admit,
  belongTo,
  migrate,
  openDatabase,
  type OpenedDatabase,
  pendingMigrations,
  readKeys,
  selfTest,
} from './db/index.ts'
import { readOrMakeMasterKeys } from './key-files.ts'
import { createKeyRing, type KeyRing, type Random } from './lib/index.ts'

export interface Foundation {
  readonly ring: KeyRing
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
  const { keys, made } = await readOrMakeMasterKeys(file, random)
  // At once: it stays, whatever else comes of this start.
  if (made)
    process.stderr.write(
      `Made the master key: ${file}. Back it up apart from the database: without it, what is kept ` +
        'sealed cannot be opened.\n',
    )
  const ring = createKeyRing(keys)
  const database = await openDatabase(databaseOptions(config, ring, onDeath))
  try {
    const migrated = await migrate(database.ownerPool)
    await belongTo(database.ownerPool, ring, random)
    await selfTest(database.appPool)
    return { ring, database, migrated }
  } catch (error) {
    await database.close()
    throw error
  }
}

/**
 * Opens the database as a start would and changes nothing.
 * @returns the migrations that a start would apply, undefined where nothing was ever set up; and the master keys that
 *          have sealed in it
 * @throws Error saying what is wrong with it
 */
export async function lookAtDatabase(config: Config, ring: KeyRing) {
  const database = await openDatabase({
    ...databaseOptions(config, ring, () => undefined),
    onlyLook: true,
  })
  try {
    const pending = await pendingMigrations(database.ownerPool)
    if (pending?.length === 0) await selfTest(database.appPool)
    return { pending, keys: await readKeys(database.ownerPool) }
  } finally {
    await database.close()
  }
}

function databaseOptions(config: Config, ring: KeyRing, onDeath: (reason: string) => void) {
  const appPassword = (owner: Pool) => admit(owner, ring)
  const url = config.ROLLCALL_DATABASE_URL
  if (url === undefined)
    return {
      kind: 'embedded',
      appPassword,
      embedded: {
        dataDir: config.ROLLCALL_DATA_DIR,
        postgresBin: config.ROLLCALL_POSTGRES_BIN,
        onDeath,
      },
    } as const
  const appUrl = config.ROLLCALL_DATABASE_APP_URL
  return { kind: 'server', url, appUrl, appPassword } as const
}
