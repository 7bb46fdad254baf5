/**
 * Puts the parts together. Reading down is reading who depends on whom.
 *
 * Two arrows point upwards, and both are only called once everything stands: a write wakes the
 * loader, and a SCIM credential may be an access token that `signin` issued.
 */
import { fileURLToPath } from 'node:url'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import {
  type AuditChain,
  createAudit,
  createAuditChain,
  createProvisioningLog,
  createRefusals,
  createTallies,
  type ProvisioningLog,
  type Tallies,
} from './audit/index.ts'
import type { Config } from './config.ts'
import { createDb, type DatabaseState, type Db } from './db/index.ts'
import {
  createLoader,
  createRemovedConnections,
  createRules,
  type Loader,
  type LoaderGiven,
  prepareLoading,
  type RemovedConnections,
  type Work,
  type WorkTold,
} from './etl/index.ts'
import { createExplain } from './explain/index.ts'
import { createHealth, type HealthGiven } from './health/index.ts'
import { createHttp, type Http } from './http/index.ts'
import { createIdentityStore, sweepEvents } from './identity/index.ts'
import {
  type Clock,
  type ConnectionId,
  createIds,
  derivedSecrets,
  type KeyRing,
  type Random,
  type TenantId,
  type WrappingKey,
} from './lib/index.ts'
import { createMasterKeys, type MasterKeys, type MasterKeysGiven } from './master-keys/index.ts'
import { SEALED_COLUMNS } from './sealed-columns.ts'
import { type ResourceType, typesWith } from './scim/index.ts'
import { createSetup } from './setup/index.ts'
import { createLanes, createOutbound, createSignin, type Signin } from './signin/index.ts'
import { createSweeper, type Sweep } from './sweeper.ts'
import { createSync } from './sync/index.ts'
import { createOperators, type Guess } from './operators/index.ts'
import { createMetrics, type Metrics } from './telemetry/index.ts'
import { createTenants, labelsOf, type Tenants } from './tenants/index.ts'
import { createWarnings, type Warnings } from './warnings/index.ts'

/** What `npm run build` makes of `console/`. */
const CONSOLE_DIR = fileURLToPath(new URL('../console/dist', import.meta.url))

export interface Given {
  readonly config: Config & { readonly ROLLCALL_PUBLIC_URL: string }
  /** Connects as the plain role (SEC I-4). */
  readonly pool: Pool
  /** The database is, by Citus. */
  readonly isDistributed?: boolean
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Where the line of each request goes, if not to `log.info`. */
  readonly logAnswered?: (fields: Readonly<Record<string, unknown>>) => void
  readonly masterKey: KeyRing
  /** The key file as it is now, if there is one. */
  readonly keysInFile?: () => Promise<readonly WrappingKey[] | undefined>
  /** What is served over SCIM; people and groups among it are loaded. */
  readonly resourceTypes: readonly ResourceType[]
  /** Where the loader works, if not in this thread; and who is told when sites are owed notices. */
  readonly workElsewhere?: (told: WorkTold & { readonly owed: () => void }) => Work
  /** How soon a password is guessed. */
  readonly guess: Guess
  /** What this process is called, and its release: for whoever looks at all nodes. */
  readonly process: { readonly name: string; readonly version: string }
  /** What the plain role may not see of the database. */
  readonly databaseState: () => Promise<DatabaseState>
}

export type App = ReturnType<typeof createApp>

