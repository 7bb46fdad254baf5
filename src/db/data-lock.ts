/**
 * One process at a time on a data directory (SEC F-6): two openers would both acknowledge writes
 * and one side's would be lost.
 *
 * The lock is a listening unix socket in Linux's abstract namespace, named for the directory's
 * device and inode. The kernel takes it away with the process, however it dies, so there is no
 * stale lock to judge, and two openers cannot both hold it. Where abstract sockets do not exist
 * (macOS) a socket file beside the data takes its place: if nobody answers on it, its process is
 * gone. The holder's pid stands in a file, for the message only.
 *
 * Where the cluster lies elsewhere, a copy of the data directory holds the same link, and has an inode of its own:
 * so what the link leads to has a lock, too.
 */
import { mkdir, readFile, stat, unlink, writeFile } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'

export interface DataLock {
  release(): Promise<void>
}

export class DirectoryInUse extends Error {
  /** Of the process that has it, as far as it is known. */
  readonly pid: string

  constructor(pid: string, message: string) {
    super(message)
    this.pid = pid
  }
}

/** @throws DirectoryInUse */
export async function lockData(dataDir: string): Promise<DataLock> {
  // The user who runs PostgreSQL for root must be able to pass; what is secret in it is 0600 itself.
  await mkdir(dataDir, { recursive: true, mode: 0o711 })
  return lockFolder(
    dataDir,
    join(dataDir, 'rollcall.pid'),
    (pid) =>
      `The data directory ${dataDir} is in use by process ${pid}. ` +
      'Stop that server first, or give this one another ROLLCALL_DATA_DIR.',
  )
}

/**
 * Of the cluster that the link in a data directory leads to. Its pid file is beside it: PostgreSQL makes a
 * cluster in an empty folder only.
 *
 * @throws DirectoryInUse
 */
export function lockCluster(cluster: string, dataDir: string): Promise<DataLock> {
  return lockFolder(
    cluster,
    `${cluster}.pid`,
    (pid) =>
      `The database of ${dataDir} is a link to ${cluster}, which is in use by process ${pid}. Stop that server first; ` +
      'a copy of a data directory has a database of its own when it was made with `cp --archive --dereference`.',
  )
}

async function lockFolder(
  folder: string,
  pidFile: string,
  words: (pid: string) => string,
): Promise<DataLock> {
  const { dev, ino } = await stat(folder)
  const name = `rollcall-${dev}-${ino}`
  const address = process.platform === 'linux' ? `\0${name}` : `/tmp/${name}.lock`
  const server = (await listen(address)) ?? (await takeOver(address))
  if (server === undefined) {
    const pid = (await readFile(pidFile, 'utf8').catch(() => 'unknown')).trim()
    throw new DirectoryInUse(pid, words(pid))
  }
  await writeFile(pidFile, `${process.pid}\n`, { mode: 0o600 })
  return {
    async release() {
      await unlink(pidFile).catch(() => undefined)
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error) =>
      'code' in error && error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    )
    server.listen(address, () => resolve(server.unref()))
  })
}

/** A socket file outlives its process; one that nobody answers on is removed and tried once more. */
async function takeOver(address: string): Promise<Server | undefined> {
  if (address.startsWith('\0')) return undefined
  const alive = await new Promise<boolean>((resolve) => {
    const probe = connect(address, () => resolve(true))
    probe.once('error', () => resolve(false)).once('close', () => probe.destroy())
  })
  if (alive) return undefined
  await unlink(address).catch(() => undefined)
  return listen(address)
}
