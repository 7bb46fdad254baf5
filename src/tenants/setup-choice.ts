/** Which identity provider a connection is set up at, as its administrator says: for the words of the setup page. */
import type { Actor, ConnectionId, TenantId } from '../lib/index.ts'
import { lockConnection } from './connection-rows.ts'
import type { Given } from './types.ts'

export function createSetupChoice({ db, audit }: Given) {
  return {
    /** Undefined until somebody chose. */
    async readProvider(
      tenantId: TenantId,
      connectionId: ConnectionId,
    ): Promise<string | undefined> {
      const row = await db.inTenant(tenantId, (trx) =>
        trx
          .selectFrom('setup_choice')
          .select('provider')
          .where('tenant_id', '=', tenantId)
          .where('connection_id', '=', connectionId)
          .executeTakeFirst(),
      )
      return row?.provider
    },

    /** @throws Refusal `not_found` */
    async chooseProvider(
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
      provider: string,
    ): Promise<void> {
      await db.inTenant(tenantId, async (trx) => {
        await lockConnection(trx, tenantId, connectionId)
        await trx
          .insertInto('setup_choice')
          .values({ tenant_id: tenantId, connection_id: connectionId, provider })
          .onConflict((conflict) =>
            conflict.columns(['tenant_id', 'connection_id']).doUpdateSet({ provider }),
          )
          .execute()
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.provider.chosen',
          object: connectionId,
          details: { provider },
        })
      })
    },
  }
}
