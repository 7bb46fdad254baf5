/** The real server process, on a database of a bench, and a tenant on it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type AdminClient, createClient } from '../src/contract/index.ts'
import type { ConnectionId, TenantId } from '../src/lib/index.ts'
import { makeFolder } from './folder.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

export interface ServerProcess {
  readonly url: string
  readonly pid: number
  readonly dataDir: string
  /** From the start of the process to its word that it serves. */
  readonly readyMs: number
  readonly admin: AdminClient
  /** Onboards a tenant and gives what its identity provider is told. */
  readonly onboard: (name: string) => Promise<ScimAccess>
  readonly stop: (signal?: 'SIGTERM' | 'SIGKILL') => Promise<void>
  /** Its log; whole once it has stopped. */
  readonly readLog: () => Promise<readonly LogLine[]>
}

export interface LogLine {
  readonly event: string
  readonly time: string
  readonly route?: string
  readonly ms?: number
}

export interface ScimAccess {
  readonly tenantId: TenantId
  readonly connectionId: ConnectionId
  /** By address, so that no name has to be resolved. */
  readonly baseUrl: string
  readonly token: string
}

/**
 * @param settings  beyond the folder and the port; rate limits are off
 * @throws Error with the end of its log when it does not come to serve
 */
export async function startServer(
  dataDir: string,
  settings: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const logFile = join(dataDir, 'server.log')
  const startedAt = performance.now()
  // Its log goes to a file, as on any server: read by us, it would cost us its processor.
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    env: {
      PATH: process.env['PATH'],
      ROLLCALL_DATA_DIR: dataDir,
      ROLLCALL_PORT: '0',
      ROLLCALL_RATE_LIMITS: 'off',
      ...settings,
    },
    stdio: ['ignore', 'pipe', openSync(logFile, 'a')],
  })
  const ended = once(child, 'close')
  // Whoever stops the bench stops the server too.
  const kill = () => void child.kill()
  process.once('exit', kill)
  void ended.then(() => process.off('exit', kill))
  const url = await Promise.race([listening(child), ended.then(() => undefined)])
  if (url === undefined)
    throw new Error(`The server ended: ${(await readFile(logFile, 'utf8')).slice(-2000)}`)
  const readyMs = performance.now() - startedAt
  const token = (await readFile(join(dataDir, 'admin-token'), 'utf8')).trim()
  const admin = createClient({ url, token })
  return {
    url,
    pid: child.pid ?? 0,
    dataDir,
    readyMs,
    admin,
    onboard: (name) => onboard(admin, url, name),
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      await ended
    },
    async readLog() {
      const lines = (await readFile(logFile, 'utf8')).split('\n')
      return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as LogLine)
    },
  }
}

/** A server on a database, stopped in the end. */
export async function withServer<T>(
  database: { readonly url: string; readonly appUrl: string },
  act: (server: ServerProcess) => Promise<T>,
): Promise<T> {
  const server = await startServer(await makeFolder(), {
    ROLLCALL_DATABASE_URL: database.url,
    ROLLCALL_DATABASE_APP_URL: database.appUrl,
  })
  try {
    return await act(server)
  } finally {
    await server.stop()
  }
}

function listening({ stdout }: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let said = ''
    stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const [, url] = /^listening (\S+)$/m.exec(said) ?? []
      if (url !== undefined) resolve(url)
    })
  })
}

async function onboard(admin: AdminClient, url: string, name: string): Promise<ScimAccess> {
  const { tenant, connection, handover } = await admin.onboardTenant({ name })
  const { pathname } = new URL(handover.scim.baseUrl)
  return {
    tenantId: tenant.id,
    connectionId: connection.id,
    baseUrl: url + pathname,
    token: handover.scim.token,
  }
}
