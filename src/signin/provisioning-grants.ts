/**
 * The grants by which an identity provider provisions with OAuth: consented to by an administrator,
 * listed, and revoked with all that was issued for them (SEC T-6, T-10).
 *
 * A grant lives while it is renewed: each refresh moves its end, and what is not renewed has expired.
 */
import type { Selectable } from 'kysely'
import type { Audit } from '../audit/index.ts'
import type { Database, Db, Transaction } from '../db/index.ts'
import {
  type Actor,
  type Clock,
  type ConnectionId,
  type Id,
  Refusal,
  type TenantId,
} from '../lib/index.ts'
import { type Gone, hashOf, leadNowhere } from './digests.ts'

export interface ProvisioningGrant {
  readonly grantId: Id<'gra'>
  /** By the name that the identity provider gave them. */
  readonly administrator: string
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly revokedAt: Date | null
  readonly lastUsedAt: Date | null
  readonly lastUsedFrom: string | null
}

export interface Consent {
  readonly grantId: Id<'gra'>
  readonly accountId: string
  readonly connectionId: ConnectionId
  readonly administrator: string
  readonly clientId: string
  readonly redirectUri: string
}

/** The code must be exchanged within this; what is issued then moves the end. */
const EXCHANGED_WITHIN_MS = 60_000
const LISTED = 100

export type ProvisioningGrants = ReturnType<typeof createProvisioningGrants>

export function createProvisioningGrants({
  db,
  audit,
  clock,
  forget,
}: {
  readonly db: Db
  readonly audit: Audit
  readonly clock: Clock
  /** This node believes nothing any longer of what it knew of the tenant's credentials. */
  readonly forget: (tenantId: TenantId) => void
}) {
  return {
    /** Records that an administrator consented, in the request of that name. */
    async allow(tenantId: TenantId, requestId: Id<'req'>, consent: Consent): Promise<void> {
      const { grantId, accountId, connectionId, administrator, clientId, redirectUri } = consent
      const now = clock()
      await db.inTenant(tenantId, async (trx) => {
        await trx
          .insertInto('provisioning_grant')
          .values({
            tenant_id: tenantId,
            grant_id: grantId,
            connection_id: connectionId,
            administrator,
            created_at: now,
            expires_at: new Date(now.getTime() + EXCHANGED_WITHIN_MS),
          })
          .execute()
        const actor = { kind: 'system', id: accountId, requestId } as const
        await audit.record(trx, tenantId, actor, {
          act: 'signin.provisioning.allowed',
          object: grantId,
          details: { connectionId, administrator, clientId, redirectUri },
        })
      })
    },

    /** Every grant that the connection ever had, latest first, the last hundred. */
    async list(tenantId: TenantId, connectionId: ConnectionId): Promise<ProvisioningGrant[]> {
      const rows = await db.inTenant(tenantId, (trx) =>
        grantsOf(trx, tenantId, connectionId).orderBy('created_at', 'desc').limit(LISTED).execute(),
      )
      return rows.map(present)
    },

    /**
     * Whatever was issued for it is refused from now on: here at once, on every other node within 5 s.
     * @throws Refusal `not_found`
     */
    async revoke(
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
      grantId: Id<'gra'>,
    ): Promise<ProvisioningGrant> {
      const row = await db.inTenant(tenantId, async (trx) => {
        const one = grantsOf(trx, tenantId, connectionId).where('grant_id', '=', grantId)
        const before = await one.forUpdate().executeTakeFirst()
        if (before === undefined)
          throw new Refusal('not_found', `This connection has no grant ${grantId}.`)
        if (before.revoked_at !== null) return before
        await takeAway(trx, tenantId, grantId)
        await markRevoked(trx, tenantId, grantId, clock())
        await audit.record(trx, tenantId, actor, {
          act: 'signin.provisioning.revoked',
          object: grantId,
          details: { connectionId, administrator: before.administrator },
        })
        return one.executeTakeFirstOrThrow()
      })
      forget(tenantId)
      return present(row)
    },

    /** The SCIM edge was passed with an access token of this grant, from that address. */
    async noteUse(tenantId: TenantId, grantId: string, from: string): Promise<void> {
      await db.inTenantOnce(
        tenantId,
        'note-provisioning-grant-use',
        `update provisioning_grant set last_used_at = $3, last_used_from = $4
          where tenant_id = $1 and grant_id = $2
            and (last_used_at is null or last_used_at < $3::timestamptz - interval '1 minute')`,
        [tenantId, grantId, clock(), from],
      )
    },
  }
}

/** The grant, as the library keeps it, and all that was issued for it. */
async function takeAway(trx: Transaction, tenantId: TenantId, grantId: string): Promise<void> {
  const gone = await trx.prepared<Gone>(
    'oidc-take-grant-away',
    `delete from oidc_payload
      where tenant_id = $1 and (grant_id = $2 or (model = 'Grant' and id_hash = $3))
     returning id_hash as credential`,
    [tenantId, grantId, hashOf(grantId)],
  )
  await leadNowhere(trx, gone)
}

/** It was renewed: it goes on until then, unless it is renewed again. */
export async function moveEnd(
  trx: Transaction,
  tenantId: TenantId,
  grantId: string,
  end: Date | null,
): Promise<void> {
  await trx.prepared(
    'provisioning-grant-renewed',
    `update provisioning_grant set expires_at = coalesce($3, expires_at)
      where tenant_id = $1 and grant_id = $2`,
    [tenantId, grantId, end],
  )
}

/** Nothing that was issued for it is good any longer. */
export async function markRevoked(
  trx: Transaction,
  tenantId: TenantId,
  grantId: string,
  now: Date,
): Promise<void> {
  await trx.prepared(
    'provisioning-grant-revoked',
    `update provisioning_grant set revoked_at = $3
      where tenant_id = $1 and grant_id = $2 and revoked_at is null`,
    [tenantId, grantId, now],
  )
}

function grantsOf(trx: Transaction, tenantId: TenantId, connectionId: ConnectionId) {
  return trx
    .selectFrom('provisioning_grant')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('connection_id', '=', connectionId)
}

function present(row: Selectable<Database['provisioning_grant']>): ProvisioningGrant {
  return {
    grantId: row.grant_id,
    administrator: row.administrator,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
    lastUsedFrom: row.last_used_from,
  }
}
