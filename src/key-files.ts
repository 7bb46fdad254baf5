/**
 * The two secrets that the first start makes: the master key and the first operator's token. Each
 * is a file for its owner alone; a key that others can read, or that is no key, stops the start
 * (SEC K-3).
 *
 * The master key is one key a line, the oldest first: what any of them sealed is opened (K-2).
 */
import { mkdir, open, readFile, realpath, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Random, type WrappingKey, wrappingKey } from './lib/index.ts'

const KEY_BYTES = 32

/** @returns the keys, and whether the first was made now. @throws Error saying what is wrong with the file */
export async function readOrMakeMasterKeys(
  file: string,
  random: Random,
): Promise<{ keys: readonly WrappingKey[]; made: boolean }> {
  const kept = await readMasterKeys(file)
  if (kept !== undefined) return { keys: kept, made: false }
  await mkdir(dirname(file), { recursive: true, mode: 0o711 })
  const { key, line } = makeKey(random)
  await writeSecret(file, line)
  return { keys: [key], made: true }
}

/** Undefined when there is no such file. @throws Error when it is unsafe or a line is no key */
export async function readMasterKeys(file: string): Promise<readonly WrappingKey[] | undefined> {
  return (await readLines(file))?.map(({ key }) => key)
}

/** Makes a key and adds it behind the others. @returns it. @throws Error as `readMasterKeys`, or without a file */
export async function addMasterKey(file: string, random: Random): Promise<WrappingKey> {
  const lines = await readLines(file)
  if (lines === undefined)
    throw new Error(`There is no master key ${file} yet: the first start makes it.`)
  const { key, line } = makeKey(random)
  await writeAgain(file, [...lines.map(({ text }) => `${text}\n`), line])
  return key
}

/** @returns whether it was there. @throws Error as `readMasterKeys`, or when it is the only one */
export async function removeMasterKey(file: string, keyId: string): Promise<boolean> {
  const lines = (await readLines(file)) ?? []
  const left = lines.filter(({ key }) => key.id !== keyId)
  if (left.length === lines.length) return false
  if (left.length === 0) throw new Error(`${keyId} is the only key of ${file}: it stays.`)
  await writeAgain(
    file,
    left.map(({ text }) => `${text}\n`),
  )
  return true
}

function makeKey(random: Random) {
  const bytes = Buffer.from(random(KEY_BYTES))
  return { key: wrappingKey(bytes), line: `${bytes.toString('base64url')}\n` }
}

async function readLines(file: string) {
  const mode = await modeOf(file)
  if (mode === undefined) return undefined
  if ((mode & 0o027) !== 0)
    throw new Error(
      `The master key ${file} can be read by others (mode ${mode.toString(8)}). Run: chmod 600 ${file}`,
    )
  const texts = (await readFile(file, 'utf8')).trim().split(/\s*\n\s*/)
  return texts.map((text, index) => ({ text, key: keyIn(file, text, index + 1) }))
}

function keyIn(file: string, text: string, line: number): WrappingKey {
  const bytes = Buffer.from(text, 'base64url')
  const isKey = /^[A-Za-z0-9_+/=-]{43,44}$/.test(text) && bytes.length === KEY_BYTES
  if (!isKey || new Set(bytes).size < 8)
    throw new Error(
      `The master key ${file} is not a key: line ${line} must hold 32 random bytes in base64. Put the right ` +
        'file back; without it what this database keeps sealed cannot be opened.',
    )
  return wrappingKey(bytes)
}

/** Writes a file for its owner alone, whole or not at all. */
export async function writeSecret(file: string, text: string): Promise<void> {
  await writeWhole(file, text, { mode: 0o600 })
}

/** The same file, where a link leads to it too, for whom it was for: the server may run as somebody else. */
async function writeAgain(file: string, lines: readonly string[]): Promise<void> {
  const place = await realpath(file)
  const { uid, gid, mode } = await stat(place)
  await writeWhole(place, lines.join(''), { mode: mode & 0o777, owner: { uid, gid } })
}

async function writeWhole(
  file: string,
  text: string,
  { mode, owner }: { mode: number; owner?: { uid: number; gid: number } },
): Promise<void> {
  const draft = `${file}.new`
  const handle = await open(draft, 'w', 0o600)
  try {
    await handle.chmod(mode)
    if (owner !== undefined) await handle.chown(owner.uid, owner.gid)
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
