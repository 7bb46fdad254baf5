/**
 * Grants to provision that nobody uses any more and that are about to end: a grant lives while it is renewed,
 * so one that comes near its end is idle. For whoever looks over all tenants (SEC T-10).
 */
import { sql } from 'kysely'
import type { Db } from '../db/index.ts'
import type { ConnectionId, Id, TenantId } from '../lib/index.ts'

export interface ExpiringGrant {
  readonly kind: 'oauth-grant'
  readonly tenantId: TenantId
  readonly id: Id<'gra'>
  /** Of whoever consented. */
  readonly name: string
  readonly connectionId: ConnectionId
  readonly expiresAt: Date
  readonly lastUsedAt: Date | null
}

/** Operator-wide. One that was never exchanged, or that another was given after, ends in peace. */
export function expiringGrants(
  db: Db,
  { now, until }: { readonly now: Date; readonly until: Date },
): Promise<ExpiringGrant[]> {
  return db.operatorWide(async (trx) => {
    const { rows } = await sql<ExpiringGrant>`
      select 'oauth-grant' as kind, g.tenant_id as "tenantId", g.grant_id as id,
             g.administrator as name, g.connection_id as "connectionId",
             g.expires_at as "expiresAt", g.last_used_at as "lastUsedAt"
        from provisioning_grant g
       where g.expires_at > ${now} and g.expires_at <= ${until} and g.revoked_at is null
         and g.created_at < g.expires_at - interval '1 day'
         and not exists (
           select 1 from provisioning_grant later
            where later.tenant_id = g.tenant_id and later.connection_id = g.connection_id
              and later.revoked_at is null and later.expires_at > g.expires_at)`.execute(trx)
    return rows
  })
}