export function createApp(given: Given) {
  const { config, pool, clock, random, log, masterKey, resourceTypes, workElsewhere } = given
  const publicUrl = config.ROLLCALL_PUBLIC_URL
  const newId = createIds({ now: clock, random })
  const metrics = createMetrics({ pool, ofProcess: config.ROLLCALL_METRICS })
  const db = createDb({ pool, isDistributed: given.isDistributed ?? false })
  const audit = createAudit({ db, newId, clock })
  const tallies = createTallies({ db, clock, log })
  const lanes = createLanes({ clock, log, refused: metrics.callRefused })
  /** What the parts that operators and people meet are all handed. */
  const base = {
    ...{ db, audit, tallies, clock, random, newId },
    ...{ masterKey, log, publicUrl, resourceTypes, outbound: createOutbound({ publicUrl, lanes }) },
  }
  const tenants = createTenants({
    ...{ ...base, dnsServers: config.ROLLCALL_DNS_SERVERS },
    accessTokens: () => signin.accessTokens,
    onOnboarding: prepareLoading,
  })
  const operators = createOperators({ ...base, tenants, guess: given.guess, signin: () => signin })
  const sync = createSync({
    ...base,
    cursorSecrets: () => derivedSecrets(masterKey, 'scim cursors'),
    onWritten: (tenantId) => loader.wake(tenantId),
  })
  const logs = createLogs(config, { ...base, metrics, tenants })
  const { provisioningLog, refusals } = logs
  const identity = createIdentityStore({ db })
  const asked = ofTenants(db, tenants, resourceTypes)
  const loader = createLoader({
    ...base,
    ...asked,
    identity,
    endSessions: async (...out) => void (await signin.endSessions(...out)),
    batchFinished: both(metrics, tallies),
    pollSeconds: config.ROLLCALL_ETL_POLL_SECONDS,
    workElsewhere:
      workElsewhere && ((told) => workElsewhere({ ...told, owed: () => signin.noticesOwed() })),
  })
  const removedConnections = createRemovedConnections({ ...base, tenants, sync, wake: loader.wake })
  const rules = createRules({ ...base, ...asked, sync, identity, wake: loader.wake })
  const signin = createSignin({ ...base, tenants, identity, loader, rules })
  const setup = createSetup({ ...base, tenants, provisioningLog, sync, identity, signin })
  const parts = { operators, tenants, sync, identity, loader, rules, signin }
  const explain = createExplain({ ...base, ...parts })
  const { expiring } = explain
  const warnings = createWarnings({ ...base, tenants, expiring, smtp: settingsOfMail(config) })
  const owed = { owedNotices: signin.owedNotices, owedWarnings: warnings.owed }
  const { health, masterKeys } = createWatch({
    ...{ ...base, ...asked, ...given, ...settingsOfHealth(config), ...owed, explain },
    ...{ logRowsDropped: provisioningLog.dropped, keysInFile: given.keysInFile },
  })
  const seen = { ...loader, givenUp: lanes.givenUp, valuesLeft: masterKeys.valuesLeft }
  const http = createHttp({
    ...{ ...base, ...parts, ...logs, health, masterKeys, removedConnections, explain, setup },
    ...{ ...settingsOfEdge(config), warnings },
    ready: health.ready,
    ...{ answered: metrics.answered, streamsOpen: metrics.streamsOpen },
    logAnswered: given.logAnswered ?? ((fields) => log.info(fields)),
    metrics: config.ROLLCALL_METRICS ? () => metrics.read(seen) : undefined,
  })

  const swept = { ...logs, loader, signin, warnings, removedConnections, tallies }
  const sweeper = createSweeper({ ...base, ...asked, sweeps: sweepsOf(config, db, swept) })
  const behind = [loader, provisioningLog, refusals, sweeper, signin, tallies, warnings, health]

  const made = { http, tenants, operators, audit, provisioningLog, tallies, sweeper, db }
  return { ...made, masterKeys, ...lifeOf(http, [...behind, masterKeys]) }
}

/** How the service itself is, and by which key it seals, which depends on what every node says: each asks the other. */
function createWatch(
  given: Omit<HealthGiven, 'masterKeys' | 'lackingKeys'> &
    Omit<MasterKeysGiven, 'columns' | 'nodes'>,
) {
  const health = createHealth({
    ...given,
    masterKeys: () => masterKeys.seen(),
    lackingKeys: () => masterKeys.lacking(),
  })
  const { nodes } = health
  const masterKeys: MasterKeys = createMasterKeys({ ...given, nodes, columns: SEALED_COLUMNS })
  return { health, masterKeys }
}

/** What is kept of requests, of what was refused, and of whether the log of acts is as it was written. */
function createLogs(
  config: Config,
  given: Parameters<typeof createAuditChain>[0] & {
    readonly log: Logger
    readonly metrics: Metrics
    readonly tallies: Tallies
    readonly tenants: Tenants
  },
) {
  const provisioningLog = createProvisioningLog({
    ...given,
    days: config.ROLLCALL_PROVISIONING_LOG_DAYS,
    counted: given.metrics.rowsLogged,
    tallied: given.tallies.request,
    tenantOf: given.tenants.tenantOfConnection,
  })
  return { provisioningLog, auditChain: createAuditChain(given), refusals: createRefusals(given) }
}

