/**
 * Writes and lists the audit log of a tenant, and the platform's own for acts that are of none. An
 * entry's id sorts by the time of its act, so the list is paged by it, latest first.
 */
import type { Selectable } from 'kysely'
import type { Database, Db, Transaction } from '../db/index.ts'
import type { Actor, Clock, NewId, TenantId } from '../lib/index.ts'

/** What was done: `act` is an `area.noun.past-tense`, `object` the id of what it was done to. */
export interface Act {
  readonly act: string
  readonly object: string
  /** Before and after, or what was asked. Never a secret. */
  readonly details: Readonly<Record<string, unknown>>
}

export interface AuditEntry extends Act {
  readonly auditId: string
  /** `administrator:<id>`, `key:<look-up id>` or `system:<what>`: never a credential itself. */
  readonly actor: string
  readonly requestId: string
  readonly happenedAt: Date
}

export type Audit = ReturnType<typeof createAudit>

export function createAudit({ db, newId, clock }: { db: Db; newId: NewId; clock: Clock }) {
  const audit = {
    /**
     * Adds an entry in the caller's transaction: the act and its entry happen together.
     * @param tenantId  whose log it is added to; null: the platform's
     */
    async record(
      trx: Transaction,
      tenantId: TenantId | null,
      actor: Actor,
      { act, object, details }: Act,
    ): Promise<void> {
      const entry = {
        audit_id: newId('aud'),
        actor: `${actor.kind}:${actor.id}`,
        act,
        object,
        details: JSON.stringify(details),
        request_id: actor.requestId,
        happened_at: clock(),
      }
      if (tenantId === null) await trx.insertInto('platform_audit_log').values(entry).execute()
      else
        await trx
          .insertInto('audit_log')
          .values({ tenant_id: tenantId, ...entry })
          .execute()
    },

    /** Adds an entry in a transaction of its own, for an act whose part keeps its own transaction. */
    async recordAlone(tenantId: TenantId, actor: Actor, act: Act): Promise<void> {
      await db.inTenant(tenantId, (trx) => audit.record(trx, tenantId, actor, act))
    },

    /** The latest entries first; `after` is the last `auditId` of the page before. */
    async list(
      tenantId: TenantId,
      { limit, after }: { limit: number; after?: string | undefined },
    ): Promise<AuditEntry[]> {
      const rows = await db.inTenant(tenantId, (trx) =>
        trx
          .selectFrom('audit_log')
          .selectAll()
          .where('tenant_id', '=', tenantId)
          .$if(after !== undefined, (query) => query.where('audit_id', '<', after ?? ''))
          .orderBy('audit_id', 'desc')
          .limit(limit)
          .execute(),
      )
      return rows.map(present)
    },

    /** The same of the platform's own log. */
    async listOfPlatform({
      limit,
      after,
    }: {
      limit: number
      after?: string | undefined
    }): Promise<AuditEntry[]> {
      const rows = await db.platform((trx) =>
        trx
          .selectFrom('platform_audit_log')
          .selectAll()
          .$if(after !== undefined, (query) => query.where('audit_id', '<', after ?? ''))
          .orderBy('audit_id', 'desc')
          .limit(limit)
          .execute(),
      )
      return rows.map(present)
    },
  }
  return audit
}

function present(row: Selectable<Database['platform_audit_log']>): AuditEntry {
  return {
    auditId: row.audit_id,
    actor: row.actor,
    act: row.act,
    object: row.object,
    details: { ...row.details },
    requestId: row.request_id,
    happenedAt: row.happened_at,
  }
}
