/**
 * serve: opens the database, puts the app together, listens, and closes all of it in order when
 * asked to (SEC F-12). Prints one line, `listening <url>`, on stdout once it serves; the log is
 * JSON on stderr.
 */
import { rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import pino from 'pino'
import { type App, createApp } from './app.ts'
import {
  addressFile,
  adminTokenFile,
  type Config,
  firstOperatorFile,
  masterKeyFile,
  readConfig,
} from './config.ts'
import { freePort } from './free-port.ts'
import { readMasterKeys, writeSecret } from './key-files.ts'
import { createLoaderThread } from './loader-thread.ts'
import { type Destination, gatherLines, quickInfo } from './log-lines.ts'
import { keepCounted, readDatabaseState } from './db/index.ts'
import { linesOf, systemClock, systemRandom } from './lib/index.ts'
import { agedNode } from './node-release.ts'
import { type Foundation, openFoundation } from './open.ts'
import { createGuess } from './operators/index.ts'
import { RESOURCE_TYPES } from './scim/index.ts'
import { createLog } from './telemetry/index.ts'
import manifest from '../package.json' with { type: 'json' }

const CLOSE_MS = 20_000

type Log = pino.Logger

/** Returns when it serves; the process goes on until it is told to stop. @throws Error */
export async function serve(): Promise<undefined> {
  const config = readConfig()
  const lines = gatherLines(pino.destination({ fd: 2, sync: false }))
  const log = createLog(config.ROLLCALL_LOG_LEVEL, lines)
  endOnUnhandled(log)
  const foundation = await openFoundation(config, systemRandom, (reason) => {
    log.fatal({ event: 'db.server.died', reason })
    end(log, 1)
  })
  try {
    await start(config, log, lines, foundation)
  } catch (error) {
    await foundation.database.close()
    throw error
  }
}

async function start(
  config: Config,
  log: Log,
  lines: Destination,
  { database, ring, migrated }: Foundation,
): Promise<void> {
  const port =
    config.ROLLCALL_PORT === 0 ? await freePort(config.ROLLCALL_HOST) : config.ROLLCALL_PORT
  const publicUrl = config.ROLLCALL_PUBLIC_URL ?? `http://localhost:${port}`
  const app = createApp({
    config: { ...config, ROLLCALL_PUBLIC_URL: publicUrl },
    pool: database.appPool,
    isDistributed: database.isDistributed,
    clock: systemClock,
    random: systemRandom,
    log,
    logAnswered: quickInfo(log, lines, systemClock),
    masterKey: ring,
    keysInFile: () => readMasterKeys(masterKeyFile(config)),
    resourceTypes: RESOURCE_TYPES,
    guess: createGuess(),
    process: { name: `${hostname()}, process ${process.pid}`, version: manifest.version },
    databaseState: () => readDatabaseState(database.ownerPool),
    workElsewhere: (told) => {
      const thread = createLoaderThread(
        {
          appConfig: database.appConfig,
          isDistributed: database.isDistributed,
          masterKey: ring,
          pollSeconds: config.ROLLCALL_ETL_POLL_SECONDS,
          logLevel: config.ROLLCALL_LOG_LEVEL,
          writeLog: lines.write,
        },
        told,
      )
      ring.onHold(thread.hold)
      return thread
    },
  })
  await announceSecrets({ ...config, ROLLCALL_PUBLIC_URL: publicUrl }, app)
  await app.masterKeys.join()
  await listen(app, config.ROLLCALL_HOST, port)
  await app.start()
  const url = `http://${hostForUrl(config.ROLLCALL_HOST)}:${port}`
  await writeFile(addressFile(config), `${JSON.stringify({ url, pid: process.pid })}\n`)
  const counting = keepCounted(database.ownerPool, log)
  closeOnSignal(config, log, async () => {
    await counting.stop()
    await app.close(CLOSE_MS - 5000)
    await database.close()
  })
  const reason = agedNode(process.versions.node, systemClock())
  if (reason !== undefined) log.warn({ event: 'main.node.aged', reason })
  log.info({ event: 'main.server.started', url, publicUrl, migrated })
  process.stdout.write(`listening ${url}\n`)
}

async function listen(app: App, host: string, port: number): Promise<void> {
  try {
    await app.http.listen(host, port)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EADDRINUSE')
      throw new Error(`The port ${port} of ${host} is taken. Choose another with ROLLCALL_PORT.`, {
        cause: error,
      })
    throw error
  }
}

/** Says once, at the first start, where the first operator's token is. */
async function announceSecrets(config: Config, app: App): Promise<void> {
  const file = adminTokenFile(config)
  const made = await app.operators.ensureFirstKey((token) => writeSecret(file, `${token}\n`))
  if (made) process.stderr.write(`Made the first operator's token: ${file}.\n`)
  await announceFirstOperator(config, app)
}

/** While nobody is an operator, each start offers a code to become one by; afterwards none is left lying. */
async function announceFirstOperator(config: Config, app: App): Promise<void> {
  const file = firstOperatorFile(config)
  const offered = await app.operators.offerFirstOperator(async (code) => {
    await writeSecret(file, `${code}\n`)
    process.stderr.write(
      `Nobody is an operator yet. The first gets in at ${config.ROLLCALL_PUBLIC_URL}/console by a code that is good ` +
        `once and for an hour: ${code} (also in ${file}).\n`,
    )
  })
  if (!offered) await rm(file, { force: true })
}

/** In order: no more requests, then what works in the background, then the database. */
function closeOnSignal(config: Config, log: Log, closeAll: () => Promise<void>): void {
  let closing = false
  const close = async (signal: string) => {
    if (closing) return
    closing = true
    log.info({ event: 'main.server.stopping', signal })
    const late = setTimeout(() => {
      log.error({ event: 'main.server.stopped-late', afterMs: CLOSE_MS })
      end(log, 0)
    }, CLOSE_MS - 500)
    await rm(addressFile(config), { force: true })
    await closeAll()
    clearTimeout(late)
    log.info({ event: 'main.server.stopped' })
    end(log, 0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void close(signal))
}

function endOnUnhandled(log: Log): void {
  for (const kind of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(kind, (error: unknown) => {
      log.fatal({ event: 'main.process.failed', kind, error: linesOf(error) })
      end(log, 1)
    })
}

/** Ends the process once the log is written out. */
function end(log: Log, code: number): void {
  log.flush(() => process.exit(code))
}

function hostForUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
