/** Opens what a process stands on, in the order it is needed: data directory, key, database. */
import { mkdir } from 'node:fs/promises'
import { type Config, masterKeyFile } from './config.ts'
import { belongTo, migrate, openDatabase, type OpenedDatabase, selfTest } from './db/index.ts'
import { readOrMakeMasterKey } from './key-files.ts'
import { deriveSecret, type MasterKey, type Random } from './lib/index.ts'

export interface Foundation {
  readonly key: MasterKey
  readonly keyMade: boolean
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
  const { key, made } = await readOrMakeMasterKey(masterKeyFile(config), random)
  const database = await openDatabase(databaseOptions(config, key, onDeath))
  try {
    const migrated = await migrate(database.ownerPool)
    await belongTo(database.ownerPool, digestOf(key))
    await selfTest(database.appPool)
    return { key, keyMade: made, database, migrated }
  } catch (error) {
    await database.close()
    throw error
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
