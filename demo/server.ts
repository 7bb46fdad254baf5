/**
 * The real server, as a process of its own with settings of its own, and its command line.
 *
 * Nothing of ours is imported: what an operator starts is started here, in a data directory that
 * is made for this and removed afterwards.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { type AdminClient, createClient } from '../src/contract/index.ts'
import type { Endings } from './endings.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
/** Of the log's last lines, so many are kept to be shown when something goes wrong. */
const KEPT_LINES = 200

export interface Server {
  readonly dataDir: string
  /** Where the first operator gets in, and by which code. */
  readonly console: { readonly address: string; readonly code: string }
  readonly admin: AdminClient
  /** Runs the command line and gives what it printed. Throws what it said when it did not end well. */
  readonly rollcall: (...words: string[]) => Promise<string>
}

/** What the server said last, for when something goes wrong. */
export interface ServerLog {
  readonly lines: string[]
}

/**
 * @param port  as the setting says it; 0 for any free one
 * @throws Error when the port is taken; in the server's own words when it does not start
 */
export async function startServer(port: string, endings: Endings, log: ServerLog): Promise<Server> {
  await assertFree(port)
  const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-demo-'))
  // Started by root, the database runs as another user, who must get there.
  await chmod(dataDir, 0o711)
  endings.add(() => removeData(dataDir))

  const child = spawn(process.execPath, [MAIN, 'serve'], {
    env: { ...settingsOf(dataDir), ROLLCALL_PORT: port, ROLLCALL_RATE_LIMITS: 'off' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A Ctrl-C for us must not reach it: we end it, once it has come so far that it ends in order.
    detached: true,
  })
  child.stderr.setEncoding('utf8').on('data', (said: string) => {
    log.lines.push(...said.split('\n').filter(Boolean))
    log.lines.splice(0, log.lines.length - KEPT_LINES)
  })
  // Whatever becomes of us, it is not left behind.
  process.once('exit', () => child.kill('SIGTERM'))
  const ended = once(child, 'close')
  const started = Promise.race([listening(child.stdout), ended.then(() => undefined)])
  endings.add(async () => {
    await started
    child.kill('SIGTERM')
    await ended
  })

  const url = await started
  if (url === undefined)
    throw new Error(`The server did not start. It said:\n${log.lines.join('\n')}`)
  const held = async (file: string) => (await readFile(join(dataDir, file), 'utf8')).trim()
  const admin = createClient({ url, token: await held('admin-token') })
  // Passkeys are bound to it, not to where the server listens.
  const { publicUrl } = await admin.readSignInWays({})
  return {
    dataDir,
    console: { address: `${publicUrl}/console`, code: await held('first-operator-code') },
    admin,
    rollcall: (...words) => rollcall(dataDir, words),
  }
}

/** The server would say so too, but only once it has made a database. */
async function assertFree(port: string): Promise<void> {
  const probe = createServer()
  try {
    await once(probe.listen(Number(port), '127.0.0.1'), 'listening')
  } catch (cause) {
    // Whatever else is wrong with it, the server says.
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
    const advice = 'Choose another: ROLLCALL_PORT=8090 npm run demo'
    if (isTaken) throw new Error(`The port ${port} is taken. ${advice}`, { cause })
  } finally {
    probe.close()
  }
}

function listening(stdout: Readable): Promise<string> {
  return new Promise((resolve) => {
    let said = ''
    stdout.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk
      const [, url] = /^listening (\S+)$/m.exec(said) ?? []
      if (url !== undefined) resolve(url)
    })
  })
}

async function rollcall(dataDir: string, words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [MAIN, ...words], {
    env: settingsOf(dataDir),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, said, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  if (code === 0) return out
  throw new Error(`rollcall ${words.join(' ')} ended with ${code}: ${said}`)
}

/** The environment without anybody's own settings of a server. */
function settingsOf(dataDir: string): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('ROLLCALL_'))
  return { ...Object.fromEntries(others), ROLLCALL_DATA_DIR: dataDir }
}

/** The database may have had to go to where its user could reach it. */
async function removeData(dataDir: string): Promise<void> {
  const database = await realpath(join(dataDir, 'postgres')).catch(() => dataDir)
  for (const folder of [database, dataDir]) await rm(folder, { recursive: true, force: true })
}
