/**
 * Administrators who sign in as a person of a tenant leave with that person: whatever ends the access of the
 * one ends the sessions of the other, in the same transaction (SEC F-13). Whoever is out for good, and not only signed
 * out, is marked, and their keys are refused until they are back; so are those of who is linked at a connection that
 * is disabled, until it is enabled.
 */
import { sql } from 'kysely'
import type { Transaction } from '../db/index.ts'
import type { ConnectionId, IdentityId } from '../lib/index.ts'
import type { Given } from './types.ts'

/** Why somebody's access ended who may not simply sign in again. */
const OUT = new Set(['deactivated', 'deleted', 'held'])

export function createLeavers({ db, clock }: Pick<Given, 'db' | 'clock'>) {
  return {
    /** Those that these people opened by OpenID Connect, and no other of the same administrator. */
    async endLinkedSessions(
      trx: Transaction,
      people: readonly IdentityId[],
      cause: string,
    ): Promise<void> {
      const links = trx
        .selectFrom('administrator_link')
        .select('administrator_id')
        .where('identity_id', '=', sql<IdentityId>`any (${people}::text[])`)
      // Of most people there is none, and on Citus FOR UPDATE keeps everybody else from the whole table.
      if ((await links.execute()).length === 0) return
      // Whoever signs in holds the link until their session is there to be found.
      const linked = await links.forUpdate().execute()
      await end(trx, linked)
      if (linked.length > 0 && OUT.has(cause))
        await trx
          .updateTable('administrator_link')
          .set({ left_at: clock() })
          .where('identity_id', '=', sql<IdentityId>`any (${people}::text[])`)
          .execute()
    },

    /** A connection is disabled: ends what anybody opened through it, and holds the keys of who is linked there. */
    holdLinkedThrough: (connectionId: ConnectionId): Promise<void> =>
      db.platform(async (trx) => {
        const linked = await trx
          .updateTable('administrator_link')
          .set({ held_at: clock() })
          .where('connection_id', '=', connectionId)
          .returning('administrator_id')
          .execute()
        await end(trx, linked)
      }),

    /** It is enabled again: those keys are good as before. */
    releaseLinkedThrough: (connectionId: ConnectionId): Promise<void> =>
      db.platform(async (trx) => {
        await trx
          .updateTable('administrator_link')
          .set({ held_at: null })
          .where('connection_id', '=', connectionId)
          .execute()
      }),
  }
}

async function end(
  trx: Transaction,
  linked: readonly { readonly administrator_id: string }[],
): Promise<void> {
  if (linked.length === 0) return
  const administrators = linked.map((row) => row.administrator_id)
  await trx
    .deleteFrom('admin_session')
    .where('method', '=', 'oidc')
    .where(sql<string>`administrator_id`, '=', sql<string>`any (${administrators}::text[])`)
    .execute()
}
