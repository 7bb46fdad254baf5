/** migrate: brings the schema up to date and ends. doctor: says what is well and what is not. */
import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import { adminTokenFile, type Config, masterKeyFile, readConfig } from './config.ts'
import { readMasterKeys } from './key-files.ts'
import { DirectoryInUse, type KeyOfDatabase } from './db/index.ts'
import { createKeyRing, idsOf, systemRandom, type WrappingKey } from './lib/index.ts'
import { lookAtDatabase, openFoundation } from './open.ts'

/** @returns the exit code */
export async function migrateOnly(): Promise<number> {
  const { database, migrated } = await openFoundation(readConfig(), systemRandom, () => {})
  await database.close()
  const words = migrated.length === 0 ? ['Nothing to do: the schema is up to date.'] : migrated
  process.stdout.write(`${words.join('\n')}\n`)
  return 0
}

/** Looks at the settings, the files and the database, and makes nothing that is not there. */
export async function doctor(): Promise<number> {
  const config = readConfig()
  const found = [
    await look('Data directory', () => dataDirectory(config)),
    await look('Master key', () => key(config)),
    await look('Admin token', () => adminToken(config)),
    await look('Database', () => databaseState(config)),
  ]
  for (const { well, line } of found) process.stdout.write(`${well ? 'ok  ' : 'BAD '} ${line}\n`)
  return found.every(({ well }) => well) ? 0 : 1
}

async function look(what: string, act: () => Promise<string>) {
  try {
    return { well: true, line: `${what}: ${await act()}` }
  } catch (error) {
    return {
      well: false,
      line: `${what}: ${error instanceof Error ? error.message : String(error)}`,
    }
  }
}

async function dataDirectory({ ROLLCALL_DATA_DIR: folder }: Config): Promise<string> {
  if (!(await exists(folder))) return `${folder} is not there yet; the first start makes it.`
  await access(folder, constants.W_OK)
  return folder
}

async function key(config: Config): Promise<string> {
  const file = masterKeyFile(config)
  const kept = await readMasterKeys(file)
  if (kept === undefined) return `${file} is not there yet; the first start makes it.`
  return `${file} holds key${kept.length === 1 ? '' : 's'} ${idsOf(kept)}.`
}

async function adminToken(config: Config): Promise<string> {
  const file = adminTokenFile(config)
  return (await exists(file)) ? file : `${file} is not there; the first start makes it.`
}

async function databaseState(config: Config): Promise<string> {
  const kept = await readMasterKeys(masterKeyFile(config))
  const isEmbedded = config.ROLLCALL_DATABASE_URL === undefined
  const isThere = !isEmbedded || (await exists(join(config.ROLLCALL_DATA_DIR, 'postgres')))
  if (kept === undefined || !isThere) return 'not looked at: it is set up at the first start.'
  const where = isEmbedded ? 'embedded' : 'server'
  const seen = await lookAtDatabase(config, createKeyRing(kept)).catch((error: unknown) => {
    if (error instanceof DirectoryInUse) return error
    throw error
  })
  if (seen instanceof DirectoryInUse)
    return `${where}; process ${seen.pid} serves from it and saw that it is in order; rollcall health asks that server.`
  const { pending, keys } = seen
  if (pending === undefined) return `${where}; nothing is set up in it; the first start does that.`
  if (pending.length > 0)
    return `${where}; migrations are pending (${pending.join(', ')}); migrate applies them, and so does the next start.`
  return `${where}; the schema is up to date; the wall between tenants holds; ${spellKeys(keys, kept)}.`
}

/** Which keys have to be kept with a back-up of it, and what becomes of the others in the file. */
function spellKeys(keys: readonly KeyOfDatabase[], inFile: readonly WrappingKey[]): string {
  const needed = keys.filter(({ retiredAt }) => retiredAt === null)
  const sealing = needed.at(-1)
  if (sealing === undefined) return 'no master key has sealed in it yet'
  const others = needed
    .slice(0, -1)
    .map(({ id, valuesWrapped }) => `${id} (${spellWrapped(valuesWrapped)})`)
  const spare = inFile
    .filter(({ id }) => !needed.some((each) => each.id === id))
    .map(
      ({ id }) =>
        `${id} ${keys.some((each) => each.id === id) ? 'is retired' : 'has not sealed yet'}`,
    )
  const and = others.length === 0 ? '' : `, and ${others.join(', ')}`
  return [`it needs master key ${sealing.id}, which seals${and}`, ...spare].join('; ')
}

function spellWrapped(values: number | null): string {
  if (values === null) return 'how much it wraps is not counted yet'
  return values === 0
    ? 'wraps nothing any more, and can be retired: master-key retire'
    : `wraps ${values} values still, and another takes over: master-key list`
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
