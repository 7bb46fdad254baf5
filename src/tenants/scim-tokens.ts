/**
 * The static bearer secrets of a connection: minted, listed, replaced, revoked.
 *
 * A connection has at most two that live (SEC T-5): minting a second lets the older one go on for
 * an overlap, in which the customer enters the new one, and then it ends by itself. Only the
 * digest of a secret is kept (T-2). The table `credential_tenant` tells which tenant a presented
 * look-up id belongs to; reading what is behind it needs that tenant's transaction.
 */
import type { Selectable } from 'kysely'
import type { Database, Transaction } from '../db/index.ts'
import {
  type Actor,
  type ConnectionId,
  type MintedToken,
  mintToken,
  Refusal,
  type TenantId,
} from '../lib/index.ts'
import { lockConnection } from './connection-rows.ts'
import type { Given, ScimToken } from './types.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const LIFE_DAYS = 365
const MOST_LIVE = 2

export interface MintedScimToken extends ScimToken {
  /** Shown once. */
  readonly token: string
}

export function createScimTokens(given: Given & { readonly forget: (tenantId: TenantId) => void }) {
  const { db, audit, clock, forget } = given
  return {
    /** Every token the connection ever had, latest first, the last hundred. */
    async listTokens(tenantId: TenantId, connectionId: ConnectionId): Promise<ScimToken[]> {
      const rows = await db.inTenant(tenantId, (trx) =>
        trx
          .selectFrom('scim_token')
          .selectAll()
          .where('tenant_id', '=', tenantId)
          .where('connection_id', '=', connectionId)
          .orderBy('created_at', 'desc')
          .limit(100)
          .execute(),
      )
      return rows.map(present)
    },

    /**
     * Mints a token for 365 days. The one that lives already ends after `overlapHours`.
     * @throws Refusal `conflict` when two live; revoke one first
     */
    async mintToken(
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
      { overlapHours }: { overlapHours: number },
    ): Promise<MintedScimToken> {
      const minted = await db.inTenant(tenantId, async (trx) => {
        await lockConnection(trx, tenantId, connectionId)
        await endOlder(trx, tenantId, connectionId, overlapHours)
        const token = await insertToken(given, trx, tenantId, connectionId)
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.scim-token.minted',
          object: token.lookupId,
          details: { connectionId, overlapHours },
        })
        return token
      })
      forget(tenantId)
      return minted
    },

    /** It is refused from now on: here at once, on every other node within 5 s (SEC T-6). */
    async revokeToken(
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
      lookupId: string,
    ): Promise<ScimToken> {
      const row = await db.inTenant(tenantId, async (trx) => {
        const one = trx
          .selectFrom('scim_token')
          .selectAll()
          .where('tenant_id', '=', tenantId)
          .where('connection_id', '=', connectionId)
          .where('lookup_id', '=', lookupId)
        const before = await one.forUpdate().executeTakeFirst()
        if (before === undefined)
          throw new Refusal('not_found', `This connection has no token ${lookupId}.`)
        if (before.revoked_at !== null) return before
        await trx
          .updateTable('scim_token')
          .set({ revoked_at: clock() })
          .where('tenant_id', '=', tenantId)
          .where('lookup_id', '=', lookupId)
          .execute()
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.scim-token.revoked',
          object: lookupId,
          details: { connectionId },
        })
        return one.executeTakeFirstOrThrow()
      })
      forget(tenantId)
      return present(row)
    },
  }

  async function endOlder(
    trx: Transaction,
    tenantId: TenantId,
    connectionId: ConnectionId,
    overlapHours: number,
  ): Promise<void> {
    const now = clock()
    const live = await trx
      .selectFrom('scim_token')
      .select(['lookup_id', 'expires_at'])
      .where('tenant_id', '=', tenantId)
      .where('connection_id', '=', connectionId)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', now)
      .execute()
    if (live.length >= MOST_LIVE)
      throw new Refusal(
        'conflict',
        `This connection has two live tokens (${live.map((token) => token.lookup_id).join(', ')}). ` +
          'Revoke the one that is no longer entered in the identity provider, then mint again.',
      )
    const end = new Date(now.getTime() + overlapHours * 60 * 60 * 1000)
    for (const token of live.filter(({ expires_at: expiresAt }) => expiresAt > end))
      await trx
        .updateTable('scim_token')
        .set({ expires_at: end })
        .where('tenant_id', '=', tenantId)
        .where('lookup_id', '=', token.lookup_id)
        .execute()
  }
}

/** Mints a token in the caller's transaction; onboarding uses it too. */
export async function insertToken(
  { random, clock }: Pick<Given, 'random' | 'clock'>,
  trx: Transaction,
  tenantId: TenantId,
  connectionId: ConnectionId,
): Promise<MintedScimToken> {
  const minted: MintedToken = mintToken(random, 'rcs')
  const createdAt = clock()
  const row = await trx
    .insertInto('scim_token')
    .values({
      tenant_id: tenantId,
      lookup_id: minted.lookupId,
      connection_id: connectionId,
      secret_hash: minted.secretHash,
      created_at: createdAt,
      expires_at: new Date(createdAt.getTime() + LIFE_DAYS * DAY_MS),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await trx
    .insertInto('credential_tenant')
    .values({ credential: minted.lookupId, tenant_id: tenantId })
    .execute()
  return { ...present(row), token: minted.token }
}

function present(row: Selectable<Database['scim_token']>): ScimToken {
  return {
    lookupId: row.lookup_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
    lastUsedFrom: row.last_used_from,
  }
}
