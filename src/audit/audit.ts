/**
 * Writes and lists the audit log of a tenant, and the platform's own for acts that are of none. An
 * entry's id sorts by the time of its act, so the list is paged by it, latest first.
 */
import type { Db, Transaction } from '../db/index.ts'
import type { Actor, Clock, NewId, TenantId } from '../lib/index.ts'
import { addEntry, entryRows, type EntryRow, inLog } from './entry-rows.ts'

/** What was done: `act` is an `area.noun.past-tense`, `object` the id of what it was done to. */
export interface Act {
  readonly act: string
  readonly object: string
  /** Before and after, or what was asked. Never a secret. */
  readonly details: Readonly<Record<string, unknown>>
  /** Done, unless it is said that it was refused. */
  readonly outcome?: 'refused'
}

export interface AuditEntry extends Omit<Act, 'outcome'> {
  readonly auditId: string
  readonly outcome: 'done' | 'refused'
  /** `administrator:<id>`, `key:<look-up id>` or `system:<what>`: never a credential itself. */
  readonly actor: string
  /** Where it was asked from; null: nobody asked. */
  readonly address: string | null
  readonly requestId: string
  readonly happenedAt: Date
  /** In the chain, from 1 on; null for what was written before there was one. */
  readonly position: number | null
  /** In hexadecimal, of the entry and of the hash before. */
  readonly hash: string | null
}

export type Audit = ReturnType<typeof createAudit>

export function createAudit({ db, newId, clock }: { db: Db; newId: NewId; clock: Clock }) {
  const audit = {
    /**
     * Adds an entry in the caller's transaction: the act and its entry happen together. Until it ends, others who
     * add to that log wait.
     * @param tenantId  whose log it is added to; null: the platform's
     */
    async record(
      trx: Transaction,
      tenantId: TenantId | null,
      actor: Actor,
      { act, object, details, outcome }: Act,
    ): Promise<void> {
      await addEntry(trx, tenantId, {
        audit_id: newId('aud'),
        actor: `${actor.kind}:${actor.id}`,
        ...{ act, object },
        // As it is read again: what is undefined is not kept.
        details: JSON.parse(JSON.stringify(details)) as EntryRow['details'],
        outcome: outcome ?? 'done',
        address: actor.address ?? null,
        request_id: actor.requestId,
        happened_at: clock(),
      })
    },

    /** Adds an entry in a transaction of its own, for an act whose part keeps its own transaction. */
    async recordAlone(tenantId: TenantId | null, actor: Actor, act: Act): Promise<void> {
      await inLog(db, tenantId, (trx) => audit.record(trx, tenantId, actor, act))
    },

    /** The latest entries first; `after` is the last `auditId` of the page before. */
    async list(
      tenantId: TenantId | null,
      { limit, after }: { limit: number; after?: string | undefined },
    ): Promise<AuditEntry[]> {
      const rows = await inLog(db, tenantId, (trx) =>
        entryRows(trx, tenantId)
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

function present(row: EntryRow): AuditEntry {
  return {
    auditId: row.audit_id,
    actor: row.actor,
    act: row.act,
    object: row.object,
    details: { ...row.details },
    outcome: row.outcome,
    address: row.address,
    requestId: row.request_id,
    happenedAt: row.happened_at,
    position: row.position,
    hash: row.hash?.toString('hex') ?? null,
  }
}
