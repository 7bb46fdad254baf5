/**
 * Puts the parts together. Reading down is reading who depends on whom.
 *
 * Two arrows point upwards, and both are only called once everything stands: a write wakes the
 * loader, and a SCIM credential may be an access token that `signin` issued.
 */
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { createAudit } from './audit/index.ts'
import type { Config } from './config.ts'
import { createDb } from './db/index.ts'
import { createHttp } from './http/index.ts'
import { type Clock, createIds, type MasterKey, type Random, type Scope } from './lib/index.ts'
import { createMemoryStore, type ResourceStore } from './scim/index.ts'
import { createTenants } from './tenants/index.ts'

export interface Given {
  readonly config: Config & { readonly ROLLCALL_PUBLIC_URL: string }
  /** Connects as the plain role (SEC I-4). */
  readonly pool: Pool
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly masterKey: MasterKey
}

export type App = ReturnType<typeof createApp>

export function createApp({ config, pool, clock, random, log, masterKey }: Given) {
  const publicUrl = config.ROLLCALL_PUBLIC_URL
  const newId = createIds({ now: clock, random })
  const db = createDb({ pool })
  const audit = createAudit({ db, newId, clock })
  const tenants = createTenants({
    db,
    audit,
    clock,
    random,
    newId,
    masterKey,
    publicUrl,
    readAccessToken: async () => undefined,
  })
  const stores = new Map<string, ResourceStore>()
  const sync = {
    storeFor({ connectionId }: Scope): ResourceStore {
      const store = stores.get(connectionId) ?? createMemoryStore({ newId, clock })
      stores.set(connectionId, store)
      return store
    },
  }
  const http = createHttp({
    sync,
    tenants,
    audit,
    clock,
    newId,
    log,
    publicUrl,
    oktaAppName: config.ROLLCALL_OKTA_APP_NAME,
    rateLimits: config.ROLLCALL_RATE_LIMITS,
    trustedProxies: config.ROLLCALL_TRUSTED_PROXIES,
    ready: () =>
      db.platform(
        async (trx) => void (await trx.selectFrom('tenant').select('tenant_id').limit(1).execute()),
      ),
    metrics: undefined,
  })

  return {
    http,
    tenants,
    audit,
    db,

    /** Begins what works in the background. */
    async start(): Promise<void> {},

    /** In order: no more requests, then the background. The database is the caller's. */
    async close(withinMs: number): Promise<void> {
      await http.close(withinMs)
    },
  }
}
