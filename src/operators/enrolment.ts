/**
 * Becoming an administrator: whoever has a code that says so chooses a password and sets up an
 * authenticator app, and with its first code they are one and are signed in.
 *
 * Nothing is written before that last step, which uses up the code in the transaction that makes the
 * administrator (SEC T-8).
 */
import type { Transaction } from '../db/index.ts'
import { fold, Refusal, seal } from '../lib/index.ts'
import { presentAdministrator } from './administrators.ts'
import { hashCode } from './codes.ts'
import { type createFlows, takeFlow } from './flows.ts'
import { type Invitation, readInvitation, refuseTaken, takeInvitation } from './invitations.ts'
import { checkPassword, hashPassword } from './passwords.ts'
import { newRecoveryCodes } from './recovery-codes.ts'
import { renewAdministrator } from './resets.ts'
import { openSession } from './sessions.ts'
import { newTotpSecret, totpPlace, totpStep, totpUri } from './totp.ts'
import {
  actorOf,
  type Administrator,
  type Given,
  type Opened,
  type Visit,
  within,
} from './types.ts'

/** What authenticator apps show beside the account. */
const ISSUER = 'Rollcall'

export function createEnrolment(given: Given & ReturnType<typeof createFlows>) {
  const { db, clock, random, guess, keepFlow, readFlow } = given
  return {
    /** @throws Refusal `not_permitted`, `invalid_input` for a password that is too weak, `already_exists` */
    async beginEnrolment(
      code: string,
      chosen: { name?: string; email?: string; password: string },
    ): Promise<{ enrolment: string; totp: { secret: string; uri: string } }> {
      const secretHash = hashCode(code)
      const { password } = chosen
      const { name, email } = await db.platform(async (trx) => {
        const invited = await readInvitation(trx, secretHash, clock())
        // An invitation says who is meant; the first operator says who they are.
        const who = invited.is_first ? chosen : invited
        if (invited.administrator_id === null) await refuseTaken(trx, who.email ?? '')
        return { name: who.name ?? '', email: who.email ?? '' }
      })
      if (name === '' || email === '')
        throw new Refusal('not_permitted', 'This code is of the first operator: begin there.')
      await checkPassword(guess, password, [name, email])
      const totpSecret = newTotpSecret(random)
      const enrolment = await keepFlow('enrolment', {
        secretHash: secretHash.toString('hex'),
        name,
        email,
        passwordHash: await hashPassword(random, password),
        totpSecret,
      })
      return { enrolment, totp: { secret: totpSecret, uri: totpUri(totpSecret, ISSUER, email) } }
    },

    /**
     * @param totp  the first code of the authenticator app; a wrong one may be tried again
     * @throws Refusal `flow_expired`, `invalid_input`, `not_permitted`, `already_exists`
     */
    async completeEnrolment(
      enrolment: string,
      totp: string,
      visit: Visit,
    ): Promise<Opened & { recoveryCodes: string[] }> {
      const { secretHash, ...chosen } = await readFlow('enrolment', enrolment)
      const totpUsed = totpStep(chosen.totpSecret, totp, clock(), 0)
      if (totpUsed === undefined)
        throw new Refusal(
          'invalid_input',
          'The code is not of now. Look at the authenticator app again, and at the clock of its device.',
        )
      const hash = Buffer.from(secretHash, 'hex')
      const { tenant_id: tenantId } = await db.platform((trx) => readInvitation(trx, hash, clock()))
      return within(given, tenantId, async (trx) => {
        await takeFlow(trx, enrolment)
        const invitation = await takeInvitation(trx, hash, clock())
        const proven = { ...chosen, totpUsed }
        const renewed = invitation.administrator_id
        const made =
          renewed === null
            ? await makeAdministrator(given, trx, invitation, proven, visit)
            : await renewAdministrator(given, trx, tenantId, renewed, proven, visit)
        const opened = await openSession(given, trx, made, 'password', visit, undefined)
        const recoveryCodes = await newRecoveryCodes(random, trx, made.administratorId)
        return { ...opened, recoveryCodes }
      })
    },
  }
}

interface Chosen {
  readonly name: string
  readonly email: string
  readonly passwordHash: string
  readonly totpSecret: string
  readonly totpUsed: number
}

async function makeAdministrator(
  { audit, clock, random, newId, masterKey }: Given,
  trx: Transaction,
  { role, tenant_id: tenantId, invited_by: invitedBy }: Invitation,
  { name, email, passwordHash, totpSecret, totpUsed }: Chosen,
  visit: Visit,
): Promise<Administrator> {
  await refuseTaken(trx, email)
  const administratorId = newId('adm')
  const row = await trx
    .insertInto('administrator')
    .values({
      administrator_id: administratorId,
      ...{ name, email, email_folded: fold(email), role, tenant_id: tenantId },
      password_hash: passwordHash,
      totp_sealed: seal(masterKey, random, totpPlace(administratorId), totpSecret),
      totp_step: totpUsed,
      created_at: clock(),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await audit.record(trx, tenantId, actorOf('administrator', administratorId, visit), {
    act: 'operators.administrator.enrolled',
    object: administratorId,
    details: { role, invitedBy },
  })
  return presentAdministrator(row)
}
