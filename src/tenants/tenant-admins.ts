/**
 * Tenant administrators: who at the customer may consent to OAuth provisioning. Named by what their
 * sign-in at the connection's identity provider shows, and only within that connection.
 */
import type { Transaction } from '../db/index.ts'
import { fold, type Actor, type ConnectionId, Refusal, type TenantId } from '../lib/index.ts'
import { lockConnection } from './connection-rows.ts'
import { cleanName } from './names.ts'
import type { Given, TenantAdmin } from './types.ts'

export function createTenantAdmins(given: Given) {
  const { db, audit } = given
  return {
    /** Adding somebody twice changes nothing. @throws Refusal `not_found`, `invalid_input` */
    async addAdmin(
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
      name: string,
    ): Promise<void> {
      await db.inTenant(tenantId, async (trx) => {
        await lockConnection(trx, tenantId, connectionId)
        const added = await insertAdmin(given, trx, tenantId, connectionId, name)
        if (!added) return
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.admin.added',
          object: connectionId,
          details: { name },
        })
      })
    },

    async listAdmins(tenantId: TenantId, connectionId: ConnectionId): Promise<TenantAdmin[]> {
      const rows = await db.inTenant(tenantId, (trx) =>
        trx
          .selectFrom('tenant_admin')
          .select(['name', 'created_at'])
          .where('tenant_id', '=', tenantId)
          .where('connection_id', '=', connectionId)
          .orderBy('name_folded')
          .limit(1000)
          .execute(),
      )
      return rows.map((row) => ({ name: row.name, createdAt: row.created_at }))
    },

    /** @throws Refusal `not_found` */
    async removeAdmin(
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
      name: string,
    ): Promise<void> {
      await db.inTenant(tenantId, async (trx) => {
        const row = await trx
          .deleteFrom('tenant_admin')
          .where('tenant_id', '=', tenantId)
          .where('connection_id', '=', connectionId)
          .where('name_folded', '=', fold(name.trim()))
          .returning('name')
          .executeTakeFirst()
        if (row === undefined)
          throw new Refusal('not_found', `"${name.slice(0, 100)}" is not an administrator there.`)
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.admin.removed',
          object: connectionId,
          details: { name: row.name },
        })
      })
    },

    /** True if that name, in any letter case, may consent for this connection. */
    async isTenantAdmin(
      tenantId: TenantId,
      connectionId: ConnectionId,
      name: string,
    ): Promise<boolean> {
      const row = await db.inTenant(tenantId, (trx) =>
        trx
          .selectFrom('tenant_admin')
          .select('name')
          .where('tenant_id', '=', tenantId)
          .where('connection_id', '=', connectionId)
          .where('name_folded', '=', fold(name.trim()))
          .executeTakeFirst(),
      )
      return row !== undefined
    },
  }
}

/** @returns false when that name was there already */
export async function insertAdmin(
  { clock }: Given,
  trx: Transaction,
  tenantId: TenantId,
  connectionId: ConnectionId,
  text: string,
): Promise<boolean> {
  const name = cleanName('administrator', text)
  const row = await trx
    .insertInto('tenant_admin')
    .values({
      tenant_id: tenantId,
      connection_id: connectionId,
      name_folded: fold(name),
      name,
      created_at: clock(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('name')
    .executeTakeFirst()
  return row !== undefined
}
