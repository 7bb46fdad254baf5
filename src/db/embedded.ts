/**
 * A real PostgreSQL of our own: started with the server, on its own data directory, reachable
 * through a unix socket in a private folder and through no TCP port.
 *
 * PostgreSQL refuses to run as root, so as root we start it as an unprivileged user, who owns the
 * cluster's folder. If that user cannot reach the data directory (it lies under a 0700 home), the
 * cluster lives under /var/lib/rollcall and the data directory holds a link to it.
 *
 * A killed parent leaves PostgreSQL running. Whoever holds the lock on the data directory is
 * entitled to it, so a survivor is stopped (a fast shutdown: its clients are gone anyway) and
 * started anew, which replays what was acknowledged.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { lockCluster, lockData } from './data-lock.ts'
import { findPrograms, type Programs, type User } from './embedded-binaries.ts'
import { embeddedSettings } from './embedded-settings.ts'

export interface EmbeddedOptions {
  readonly dataDir: string
  /** Another PostgreSQL's bin folder (15 or later) to use instead of the packaged one. */
  readonly postgresBin?: string | undefined
  /** Called once if PostgreSQL ends without being asked to. */
  readonly onDeath?: (reason: string) => void
}

export interface Embedded {
  /** Folder of the socket: `host` of a connection. */
  readonly socketDir: string
  /** The owner of the cluster, for migrations. */
  readonly ownerUser: string
  readonly pid: number
  stop(): Promise<void>
}

const OWNER = 'rollcall_owner'
const SHARED = '/var/lib/rollcall'

/** @throws Error when the directory is in use, no programs fit, or PostgreSQL does not come up */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const dataDir = resolve(options.dataDir)
  const locks = [await lockData(dataDir)]
  const release = async () => {
    for (const lock of locks.splice(0).toReversed()) await lock.release()
  }
  try {
    const user = process.getuid?.() === 0 ? await unprivilegedUser() : undefined
    const cluster = await placeCluster(dataDir, user)
    if (cluster !== join(dataDir, 'postgres')) locks.push(await lockCluster(cluster, dataDir))
    return await start({ dataDir, cluster, user, release }, options)
  } catch (error) {
    await release()
    throw error
  }
}

interface Place {
  readonly dataDir: string
  readonly cluster: string
  readonly user: User | undefined
  readonly release: () => Promise<void>
}

async function start(place: Place, options: EmbeddedOptions): Promise<Embedded> {
  const { dataDir, cluster, user, release } = place
  const programs = await findPrograms({
    postgresBin: options.postgresBin,
    copyTo: user !== undefined ? join(SHARED, 'programs') : join(dataDir, 'programs'),
    user,
  })
  await stopSurvivor(cluster)
  if (!(await exists(join(cluster, 'PG_VERSION')))) initialise(programs, cluster, user)
  const socketDir = await privateSocketDir(user)
  const child = spawnPostgres(programs, cluster, socketDir, user)
  const life = watch(child, options.onDeath)
  try {
    await untilReady(socketDir, life)
  } catch (error) {
    child.kill('SIGQUIT')
    await rm(socketDir, { recursive: true, force: true })
    throw error
  }
  return {
    socketDir,
    ownerUser: OWNER,
    pid: child.pid ?? 0,
    async stop() {
      life.expected = true
      child.kill('SIGINT') // fast shutdown: roll back, checkpoint, end
      await life.ended
      await rm(socketDir, { recursive: true, force: true })
      await release()
    },
  }
}

