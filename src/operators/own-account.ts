/** What somebody does with their own account: another password, other recovery codes. */
import { checkPassword, hashPassword } from './passwords.ts'
import { endSessions } from './administrators.ts'
import { newRecoveryCodes } from './recovery-codes.ts'
import { actorOf, type From, type Given, type Session, within } from './types.ts'

type Own = Pick<Session, 'administrator' | 'sessionId'>

export function createOwnAccount(given: Given) {
  const { audit, random, guess } = given
  return {
    /** Ends their other sessions. @throws Refusal `invalid_input` for a password that is too weak */
    async changePassword(
      { administrator, sessionId }: Own,
      password: string,
      from: From,
    ): Promise<void> {
      const { administratorId: id, tenantId, name, email } = administrator
      await checkPassword(guess, password, [name, email])
      const hash = await hashPassword(random, password)
      await within(given, tenantId, async (trx) => {
        await trx
          .updateTable('administrator')
          .set({ password_hash: hash })
          .where('administrator_id', '=', id)
          .execute()
        await endSessions(trx, id, sessionId)
        await audit.record(trx, tenantId, actorOf('administrator', id, from), {
          act: 'operators.password.changed',
          object: id,
          details: {},
        })
      })
    },

    /** @returns ten new ones; those before are refused */
    renewRecoveryCodes: ({ administrator }: Own, from: From): Promise<string[]> => {
      const { administratorId: id, tenantId } = administrator
      return within(given, tenantId, async (trx) => {
        await audit.record(trx, tenantId, actorOf('administrator', id, from), {
          act: 'operators.recovery-codes.renewed',
          object: id,
          details: {},
        })
        return newRecoveryCodes(random, trx, id)
      })
    },
  }
}
