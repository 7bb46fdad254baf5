/**
 * An administrator's ways in are taken away: for good, or to begin again by an invitation that is theirs,
 * because they have lost what they sign in with.
 *
 * Nothing of what they had lets anybody in from then on, so that a phone which was lost is of no use to
 * whoever finds it: password, authenticator app, recovery codes and passkeys go, and sessions end. Whom
 * they are at an identity provider stays for whoever
 * begins again, and what was recorded of them stays in any case.
 */
import type { Transaction } from '../db/index.ts'
import { type Actor, type Id, Refusal, seal, type TenantId } from '../lib/index.ts'
import { endSessions, lockAdministrator, presentAdministrator } from './administrators.ts'
import { type Invitation, newInvitation, takenBack } from './invitations.ts'
import { totpPlace } from './totp.ts'
import { actorOf, type Administrator, type Given, type Visit, within } from './types.ts'

export function createResets(given: Given) {
  const { audit, clock } = given
  return {
    /**
     * @returns the invitation with its address, once; those before are taken back
     * @throws Refusal `not_permitted` for oneself, `not_found`, `conflict` for one who is disabled
     */
    resetAdministrator: (
      actor: Actor,
      tenantId: TenantId | null,
      administratorId: string,
    ): Promise<Invitation & { readonly url: string }> =>
      within(given, tenantId, async (trx) => {
        const whom = await lockAdministrator(trx, tenantId, administratorId)
        const { administratorId: id, name, email, role } = whom
        if (actor.id === id)
          throw new Refusal(
            'not_permitted',
            'You are in, and need no reset: under your name you change what you sign in with.',
          )
        if (whom.disabledAt !== null)
          throw new Refusal('conflict', `${name} is disabled: enable them first.`)
        await forgetWaysIn(trx, id)
        await takenBack(trx, id, clock())
        const made = await newInvitation(given, trx, actor, {
          ...{ role, tenantId, name, email },
          administratorId: id,
        })
        await audit.record(trx, tenantId, actor, {
          act: 'operators.administrator.reset',
          object: id,
          details: { invitationId: made.invitation_id },
        })
        return made
      }),

    /**
     * They are no administrator any longer, and their e-mail address is free; what was recorded of them stays.
     * @throws Refusal `not_permitted` for oneself, `not_found`
     */
    removeAdministrator: (
      actor: Actor,
      tenantId: TenantId | null,
      administratorId: string,
    ): Promise<void> =>
      within(given, tenantId, async (trx) => {
        const {
          administratorId: id,
          name,
          role,
        } = await lockAdministrator(trx, tenantId, administratorId)
        if (actor.id === id)
          throw new Refusal('not_permitted', 'Nobody removes themselves: ask another.')
        await forgetWaysIn(trx, id)
        await takenBack(trx, id, clock())
        await trx.deleteFrom('administrator_link').where('administrator_id', '=', id).execute()
        await trx.deleteFrom('administrator').where('administrator_id', '=', id).execute()
        await audit.record(trx, tenantId, actor, {
          act: 'operators.administrator.removed',
          object: id,
          details: { name, role },
        })
      }),
  }
}

/** What they sign in with, and where they are in. */
export async function forgetWaysIn(trx: Transaction, administratorId: Id<'adm'>): Promise<void> {
  await trx
    .updateTable('administrator')
    .set({ password_hash: null, totp_sealed: null })
    .where('administrator_id', '=', administratorId)
    .execute()
  await trx.deleteFrom('recovery_code').where('administrator_id', '=', administratorId).execute()
  await trx.deleteFrom('passkey').where('administrator_id', '=', administratorId).execute()
  await endSessions(trx, administratorId)
}

/**
 * Whoever was reset has another password and authenticator app.
 * @throws Refusal `not_found` for one who was removed, `not_permitted` for one who was disabled meanwhile
 */
export async function renewAdministrator(
  { audit, random, masterKey }: Given,
  trx: Transaction,
  tenantId: TenantId | null,
  administratorId: Id<'adm'>,
  chosen: { readonly passwordHash: string; readonly totpSecret: string; readonly totpUsed: number },
  visit: Visit,
): Promise<Administrator> {
  const { disabledAt } = await lockAdministrator(trx, tenantId, administratorId)
  if (disabledAt !== null)
    throw new Refusal('not_permitted', 'Your account is disabled: ask an operator.')
  const row = await trx
    .updateTable('administrator')
    .set({
      password_hash: chosen.passwordHash,
      totp_sealed: seal(masterKey, random, totpPlace(administratorId), chosen.totpSecret),
      totp_step: chosen.totpUsed,
    })
    .where('administrator_id', '=', administratorId)
    .returningAll()
    .executeTakeFirstOrThrow()
  const actor = actorOf('administrator', administratorId, visit)
  await audit.record(trx, tenantId, actor, {
    act: 'operators.administrator.renewed',
    object: administratorId,
    details: {},
  })
  return presentAdministrator(row)
}