/** `postgres` if the system has that user, else `nobody`. */
async function unprivilegedUser(): Promise<User> {
  const users = await readFile('/etc/passwd', 'utf8')
  for (const name of ['postgres', 'nobody']) {
    const [, uid, gid] = new RegExp(`^${name}:[^:]*:(\\d+):(\\d+):`, 'm').exec(users) ?? []
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new Error(
    'PostgreSQL does not run as root, and this system has neither a user postgres nor nobody. ' +
      'Start Rollcall as an ordinary user, or set ROLLCALL_DATABASE_URL.',
  )
}

/** The folder of the cluster, existing, owned by who runs PostgreSQL and reachable by them. */
async function placeCluster(dataDir: string, user: User | undefined): Promise<string> {
  const here = join(dataDir, 'postgres')
  const found = await lstat(here).catch(() => undefined)
  if (found?.isSymbolicLink()) return realpath(here)
  if (user === undefined) {
    await mkdir(here, { recursive: true, mode: 0o700 })
    return here
  }
  if (canReach(dataDir, user)) {
    await mkdir(here, { recursive: true, mode: 0o700 })
    await chown(here, user.uid, user.gid)
    return here
  }
  if (found !== undefined)
    throw new Error(
      `User ${user.uid} runs PostgreSQL but cannot reach ${here}. Move the data directory to a place ` +
        'every user may enter, or start Rollcall as the user who owns it.',
    )
  const { dev, ino } = await stat(dataDir)
  const name = createHash('sha256').update(`${dataDir} ${dev} ${ino}`).digest('hex').slice(0, 16)
  const elsewhere = join(SHARED, name)
  await mkdir(SHARED, { recursive: true, mode: 0o755 })
  await mkdir(elsewhere, { mode: 0o700 })
  await chown(elsewhere, user.uid, user.gid)
  await symlink(elsewhere, here)
  return elsewhere
}

function canReach(folder: string, user: User): boolean {
  return spawnSync('test', ['-x', folder], { cwd: '/', ...user }).status === 0
}

/** Ends a PostgreSQL that outlived the server before us; its pid must really be one on this cluster. */
async function stopSurvivor(cluster: string): Promise<void> {
  const [line] = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split(
    '\n',
  )
  const pid = Number(line)
  if (!(await isPostmaster(pid, cluster))) {
    await rm(join(cluster, 'postmaster.pid'), { force: true })
    return
  }
  process.kill(pid, 'SIGINT')
  for (let waited = 0; waited < 15_000; waited += 50) {
    if (!(await isPostmaster(pid, cluster))) return
    if (waited === 10_000) process.kill(pid, 'SIGQUIT')
    await wait(50)
  }
  throw new Error(`PostgreSQL ${pid} from an earlier run does not stop. End it and start again.`)
}

/** The pid lives and is a postgres started on that folder; a recycled pid is somebody else's. */
async function isPostmaster(pid: number, cluster: string): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 1) return false
  const command =
    process.platform === 'linux'
      ? await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      : spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout
  return command.includes('postgres') && command.includes(cluster)
}

function initialise(programs: Programs, cluster: string, user: User | undefined): void {
  const locale =
    programs.majorVersion >= 17
      ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
      : ['--locale=C.UTF-8']
  const { status, stderr } = spawnSync(
    join(programs.bin, 'initdb'),
    ['-D', cluster, '-U', OWNER, '--auth=trust', '--encoding=UTF8', '--no-instructions', ...locale],
    { encoding: 'utf8', cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' }, ...user },
  )
  if (status !== 0)
    throw new Error(
      `A new database could not be made in ${cluster}: ${stderr.trim().slice(0, 500)}`,
    )
}

/**
 * Short, because a socket's path holds 107 bytes at most; 0700, because it trusts who reaches it;
 * and where who runs PostgreSQL can get to, which a root's own temporary folder may not be.
 */
async function privateSocketDir(user: User | undefined): Promise<string> {
  const usual = tmpdir()
  const isFit = usual.length <= 60 && (user === undefined || canReach(usual, user))
  const base = isFit ? usual : '/tmp'
  const folder = await mkdtemp(join(base, 'rollcall-'))
  if (user !== undefined) await chown(folder, user.uid, user.gid)
  return folder
}

function spawnPostgres(
  programs: Programs,
  cluster: string,
  socketDir: string,
  user: User | undefined,
): ChildProcess {
  const settings = Object.entries({ ...embeddedSettings(), unix_socket_directories: socketDir })
  return spawn(
    join(programs.bin, 'postgres'),
    ['-D', cluster, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      cwd: '/',
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true, // a Ctrl-C for us must not reach it: we end it in order
      ...user,
    },
  )
}

interface Life {
  expected: boolean
  lastWords: string
  readonly ended: Promise<void>
  isOver: boolean
}

function watch(child: ChildProcess, onDeath: EmbeddedOptions['onDeath']): Life {
  const ended = Promise.withResolvers<void>()
  const life: Life = { expected: false, lastWords: '', ended: ended.promise, isOver: false }
  child.stderr?.on('data', (chunk: Buffer) => {
    life.lastWords = (life.lastWords + chunk.toString()).slice(-2_000)
  })
  child.once('error', (error) => {
    life.lastWords += error.message
  })
  child.once('close', (code, signal) => {
    life.isOver = true
    ended.resolve()
    if (!life.expected) onDeath?.(`PostgreSQL ended (${signal ?? code}): ${life.lastWords.trim()}`)
  })
  return life
}

async function untilReady(socketDir: string, life: Life): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 50) {
    if (life.isOver) throw new Error(`PostgreSQL did not start: ${life.lastWords.trim()}`)
    const client = new pg.Client({ host: socketDir, user: OWNER, database: 'postgres' })
    try {
      await client.connect()
      await client.query('select 1')
      return
    } catch {
      await wait(50)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
  throw new Error(`PostgreSQL was not ready within a minute: ${life.lastWords.trim()}`)
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}
