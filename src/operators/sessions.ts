/**
 * Sessions of the console: a random handle in the browser's cookie, its hash here (SEC W-1).
 *
 * One ends after half an hour without use and after twelve hours in any case, by our clock and not by
 * the browser's. Signing in again makes a new one in place of the old (W-2). Whether its administrator
 * may still come in is read each time, so that who is disabled or demoted is so at once (C-2).
 */
import type { Selectable } from 'kysely'
import type { Database, Transaction } from '../db/index.ts'
import { hashSecret, type Id, mintSecret, Refusal } from '../lib/index.ts'
import { findAdministrator } from './administrators.ts'
import {
  actorOf,
  type Administrator,
  type From,
  type Given,
  type Method,
  type Opened,
  type Session,
  type Visit,
  within,
} from './types.ts'

const MINUTE_MS = 60_000
const IDLE_MS = 30 * MINUTE_MS
const ABSOLUTE_MS = 12 * 60 * MINUTE_MS
/** How long ago somebody may have signed in for what is dangerous (SEC C-3). */
const FRESH_MS = 10 * MINUTE_MS

/** For a header that another site cannot send; of another kind than the handle it is made from. */
export function csrfTokenOf(handle: string): string {
  return hashSecret(`csrf ${handle}`).toString('base64url')
}

/** Until when what is dangerous may be done. */
export function freshUntil({ createdAt }: Pick<Session, 'createdAt'>): Date {
  return new Date(createdAt.getTime() + FRESH_MS)
}

/** When it ends if it is not used any more. */
export function endsAt({ lastUsedAt, expiresAt }: Session): Date {
  return new Date(Math.min(lastUsedAt.getTime() + IDLE_MS, expiresAt.getTime()))
}

export function createSessions(given: Given) {
  const { db, audit, clock } = given
  const idleSince = () => new Date(clock().getTime() - IDLE_MS)

  return {
    /** The session of that handle, with who its administrator is now; undefined for none that is good. */
    async readSession(handle: string, touches: boolean): Promise<Session | undefined> {
      const now = clock()
      return db.platform(async (trx) => {
        const row = await trx
          .selectFrom('admin_session')
          .selectAll()
          .where('handle_hash', '=', hashSecret(handle))
          .where('expires_at', '>', now)
          .where('last_used_at', '>', idleSince())
          .executeTakeFirst()
        if (row === undefined) return undefined
        const administrator = await findAdministrator(trx, row.administrator_id)
        if (administrator === undefined || administrator.disabledAt !== null) return undefined
        const isDue = touches && now.getTime() - row.last_used_at.getTime() >= MINUTE_MS
        if (isDue)
          await trx
            .updateTable('admin_session')
            .set({ last_used_at: now })
            .where('session_id', '=', row.session_id)
            .execute()
        return { ...present(row), ...(isDue ? { lastUsedAt: now } : {}), administrator }
      })
    },

    /** Those that would let somebody in now, the latest first. */
    async listSessions(administratorId: Id<'adm'>): Promise<Omit<Session, 'administrator'>[]> {
      const rows = await db.platform((trx) =>
        trx
          .selectFrom('admin_session')
          .selectAll()
          .where('administrator_id', '=', administratorId)
          .where('expires_at', '>', clock())
          .where('last_used_at', '>', idleSince())
          .orderBy('created_at', 'desc')
          .limit(100)
          .execute(),
      )
      return rows.map(present)
    },

    /** Ends one of theirs. @throws Refusal `not_found`, also for another's */
    async endSession(
      { administratorId, tenantId }: Administrator,
      sessionId: string,
      from: From,
    ): Promise<void> {
      await within(given, tenantId, async (trx) => {
        const ended = await trx
          .deleteFrom('admin_session')
          .where('administrator_id', '=', administratorId)
          .where('session_id', '=', sessionId as Id<'ses'>)
          .returning('session_id')
          .executeTakeFirst()
        if (ended === undefined)
          throw new Refusal('not_found', `There is no session ${sessionId}. It may have ended.`)
        const actor = actorOf('administrator', administratorId, from)
        await audit.record(trx, tenantId, actor, {
          act: 'operators.session.ended',
          object: administratorId,
          details: { sessionId },
        })
      })
    },
  }
}

/**
 * Opens a session in the transaction of the sign-in; the one that the browser had ends.
 * @param previous  the handle that the browser came with
 */
export async function openSession(
  { clock, random, newId }: Pick<Given, 'clock' | 'random' | 'newId'>,
  trx: Transaction,
  administrator: Administrator,
  method: Method,
  { address, userAgent }: Visit,
  previous: string | undefined,
): Promise<Opened> {
  const { administratorId } = administrator
  const handle = mintSecret(random)
  const now = clock()
  await trx
    .deleteFrom('admin_session')
    .where((where) =>
      where.or([
        where('expires_at', '<=', now),
        where('last_used_at', '<=', new Date(now.getTime() - IDLE_MS)),
        ...(previous === undefined ? [] : [where('handle_hash', '=', hashSecret(previous))]),
      ]),
    )
    .execute()
  const session = {
    sessionId: newId('ses'),
    method,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: new Date(now.getTime() + ABSOLUTE_MS),
    address,
    userAgent: userAgent?.slice(0, 200) ?? null,
  }
  await trx
    .insertInto('admin_session')
    .values({
      session_id: session.sessionId,
      handle_hash: hashSecret(handle),
      administrator_id: administratorId,
      method,
      created_at: now,
      last_used_at: now,
      expires_at: session.expiresAt,
      address,
      user_agent: session.userAgent,
    })
    .execute()
  await trx
    .updateTable('administrator')
    .set({ last_signed_in_at: now })
    .where('administrator_id', '=', administratorId)
    .execute()
  return { handle, session: { ...session, administrator } }
}

function present(row: Selectable<Database['admin_session']>): Omit<Session, 'administrator'> {
  return {
    sessionId: row.session_id,
    method: row.method,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
    address: row.address,
    userAgent: row.user_agent,
  }
}
