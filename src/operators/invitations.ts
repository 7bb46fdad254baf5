/**
 * Invitations: a one-time code says what somebody may become.
 *
 * The first operator's is made while there is no operator and printed by the server; it lives an hour,
 * and whatever was printed is dead once somebody has become one (SEC C-1).
 */
import type { Selectable } from 'kysely'
import type { Database, Transaction } from '../db/index.ts'
import { type Actor, fold, type Id, Refusal, type Role, type TenantId } from '../lib/index.ts'
import { checkRoleFits } from './administrators.ts'
import { codeOf, hashCode } from './codes.ts'
import { type Given, within } from './types.ts'

export type Invitation = Selectable<Database['invitation']>

const HOUR_MS = 60 * 60_000
const CODE_BYTES = 20

const DAY_MS = 24 * HOUR_MS
const LIFE_DAYS = 7

export function createInvitations(given: Given) {
  const { db, audit, clock } = given
  return {
    ...createFirstInvitation(given),

    /** @returns it with its address, once. @throws Refusal `invalid_input` for a role that does not fit */
    async invite(
      actor: Actor,
      tenantId: TenantId | null,
      { role, name, email }: { readonly role: Role; readonly name: string; readonly email: string },
    ): Promise<Invitation & { readonly url: string }> {
      checkRoleFits(role, tenantId)
      return within(given, tenantId, async (trx) => {
        await refuseTaken(trx, email)
        const whom = { role, tenantId, name, email, administratorId: null }
        const made = await newInvitation(given, trx, actor, whom)
        await audit.record(trx, tenantId, actor, {
          act: 'operators.administrator.invited',
          object: made.invitation_id,
          details: { role, email },
        })
        return made
      })
    },

    /** The latest first, the last 200; null: those of the platform. */
    listInvitations: (tenantId: TenantId | null): Promise<Invitation[]> =>
      db.platform((trx) =>
        trx
          .selectFrom('invitation')
          .selectAll()
          .where('tenant_id', tenantId === null ? 'is' : '=', tenantId)
          .where('is_first', '=', false)
          .orderBy('invitation_id', 'desc')
          .limit(200)
          .execute(),
      ),

    /** @throws Refusal `not_found` */
    revokeInvitation: (
      actor: Actor,
      tenantId: TenantId | null,
      invitationId: string,
    ): Promise<Invitation> =>
      within(given, tenantId, async (trx) => {
        const row = await trx
          .updateTable('invitation')
          .set(({ fn, val }) => ({ revoked_at: fn.coalesce('revoked_at', val(clock())) }))
          .where('invitation_id', '=', invitationId as Id<'inv'>)
          .where('tenant_id', tenantId === null ? 'is' : '=', tenantId)
          .returningAll()
          .executeTakeFirst()
        if (row === undefined)
          throw new Refusal('not_found', `There is no invitation ${invitationId} here.`)
        await audit.record(trx, tenantId, actor, {
          act: 'operators.invitation.revoked',
          object: row.invitation_id,
          details: {},
        })
        return row
      }),
  }
}

interface Whom {
  readonly role: Role
  readonly tenantId: TenantId | null
  readonly name: string
  readonly email: string
  /** Whose account it renews; null: it makes one. */
  readonly administratorId: Id<'adm'> | null
}

/** @returns it with its address, once */
export async function newInvitation(
  { clock, random, newId, publicUrl }: Given,
  trx: Transaction,
  actor: Actor,
  { role, tenantId, name, email, administratorId }: Whom,
): Promise<Invitation & { readonly url: string }> {
  const code = codeOf(random(CODE_BYTES))
  const now = clock()
  const row = await trx
    .insertInto('invitation')
    .values({
      invitation_id: newId('inv'),
      secret_hash: hashCode(code),
      ...{ role, tenant_id: tenantId, name, email, administrator_id: administratorId },
      invited_by: `${actor.kind}:${actor.id}`,
      created_at: now,
      expires_at: new Date(now.getTime() + LIFE_DAYS * DAY_MS),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return { ...row, url: `${publicUrl}/console/invitation#${code}` }
}

/** Those that would renew that account. */
export async function takenBack(
  trx: Transaction,
  administratorId: Id<'adm'>,
  now: Date,
): Promise<void> {
  await trx
    .updateTable('invitation')
    .set({ revoked_at: now })
    .where('administrator_id', '=', administratorId)
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .execute()
}

function createFirstInvitation({ db, clock, random, newId }: Given) {
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

/** @throws Refusal `already_exists` */
export async function refuseTaken(trx: Transaction, email: string): Promise<void> {
  const row = await trx
    .selectFrom('administrator')
    .select('administrator_id')
    .where('email_folded', '=', fold(email))
    .executeTakeFirst()
  if (row !== undefined)
    throw new Refusal(
      'already_exists',
      'There is an administrator with that e-mail address: sign in.',
    )
}
