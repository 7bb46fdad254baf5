/**
 * The two secrets that the first start makes: the master key and the first operator's token. Each
 * is a file for its owner alone; a key that others can read, or that is no key, stops the start
 * (SEC K-3).
 */
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type MasterKey, masterKey, type Random } from './lib/index.ts'

const KEY_BYTES = 32

/** @returns the key, and whether it was made now. @throws Error saying what is wrong with the file */
export async function readOrMakeMasterKey(
  file: string,
  random: Random,
): Promise<{ key: MasterKey; made: boolean }> {
  const kept = await readMasterKey(file)
  if (kept !== undefined) return { key: kept, made: false }
  const bytes = Buffer.from(random(KEY_BYTES))
  await mkdir(dirname(file), { recursive: true, mode: 0o711 })
  await writeSecret(file, `${bytes.toString('base64url')}\n`)
  return { key: masterKey(bytes), made: true }
}

/** Undefined when there is no such file. @throws Error when it is unsafe or holds no key */
export async function readMasterKey(file: string): Promise<MasterKey | undefined> {
  const mode = await modeOf(file)
  if (mode === undefined) return undefined
  if ((mode & 0o027) !== 0)
    throw new Error(
      `The master key ${file} can be read by others (mode ${mode.toString(8)}). Run: chmod 600 ${file}`,
    )
  const text = (await readFile(file, 'utf8')).trim()
  const bytes = Buffer.from(text, 'base64url')
  const isKey = /^[A-Za-z0-9_+/=-]{43,44}$/.test(text) && bytes.length === KEY_BYTES
  if (!isKey || new Set(bytes).size < 8)
    throw new Error(
      `The master key ${file} is not a key: it must hold 32 random bytes in base64. Put the right ` +
        'file back; without it what this database keeps sealed cannot be opened.',
    )
  return masterKey(bytes)
}

/** Writes a file for its owner alone, whole or not at all. */
export async function writeSecret(file: string, text: string): Promise<void> {
  const draft = `${file}.new`
  const handle = await open(draft, 'w', 0o600)
  try {
    await handle.chmod(0o600)
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, file)
}

async function modeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mode & 0o777
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
