/**
 * What was handed out to customers and sites, is in use, and is about to end; or ended a short while ago
 * and nothing has taken its place. For whoever looks over all tenants.
 *
 * A token that was replaced is left out once the later one is used, or if it never was itself: it ends in
 * peace. Of a site, what ends is the secret that was replaced, and a site that still shows it is then refused.
 */
import { sql } from 'kysely'
import type { Db, Transaction } from '../db/index.ts'
import type { ConnectionId, SiteId, TenantId } from '../lib/index.ts'

/** What ends until then; and what ended since, where that is worth telling. */
export interface EndsWithin {
  readonly since: Date
  readonly now: Date
  readonly until: Date
}

interface Ending {
  readonly tenantId: TenantId
  /** Of the connection, or the site. */
  readonly name: string
  readonly expiresAt: Date
  readonly lastUsedAt: Date | null
}

export type ExpiringCredential =
  | (Ending & {
      readonly kind: 'scim-token'
      readonly id: string
      readonly connectionId: ConnectionId
    })
  | (Ending & {
      readonly kind: 'setup-link'
      readonly id: string
      readonly connectionId: ConnectionId
    })
  | (Ending & { readonly kind: 'site-secret'; readonly id: SiteId; readonly connectionId: null })

export function createExpiring({ db }: { readonly db: Db }) {
  return {
    /** Operator-wide; of connections and sites that are enabled. */
    expiringCredentials: (within: EndsWithin): Promise<ExpiringCredential[]> =>
      db.operatorWide(async (trx) => [
        ...(await tokensThatEnd(trx, within)),
        ...(await siteSecretsThatEnd(trx, within)),
        ...(await setupLinksThatEnd(trx, within)),
      ]),
  }
}

async function tokensThatEnd(trx: Transaction, { since, until }: EndsWithin) {
  const { rows } = await sql<ExpiringCredential & { kind: 'scim-token' }>`
    select 'scim-token' as kind, t.tenant_id as "tenantId", t.lookup_id as id,
           t.connection_id as "connectionId", c.name, t.expires_at as "expiresAt",
           t.last_used_at as "lastUsedAt"
      from scim_token t
      join connection c on c.tenant_id = t.tenant_id and c.connection_id = t.connection_id
     where t.expires_at > ${since} and t.expires_at <= ${until}
       and t.revoked_at is null and c.disabled_at is null
       and not exists (
         select 1 from scim_token later
          where later.tenant_id = t.tenant_id and later.connection_id = t.connection_id
            and later.revoked_at is null and later.expires_at > t.expires_at
            and (t.last_used_at is null or t.last_used_at <= later.last_used_at))`.execute(trx)
  return rows
}

async function siteSecretsThatEnd(trx: Transaction, { now, until }: EndsWithin) {
  const { rows } = await sql<ExpiringCredential & { kind: 'site-secret' }>`
    select 'site-secret' as kind, tenant_id as "tenantId", site_id as id, name,
           null as "connectionId", previous_secret_ends_at as "expiresAt", null as "lastUsedAt"
      from site
     where previous_secret_ends_at > ${now} and previous_secret_ends_at <= ${until}
       and disabled_at is null`.execute(trx)
  return rows
}

/** Within a day: they are made for a few. */
async function setupLinksThatEnd(trx: Transaction, { now, until }: EndsWithin) {
  const { rows } = await sql<ExpiringCredential & { kind: 'setup-link' }>`
    select 'setup-link' as kind, l.tenant_id as "tenantId", l.link_id as id,
           l.connection_id as "connectionId", c.name, l.expires_at as "expiresAt",
           l.last_used_at as "lastUsedAt"
      from setup_link l
      join connection c on c.tenant_id = l.tenant_id and c.connection_id = l.connection_id
     where l.expires_at > ${now} and l.expires_at <= ${until}
       and l.expires_at <= ${now}::timestamptz + interval '1 day'
       and l.created_at < l.expires_at - interval '1 day'
       and l.revoked_at is null and c.disabled_at is null`.execute(trx)
  return rows
}
