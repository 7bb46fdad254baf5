/**
 * The real app on a database of its own, listening on a free port of this machine. Nothing of ours
 * is replaced but time: a test may hand its own clock.
 */
import { tmpdir } from 'node:os'
import { type App, createApp } from '../../src/app.ts'
import { type Config, readConfig } from '../../src/config.ts'
import { type AdminClient, createClient } from '../../src/contract/index.ts'
import { readDatabaseState } from '../../src/db/index.ts'
import { freePort } from '../../src/free-port.ts'
import {
  type Clock,
  createKeyRing,
  systemClock,
  systemRandom,
  type WrappingKey,
  wrappingKey,
} from '../../src/lib/index.ts'
import { createGuess } from '../../src/operators/index.ts'
import { RESOURCE_TYPES, type ResourceType } from '../../src/scim/index.ts'
import { createLog } from '../../src/telemetry/index.ts'
import { borrowTestDatabase, connectTo, type TestDatabase } from './database.ts'

export type Onboarded = Awaited<ReturnType<AdminClient['onboardTenant']>>

export interface TestApp {
  readonly app: App
  /** Where it listens, which is also its public URL. */
  readonly url: string
  readonly database: TestDatabase
  readonly operatorToken: string
  readonly admin: AdminClient
  /** Onboards a tenant through the API. */
  readonly onboard: (name: string, more?: { adminUserName?: string }) => Promise<Onboarded>
  /** Every line logged so far. */
  readonly log: readonly string[]
  /** Another node: the same public URL, key and database, with connections of its own. */
  readonly startNode: () => Promise<TestApp>
  /** Ends it before the test does. */
  readonly close: () => Promise<void>
}

export interface Overrides {
  readonly clock?: Clock
  readonly config?: Partial<Config>
  /** Start on this database instead of a new one: a second node, or a second start. */
  readonly database?: TestDatabase
  /** Of its key file, the oldest first. */
  readonly masterKeys?: readonly WrappingKey[]
  /** The key file as it is read again. */
  readonly keysInFile?: () => Promise<readonly WrappingKey[]>
  readonly resourceTypes?: readonly ResourceType[]
}

/** One for all apps of this process: each would read its lists anew. */
const GUESS = createGuess()

/** Started and listening; it ends with the test. Rate limits are off unless asked for. */
export async function startApp(
  t: { after(act: () => Promise<void>): void },
  overrides: Overrides = {},
): Promise<TestApp> {
  const database = overrides.database ?? (await borrowTestDatabase())
  const log: string[] = []
  const port = await freePort('127.0.0.1')
  const url = `http://127.0.0.1:${port}`
  const publicUrl = overrides.config?.ROLLCALL_PUBLIC_URL ?? url
  const masterKeys = overrides.masterKeys ?? [wrappingKey(Buffer.from(systemRandom(32)))]
  const app = createApp({
    config: {
      ...readConfig({}),
      ROLLCALL_RATE_LIMITS: false,
      ROLLCALL_DATA_DIR: tmpdir(),
      ...overrides.config,
      ROLLCALL_PUBLIC_URL: publicUrl,
    },
    pool: database.appPool,
    clock: overrides.clock ?? systemClock,
    random: systemRandom,
    log: createLog('debug', { write: (line: string) => void log.push(line) }),
    masterKey: createKeyRing(masterKeys),
    ...(overrides.keysInFile && { keysInFile: overrides.keysInFile }),
    resourceTypes: overrides.resourceTypes ?? RESOURCE_TYPES,
    guess: GUESS,
    process: { name: `test, port ${port}`, version: '0.0.0-test' },
    databaseState: () => readDatabaseState(database.ownerPool),
  })
  let closed: Promise<void> | undefined
  const close = () => (closed ??= app.close(5000))
  const endsOfNodes: (() => Promise<void>)[] = []
  t.after(async () => {
    for (const end of endsOfNodes) await end()
    await close()
    if (overrides.database === undefined) await database.close()
  })
  const { token: operatorToken } = await app.operators.createKey(
    { kind: 'system', id: 'test', requestId: 'none' },
    null,
    { name: 'test', role: 'operator', days: 100_000 },
  )
  await app.http.listen('127.0.0.1', port)
  await app.start()
  const admin = createClient({ url, token: operatorToken })
  return {
    app,
    url,
    database,
    operatorToken,
    admin,
    onboard: (name, more = {}) => admin.onboardTenant({ name, ...more }),
    log,
    startNode: async () => {
      const again = await connectTo(database.url)
      const node = await startApp(
        { after: (end) => void endsOfNodes.push(end) },
        {
          ...overrides,
          config: { ...overrides.config, ROLLCALL_PUBLIC_URL: publicUrl },
          masterKeys,
          database: again,
        },
      )
      endsOfNodes.push(again.close)
      return node
    },
    close,
  }
}
