/**
 * For which connections the provisioning log keeps the values that changed. By default it keeps the
 * names of attributes alone: the values are people's, and few who read the log need them.
 *
 * The edge hands an entry over without waiting, so what is true is kept in memory and read again
 * every two seconds: within that time a change is in force on every node.
 */
import type { Logger } from 'pino'
import type { Db } from '../db/index.ts'
import type { Actor, Clock, ConnectionId, TenantId } from '../lib/index.ts'
import type { Audit } from './audit.ts'

const BELIEVED_MS = 2000

export interface PolicyGiven {
  readonly db: Db
  readonly audit: Audit
  readonly clock: Clock
  readonly log: Pick<Logger, 'warn'>
}

export function createLogPolicy({ db, audit, clock, log }: PolicyGiven) {
  let keeping = new Set<ConnectionId>()
  let timer: NodeJS.Timeout | undefined
  let round: Promise<void> | undefined

  async function refresh(): Promise<void> {
    try {
      const rows = await db.operatorWide((trx) =>
        trx
          .selectFrom('provisioning_log_policy')
          .select('connection_id')
          .where('keeps_values', '=', true)
          .execute(),
      )
      keeping = new Set(rows.map((row) => row.connection_id))
    } catch (error) {
      // Whoever might keep values does not, until it is known again.
      keeping = new Set()
      const reason = error instanceof Error ? error.message : 'unknown'
      log.warn({ event: 'audit.provisioning-log-policy.unread', error: reason })
    }
    timer = setTimeout(() => {
      round = refresh()
    }, BELIEVED_MS)
  }

  return {
    keepsValues: (connectionId: ConnectionId) => keeping.has(connectionId),

    async start(): Promise<void> {
      round = refresh()
      await round
    },

    async stop(): Promise<void> {
      clearTimeout(timer)
      await round
      clearTimeout(timer)
    },

    readPolicy: (tenantId: TenantId, connectionId: ConnectionId) =>
      readPolicy(db, tenantId, connectionId),

    /** The connection is known to be that tenant's. What is kept already stays as it was kept. */
    async setPolicy(
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
      keepsValues: boolean,
    ): Promise<void> {
      await db.inTenant(tenantId, async (trx) => {
        const news = { keeps_values: keepsValues, changed_at: clock() }
        await trx
          .insertInto('provisioning_log_policy')
          .values({ tenant_id: tenantId, connection_id: connectionId, ...news })
          .onConflict((already) =>
            already.columns(['tenant_id', 'connection_id']).doUpdateSet(news),
          )
          .execute()
        await audit.record(trx, tenantId, actor, {
          act: 'audit.provisioning-log-policy.changed',
          object: connectionId,
          details: { keepsValues },
        })
      })
      if (keepsValues) keeping.add(connectionId)
      else keeping.delete(connectionId)
    },
  }
}

async function readPolicy(db: Db, tenantId: TenantId, connectionId: ConnectionId) {
  const row = await db.inTenant(tenantId, (trx) =>
    trx
      .selectFrom('provisioning_log_policy')
      .select('keeps_values')
      .where('tenant_id', '=', tenantId)
      .where('connection_id', '=', connectionId)
      .executeTakeFirst(),
  )
  return { keepsValues: row?.keeps_values ?? false }
}
