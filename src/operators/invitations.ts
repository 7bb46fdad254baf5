/**
 * Invitations: a one-time code says what somebody may become.
 *
 * The first operator's is made while there is no operator and printed by the server; it lives an hour,
 * and whatever was printed is dead once somebody has become one (SEC C-1).
 */
import type { Selectable } from 'kysely'
import type { Database, Transaction } from '../db/index.ts'
import { Refusal } from '../lib/index.ts'
import { codeOf, hashCode } from './codes.ts'
import type { Given } from './types.ts'

export type Invitation = Selectable<Database['invitation']>

const HOUR_MS = 60 * 60_000
const CODE_BYTES = 20

export function createInvitations({ db, clock, random, newId }: Given) {
  return {
    /** Whether the first operator is still to come. */
    awaitsFirstOperator: async () => !(await db.platform(hasOperator)),

    /**
     * Makes a code for the first operator, unless there is an operator. Kept by `keep` before it is
     * good for anything.
     * @returns false when there is one
     */
    async offerFirstOperator(keep: (code: string) => Promise<void>): Promise<boolean> {
      if (await db.platform(hasOperator)) return false
      const code = codeOf(random(CODE_BYTES))
      await keep(code)
      const now = clock()
      await db.platform((trx) =>
        trx
          .insertInto('invitation')
          .values({
            invitation_id: newId('inv'),
            secret_hash: hashCode(code),
            is_first: true,
            role: 'operator',
            invited_by: 'system:start',
            created_at: now,
            expires_at: new Date(now.getTime() + HOUR_MS),
          })
          .execute(),
      )
      return true
    },
  }
}

/** @throws Refusal `not_permitted` for a code that is wrong, used, ended or revoked: the same for all */
export async function readInvitation(
  trx: Transaction,
  secretHash: Buffer,
  now: Date,
): Promise<Invitation> {
  const row = await trx
    .selectFrom('invitation')
    .selectAll()
    .where('secret_hash', '=', secretHash)
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  if (row === undefined || (row.is_first && (await hasOperator(trx)))) throw noInvitation()
  return row
}

/** Uses it up: of all who come with it one goes on (SEC T-8). @throws Refusal `not_permitted` */
export async function takeInvitation(
  trx: Transaction,
  secretHash: Buffer,
  now: Date,
): Promise<Invitation> {
  const row = await readInvitation(trx, secretHash, now)
  const taken = await trx
    .updateTable('invitation')
    .set({ used_at: now })
    .where('invitation_id', '=', row.invitation_id)
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .returning('invitation_id')
    .executeTakeFirst()
  if (taken === undefined) throw noInvitation()
  return row
}

async function hasOperator(trx: Transaction): Promise<boolean> {
  const row = await trx
    .selectFrom('administrator')
    .select('administrator_id')
    .where('role', '=', 'operator')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

function noInvitation(): Refusal {
  return new Refusal(
    'not_permitted',
    'This code is not good, or no longer. The first operator finds a new one where the server is started ' +
      'again; everybody else asks an operator for another invitation.',
  )
}
