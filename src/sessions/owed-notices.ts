/**
 * Notices that are owed: to each site, for each session that ended, in the transaction that ends it (OpenID Connect
 * Back-Channel Logout 1.0, SEC O-9).
 */
import type { Transaction } from '../db/index.ts'
import type { Clock, IdentityId, NewId, SiteId, TenantId } from '../lib/index.ts'

export interface Owed {
  readonly siteId: SiteId
  readonly identityId: IdentityId
  readonly sid: string
}

export async function oweNotices(
  { clock, newId }: { readonly clock: Clock; readonly newId: NewId },
  trx: Transaction,
  tenantId: TenantId,
  owed: readonly Owed[],
  cause: string,
): Promise<void> {
  if (owed.length === 0) return
  const now = clock()
  await trx
    .insertInto('logout_delivery')
    .values(
      owed.map(({ siteId, identityId, sid }) => ({
        tenant_id: tenantId,
        delivery_id: newId('log'),
        site_id: siteId,
        identity_id: identityId,
        sid,
        cause,
        created_at: now,
        next_try_at: now,
      })),
    )
    .execute()
}