interface InBackground {
  readonly start: () => unknown
  readonly stop: () => unknown
}

function lifeOf(http: Http, background: readonly InBackground[]) {
  return {
    /** Begins what works in the background. */
    async start(): Promise<void> {
      for (const part of background) await part.start()
    },

    /** In order: no more requests, then the background. The database is the caller's. */
    async close(withinMs: number): Promise<void> {
      await http.close(withinMs)
      for (const part of background) await part.stop()
    },
  }
}

function settingsOfMail(config: Config) {
  return { url: config.ROLLCALL_SMTP_URL, from: config.ROLLCALL_SMTP_FROM }
}

function settingsOfHealth(config: Config) {
  const isEmbedded = config.ROLLCALL_DATABASE_URL === undefined
  return { dataDir: isEmbedded ? config.ROLLCALL_DATA_DIR : undefined }
}

function settingsOfEdge(config: Config) {
  return {
    consoleDir: CONSOLE_DIR,
    oktaAppName: config.ROLLCALL_OKTA_APP_NAME,
    rateLimits: config.ROLLCALL_RATE_LIMITS,
    trustedProxies: config.ROLLCALL_TRUSTED_PROXIES,
  }
}

/** What became of a batch is told to whoever asks for metrics, and counted in the tenant's day. */
function both(metrics: Metrics, tallies: Tallies): NonNullable<LoaderGiven['batchFinished']> {
  return (tenantId, batch) => {
    metrics.batchFinished(batch)
    tallies.loaded(tenantId, batch)
  }
}

/** The history that goes when it has outlived its days. */
function sweepsOf(
  config: Config,
  db: Db,
  {
    loader,
    signin,
    warnings,
    provisioningLog,
    removedConnections,
    tallies,
    auditChain,
  }: {
    loader: Loader
    signin: Signin
    warnings: Warnings
    provisioningLog: ProvisioningLog
    removedConnections: RemovedConnections
    tallies: Tallies
    auditChain: AuditChain
  },
): Sweep[] {
  const { ROLLCALL_EVENT_DAYS, ROLLCALL_RUN_DAYS, ROLLCALL_SIGN_IN_DAYS } = config
  return [
    {
      of: 'events',
      days: ROLLCALL_EVENT_DAYS,
      take: (tenantId, before) => sweepEvents(db, tenantId, before),
    },
    {
      of: 'provisioning log',
      days: config.ROLLCALL_PROVISIONING_LOG_DAYS,
      take: provisioningLog.sweep,
    },
    { of: 'runs', days: ROLLCALL_RUN_DAYS, take: loader.sweepRuns },
    { of: 'tallies', days: ROLLCALL_RUN_DAYS, take: tallies.sweep },
    { of: 'sign-ins', days: ROLLCALL_SIGN_IN_DAYS, take: signin.sweepSignIns },
    { of: 'logout notices', days: ROLLCALL_SIGN_IN_DAYS, take: signin.sweepNotices },
    { of: 'warnings', days: ROLLCALL_SIGN_IN_DAYS, take: warnings.sweep },
    { of: 'signals', days: ROLLCALL_SIGN_IN_DAYS, take: signin.sweepSignals },
    { of: 'removed connections', days: 0, take: removedConnections.sweep },
    { of: 'signing keys', days: config.ROLLCALL_SIGNING_KEY_DAYS, take: signin.sweepKeys },
    {
      of: 'audit checkpoints',
      days: 1,
      take: auditChain.checkpoint,
      takeOfPlatform: (before) => auditChain.checkpoint(null, before),
    },
  ]
}

/** What the parts that work in the background ask about tenants and their connections. */
function ofTenants(db: Db, tenants: Tenants, resourceTypes: readonly ResourceType[]) {
  return {
    tenants: async (after: TenantId | undefined) =>
      (await tenants.listTenants({ limit: 500, after })).map(({ tenantId }) => tenantId),
    isThere: async (tenantId: TenantId) => (await tenants.readTenant(tenantId)) !== undefined,
    labelsOf: (tenantId: TenantId) => labelsOf(db, tenantId),
    typesOf: async (tenantId: TenantId, connectionId: ConnectionId) =>
      typesWith(resourceTypes, await tenants.listExtensions(tenantId, connectionId)),
  }
}
