/**
 * Removing a connection. From the act on it is there to nobody: not to its identity provider, whose
 * tokens and OAuth client are refused, and not to its people. Its row stays until the Sync Engine holds
 * nothing of it any more, and takes with it all that hangs on it.
 *
 * Its label stays with the tenant: names of the past begin with it, and nobody else's shall (SEC N-1).
 */
import { sql } from 'kysely'
import { foreignKeyViolation, type Transaction } from '../db/index.ts'
import { type Actor, type ConnectionId, Refusal, type TenantId } from '../lib/index.ts'
import { changeConnection, lockConnection } from './connection-rows.ts'
import type { Given } from './types.ts'

/** The key of what the Sync Engine holds. */
const RESOURCES = 'resource_tenant_id_connection_id_fkey'

export function createConnectionRemoval({ db, audit, clock }: Given) {
  return {
    /**
     * Removing twice does no harm.
     * @throws Refusal `conflict` while it is enabled; `not_found`, also once it is gone
     */
    async removeConnection(
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
    ): Promise<void> {
      await db.inTenant(tenantId, async (trx) => {
        if (await isRemoved(trx, tenantId, connectionId)) return
        const row = await lockConnection(trx, tenantId, connectionId)
        if (row.disabled_at === null)
          throw new Refusal(
            'conflict',
            `${connectionId} is enabled. Disable it first, which can be taken back.`,
            { command: 'connection disable' },
          )
        const now = clock()
        await changeConnection(trx, tenantId, connectionId, { removed_at: now, changed_at: now })
        await keepLabel(trx, tenantId, connectionId)
        await takeCredentials(trx, tenantId, connectionId)
        const domains = await freeDomains(trx, tenantId, connectionId)
        const { name, label } = row
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.connection.removed',
          object: connectionId,
          details: { name, label, domains },
        })
      })
    },

    /** Those of which something is left. */
    async removedConnections(tenantId: TenantId): Promise<ConnectionId[]> {
      const rows = await db.inTenant(tenantId, (trx) =>
        trx
          .selectFrom('connection')
          .select('connection_id')
          .where('tenant_id', '=', tenantId)
          .where('removed_at', 'is not', null)
          .limit(100)
          .execute(),
      )
      return rows.map((row) => row.connection_id)
    },

    /**
     * The row of one that was removed, with all that hangs on it.
     * @returns false where the Sync Engine holds something of it again: a write was under way
     */
    async forgetConnection(tenantId: TenantId, connectionId: ConnectionId): Promise<boolean> {
      try {
        await db.inTenant(tenantId, (trx) =>
          trx
            .deleteFrom('connection')
            .where('tenant_id', '=', tenantId)
            .where('connection_id', '=', connectionId)
            .where('removed_at', 'is not', null)
            .execute(),
        )
        return true
      } catch (error) {
        if (foreignKeyViolation(error) === RESOURCES) return false
        throw error
      }
    },
  }
}

async function isRemoved(trx: Transaction, tenantId: TenantId, connectionId: ConnectionId) {
  const row = await trx
    .selectFrom('connection')
    .select('removed_at')
    .where('tenant_id', '=', tenantId)
    .where('connection_id', '=', connectionId)
    .where('removed_at', 'is not', null)
    .executeTakeFirst()
  return row !== undefined
}

/** Its tenant, and nobody else, may give it to another connection. */
async function keepLabel(
  trx: Transaction,
  tenantId: TenantId,
  connectionId: ConnectionId,
): Promise<void> {
  await trx
    .updateTable('label')
    .set({ connection_id: null })
    .where('tenant_id', '=', tenantId)
    .where('connection_id', '=', connectionId)
    .execute()
}

/** Somebody else may have them verified from now on. */
async function freeDomains(
  trx: Transaction,
  tenantId: TenantId,
  connectionId: ConnectionId,
): Promise<string[]> {
  const rows = await trx
    .deleteFrom('domain')
    .where('tenant_id', '=', tenantId)
    .where('connection_id', '=', connectionId)
    .returning('domain')
    .execute()
  await trx
    .deleteFrom('verified_domain')
    .where('tenant_id', '=', tenantId)
    .where('connection_id', '=', connectionId)
    .execute()
  return rows.map(({ domain }) => domain)
}

/** What lets its identity provider and its administrators in, and what leads to that. */
async function takeCredentials(
  trx: Transaction,
  tenantId: TenantId,
  connectionId: ConnectionId,
): Promise<void> {
  const gone: string[] = []
  for (const table of ['scim_token', 'setup_link'] as const) {
    const rows = await trx
      .deleteFrom(table)
      .where('tenant_id', '=', tenantId)
      .where('connection_id', '=', connectionId)
      .returning('lookup_id')
      .execute()
    gone.push(...rows.map((row) => row.lookup_id))
  }
  await trx
    .deleteFrom('credential_tenant')
    .where('credential', '=', sql<string>`any (${gone}::text[])`)
    .execute()
  await trx
    .deleteFrom('provisioning_client')
    .where('tenant_id', '=', tenantId)
    .where('connection_id', '=', connectionId)
    .execute()
}
