/** How sign-ins went at each tenant since an instant: for whoever looks over all of them. */
import type { Db } from '../db/index.ts'
import type { TenantId } from '../lib/index.ts'

export interface Outcomes {
  readonly signedIn: number
  readonly refused: number
}

/**
 * Asked by `loader`, which lies beside the sign-ins of the same tenant and has a row for each: so it
 * reads as much of the log as there was since, by its index, and no more. Operator-wide.
 */
const ASK = `
  select l.tenant_id as "tenantId", s.signed_in as "signedIn", s.refused
    from loader l
    join lateral (
      select count(*) filter (where outcome = 'signed-in') as signed_in,
             count(*) filter (where outcome = 'refused') as refused
        from sign_in where tenant_id = l.tenant_id and started_at > $1) s on true
   where s.signed_in + s.refused > 0`

export async function outcomesSince(
  { db }: { readonly db: Db },
  since: Date,
): Promise<ReadonlyMap<TenantId, Outcomes>> {
  const rows = await db.operatorWide((trx) =>
    trx.prepared<Outcomes & { tenantId: TenantId }>('sign-in-outcomes', ASK, [since]),
  )
  return new Map(rows.map(({ tenantId, ...outcomes }) => [tenantId, outcomes]))
}
