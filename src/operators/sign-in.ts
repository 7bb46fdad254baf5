/**
 * Signing in by password and a code of the authenticator app, or a recovery code in its place.
 *
 * Whatever is wrong, the answer is one and the same, after the same work: a password is hashed also for
 * an account that is not there (SEC C-5). A code lets in once: its step is moved on in the statement that
 * checks it.
 */
import type { Selectable } from 'kysely'
import type { Act } from '../audit/index.ts'
import type { Database, Transaction } from '../db/index.ts'
import { fold, Refusal, unseal } from '../lib/index.ts'
import { presentAdministrator } from './administrators.ts'
import type { createFailures } from './failures.ts'
import { isPassword } from './passwords.ts'
import { takeRecoveryCode } from './recovery-codes.ts'
import { openSession } from './sessions.ts'
import { totpPlace, totpStep } from './totp.ts'
import { actorOf, type Given, type Opened, type Visit, within } from './types.ts'

export interface Credentials {
  readonly email: string
  readonly password: string
  readonly totp?: string | undefined
  readonly recoveryCode?: string | undefined
}

type Row = Selectable<Database['administrator']>

export function createSignIn(given: Given & ReturnType<typeof createFailures>) {
  const { db, audit } = given

  /** @returns undefined when the second factor is wrong */
  function enter(
    row: Row,
    credentials: Credentials,
    visit: Visit,
    previous: string | undefined,
  ): Promise<Opened | undefined> {
    return within(given, row.tenant_id, async (trx) => {
      if (!(await useSecondFactor(given, trx, row, credentials))) return undefined
      await given.noteSuccess(trx, row.email, visit.address)
      const method = credentials.recoveryCode === undefined ? 'password' : 'recovery-code'
      await record(trx, row, visit, { act: 'operators.session.opened', details: { method } })
      return openSession(given, trx, presentAdministrator(row), 'password', visit, previous)
    })
  }

  function record(
    trx: Transaction,
    { tenant_id: tenantId, administrator_id: object }: Row,
    visit: Visit,
    act: Omit<Act, 'object'>,
  ): Promise<void> {
    const actor = actorOf('visitor', object, visit)
    return audit.record(trx, tenantId, actor, { object, ...act })
  }

  return {
    /**
     * @param previous  the handle that the browser came with: its session ends
     * @throws Refusal `not_authenticated` whatever is wrong, `too_many_requests`
     */
    async signIn(
      credentials: Credentials,
      visit: Visit,
      previous: string | undefined,
    ): Promise<Opened> {
      const { email, password } = credentials
      await given.countTry(email, visit.address)
      const row = await db.platform((trx) =>
        trx
          .selectFrom('administrator')
          .selectAll()
          .where('email_folded', '=', fold(email.trim()))
          .where('disabled_at', 'is', null)
          .executeTakeFirst(),
      )
      const knowsPassword = await isPassword(password, row?.password_hash ?? null)
      const opened =
        row === undefined || !knowsPassword
          ? undefined
          : await enter(row, credentials, visit, previous)
      if (opened !== undefined) return opened
      const wrong = knowsPassword ? 'code' : 'password'
      if (row !== undefined)
        await within(given, row.tenant_id, (trx) =>
          record(trx, row, visit, {
            act: 'operators.sign-in.refused',
            details: { wrong },
            outcome: 'refused',
          }),
        )
      throw new Refusal(
        'not_authenticated',
        'The e-mail address, the password or the code is not right. A code lets in once: wait for the next one.',
      )
    },
  }
}

/** Whether the second factor is right; it is used up by that. */
async function useSecondFactor(
  { clock, masterKey }: Given,
  trx: Transaction,
  row: Row,
  { totp, recoveryCode }: Credentials,
): Promise<boolean> {
  if (recoveryCode !== undefined) return takeRecoveryCode(trx, row.administrator_id, recoveryCode)
  if (totp === undefined || row.totp_sealed === null) return false
  const secret = unseal(masterKey, totpPlace(row.administrator_id), row.totp_sealed)
  const step = totpStep(secret, totp, clock(), row.totp_step)
  if (step === undefined) return false
  const moved = await trx
    .updateTable('administrator')
    .set({ totp_step: step })
    .where('administrator_id', '=', row.administrator_id)
    .where('totp_step', '<', step)
    .returning('administrator_id')
    .executeTakeFirst()
  return moved !== undefined
}
