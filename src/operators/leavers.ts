/**
 * Administrators who sign in through a connection leave when it is disabled, and their keys are refused until it is
 * enabled. That they leave with the person they sign in as, `sessions` sees to (SEC F-13).
 */
import type { ConnectionId } from '../lib/index.ts'
import { endOpenedByOidc } from '../sessions/index.ts'
import type { Given } from './types.ts'

export function createLeavers({ db, clock }: Pick<Given, 'db' | 'clock'>) {
  return {
    /** A connection is disabled: ends what anybody opened through it, and holds the keys of who is linked there. */
    holdLinkedThrough: (connectionId: ConnectionId): Promise<void> =>
      db.platform(async (trx) => {
        const linked = await trx
          .updateTable('administrator_link')
          .set({ held_at: clock() })
          .where('connection_id', '=', connectionId)
          .returning('administrator_id')
          .execute()
        await endOpenedByOidc(trx, linked)
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
