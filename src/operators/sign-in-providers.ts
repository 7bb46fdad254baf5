/**
 * Connections that administrators of the platform may sign in through. Only an operator says which: the
 * identity provider behind one can say of anybody that it is one of them.
 */
import type { Selectable } from 'kysely'
import type { Database } from '../db/index.ts'
import { type Actor, type ConnectionId, Refusal, type TenantId } from '../lib/index.ts'
import type { Given } from './types.ts'

export interface SignInProvider {
  readonly connectionId: ConnectionId
  readonly tenantId: TenantId
  /** What stands on the button. */
  readonly name: string
  readonly createdAt: Date
}

export function createSignInProviders({ db, audit, clock }: Given) {
  return {
    listProviders: async (): Promise<SignInProvider[]> => {
      const rows = await db.platform((trx) =>
        trx.selectFrom('sign_in_provider').selectAll().orderBy('name').limit(50).execute(),
      )
      return rows.map(present)
    },

    /** Of one that is named already the name changes. */
    nameProvider: (
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
      name: string,
    ): Promise<SignInProvider> =>
      db.platform(async (trx) => {
        const row = await trx
          .insertInto('sign_in_provider')
          .values({
            connection_id: connectionId,
            tenant_id: tenantId,
            name,
            created_at: clock(),
          })
          .onConflict((conflict) => conflict.column('connection_id').doUpdateSet({ name }))
          .returningAll()
          .executeTakeFirstOrThrow()
        await audit.record(trx, null, actor, {
          act: 'operators.sign-in-provider.named',
          object: connectionId,
          details: { tenantId, name },
        })
        return present(row)
      }),

    /** Nobody signs in to the platform through it from now on. @throws Refusal `not_found` */
    removeProvider: (actor: Actor, connectionId: ConnectionId): Promise<void> =>
      db.platform(async (trx) => {
        const row = await trx
          .deleteFrom('sign_in_provider')
          .where('connection_id', '=', connectionId)
          .returning('name')
          .executeTakeFirst()
        if (row === undefined)
          throw new Refusal('not_found', `Nobody signs in through ${connectionId}.`)
        await audit.record(trx, null, actor, {
          act: 'operators.sign-in-provider.removed',
          object: connectionId,
          details: { name: row.name },
        })
      }),
  }
}

function present(row: Selectable<Database['sign_in_provider']>): SignInProvider {
  return {
    connectionId: row.connection_id,
    tenantId: row.tenant_id,
    name: row.name,
    createdAt: row.created_at,
  }
}
