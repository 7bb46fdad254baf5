/**
 * Writes and lists the audit log. An entry's id sorts by the time of its act, so the list is
 * paged by it, latest first.
 */
import type { Db, Transaction } from '../db/index.ts'
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
  /** `operator:<look-up id>` or `system:<what>`: the credential's id, never the credential. */
  readonly actor: string
  readonly requestId: string
  readonly happenedAt: Date
}

export type Audit = ReturnType<typeof createAudit>

export function createAudit({ db, newId, clock }: { db: Db; newId: NewId; clock: Clock }) {
  const audit = {
    /** Adds an entry in the caller's transaction: the act and its entry happen together. */
    async record(
      trx: Transaction,
      tenantId: TenantId,
      actor: Actor,
      { act, object, details }: Act,
    ): Promise<void> {
      await trx
        .insertInto('audit_log')
        .values({
          tenant_id: tenantId,
          audit_id: newId('aud'),
          actor: `${actor.kind}:${actor.id}`,
          act,
          object,
          details: JSON.stringify(details),
          request_id: actor.requestId,
          happened_at: clock(),
        })
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
      return rows.map((row) => ({
        auditId: row.audit_id,
        actor: row.actor,
        act: row.act,
        object: row.object,
        details: { ...row.details },
        requestId: row.request_id,
        happenedAt: row.happened_at,
      }))
    },
  }
  return audit
}
