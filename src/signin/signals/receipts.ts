/** Receipts: which signals were obeyed, when, and what they ended. By its digest each is obeyed once. */
import type { Transaction } from '../../db/index.ts'
import {
  type ConnectionId,
  hashSecret,
  type Id,
  type IdentityId,
  type TenantId,
} from '../../lib/index.ts'
import type { Given } from '../given.ts'

export type SignalKind = 'universal-logout' | 'session-revoked' | 'back-channel-logout'

export interface Receipt {
  readonly signalId: Id<'sig'>
  readonly connectionId: ConnectionId
  readonly kind: SignalKind
  /** Whom it named; none, where nobody of that name is here. */
  readonly identityIds: readonly IdentityId[]
  readonly sessionsEnded: number
  readonly receivedAt: Date
}

export function createReceipts({ db }: Pick<Given, 'db'>) {
  return {
    /** Latest first; `after` is the last `signalId` of the page before. */
    async signals(
      tenantId: TenantId,
      { limit, after }: { readonly limit: number; readonly after?: string | undefined },
    ): Promise<Receipt[]> {
      const rows = await db.inTenant(tenantId, (trx) => {
        let query = trx.selectFrom('signal').selectAll().where('tenant_id', '=', tenantId)
        if (after !== undefined) query = query.where('signal_id', '<', after)
        return query.orderBy('signal_id', 'desc').limit(limit).execute()
      })
      return rows.map((row) => ({
        signalId: row.signal_id as Id<'sig'>,
        connectionId: row.connection_id,
        kind: row.kind,
        identityIds: row.identity_ids,
        sessionsEnded: row.sessions_ended,
        receivedAt: row.received_at,
      }))
    },

    /** Takes out a batch of those received before an instant. @returns how many */
    async sweep(tenantId: TenantId, before: Date): Promise<number> {
      const [swept] = await db.inTenantOnce<{ rows: number }>(tenantId, 'signal-sweep', SWEEP, [
        tenantId,
        before,
      ])
      return swept?.rows ?? 0
    },
  }
}

const SWEEP = `
  with gone as (
    delete from signal
     where tenant_id = $1 and signal_id in (
       select signal_id from signal
        where tenant_id = $1 and received_at < $2 order by signal_id limit 5000)
    returning 1)
  select count(*) as rows from gone`

/**
 * In the transaction that obeys it; the unique key makes it the only one.
 * @returns false when it was obeyed before (SEC T-8)
 */
export async function writeReceipt(
  { clock, newId }: Pick<Given, 'clock' | 'newId'>,
  trx: Transaction,
  tenantId: TenantId,
  receipt: Omit<Receipt, 'signalId' | 'receivedAt'> & { readonly jti: string },
): Promise<boolean> {
  const row = await trx
    .insertInto('signal')
    .values({
      tenant_id: tenantId,
      signal_id: newId('sig'),
      connection_id: receipt.connectionId,
      kind: receipt.kind,
      jti_hash: hashSecret(receipt.jti).toString('hex'),
      identity_ids: [...receipt.identityIds],
      sessions_ended: receipt.sessionsEnded,
      received_at: clock(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('signal_id')
    .executeTakeFirst()
  return row !== undefined
}
