/**
 * Setup links: by one a customer's administrator sets up a single connection, without an account.
 *
 * A link is a token like any other, random and kept as a digest (SEC T-1, T-2); it ends by itself, and
 * revoking it ends the sessions that it opened, since each request of one looks at its link again. A
 * session is bound to the connection of its link and to nothing a request says (I-1).
 */
import type { Selectable } from 'kysely'
import type { Database, Transaction } from '../db/index.ts'
import {
  type Actor,
  type ConnectionId,
  hashSecret,
  type Id,
  mintSecret,
  mintToken,
  parseToken,
  Refusal,
  sameHash,
  type TenantId,
} from '../lib/index.ts'
import { lockConnection } from './connection-rows.ts'
import type { Given } from './types.ts'

const HOUR_MS = 60 * 60_000
const SESSION_MS = 4 * HOUR_MS

export interface SetupLink {
  readonly linkId: Id<'lnk'>
  readonly createdBy: string
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly revokedAt: Date | null
  readonly lastUsedAt: Date | null
}

/** What a session of a link may see and do: one connection. */
export interface SetupSession {
  readonly tenantId: TenantId
  readonly connectionId: ConnectionId
  readonly linkId: Id<'lnk'>
  readonly expiresAt: Date
}

export function createSetupLinks(given: Given) {
  const { db, audit, clock, random, newId, publicUrl } = given
  return {
    /** @returns the link with its address, once */
    async createSetupLink(
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
      days: number,
    ): Promise<SetupLink & { readonly url: string }> {
      const minted = mintToken(random, 'rcl')
      const now = clock()
      const link = await db.inTenant(tenantId, async (trx) => {
        await lockConnection(trx, tenantId, connectionId)
        const row = await trx
          .insertInto('setup_link')
          .values({
            tenant_id: tenantId,
            link_id: newId('lnk'),
            connection_id: connectionId,
            lookup_id: minted.lookupId,
            secret_hash: minted.secretHash,
            created_by: `${actor.kind}:${actor.id}`,
            created_at: now,
            expires_at: new Date(now.getTime() + days * 24 * HOUR_MS),
          })
          .returningAll()
          .executeTakeFirstOrThrow()
        await leadToTenant(trx, minted.lookupId, tenantId)
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.setup-link.created',
          object: row.link_id,
          details: { connectionId, days },
        })
        return present(row)
      })
      return { ...link, url: `${publicUrl}/setup#${minted.token}` }
    },

    /** The latest first, the last hundred. @throws Refusal `not_found` */
    async listSetupLinks(tenantId: TenantId, connectionId: ConnectionId): Promise<SetupLink[]> {
      const rows = await db.inTenant(tenantId, (trx) =>
        trx
          .selectFrom('setup_link')
          .selectAll()
          .where('tenant_id', '=', tenantId)
          .where('connection_id', '=', connectionId)
          .orderBy('link_id', 'desc')
          .limit(100)
          .execute(),
      )
      return rows.map(present)
    },

    /** It, and whoever is in by it, is refused from now on. @throws Refusal `not_found` */
    revokeSetupLink: (
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
      linkId: string,
    ): Promise<SetupLink> =>
      db.inTenant(tenantId, async (trx) => {
        const row = await trx
          .updateTable('setup_link')
          .set(({ fn, val }) => ({ revoked_at: fn.coalesce('revoked_at', val(clock())) }))
          .where('tenant_id', '=', tenantId)
          .where('connection_id', '=', connectionId)
          .where('link_id', '=', linkId as Id<'lnk'>)
          .returningAll()
          .executeTakeFirst()
        if (row === undefined)
          throw new Refusal('not_found', `This connection has no setup link ${linkId}.`)
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.setup-link.revoked',
          object: row.link_id,
          details: { connectionId },
        })
        return present(row)
      }),
    ...createSetupSessions(given),
  }
}

function createSetupSessions({ db, audit, clock, random }: Given) {
  async function tenantOf(credential: string): Promise<TenantId | undefined> {
    const row = await db.platform((trx) =>
      trx
        .selectFrom('credential_tenant')
        .select('tenant_id')
        .where('credential', '=', credential)
        .executeTakeFirst(),
    )
    return row?.tenant_id
  }

  return {
    /**
     * Opens the session of a link.
     * @throws Refusal `not_authenticated` for one that is wrong, ended or revoked: the same for all
     */
    async openSetup(
      link: string,
      { requestId, address }: { readonly requestId: string; readonly address: string },
    ): Promise<{ readonly handle: string; readonly session: SetupSession }> {
      const parsed = parseToken('rcl', link.trim())
      const tenantId = parsed && (await tenantOf(parsed.lookupId))
      if (parsed === undefined || tenantId === undefined) throw noLink()
      const handle = mintSecret(random)
      return db.inTenant(tenantId, async (trx) => {
        const row = await trx
          .selectFrom('setup_link')
          .selectAll()
          .where('tenant_id', '=', tenantId)
          .where('lookup_id', '=', parsed.lookupId)
          .executeTakeFirst()
        const now = clock()
        const isRight = sameHash(parsed.secretHash, row?.secret_hash)
        if (row === undefined || !isRight || row.revoked_at !== null || row.expires_at <= now)
          throw noLink()
        const { link_id: linkId, connection_id: connectionId } = row
        const ends = Math.min(now.getTime() + SESSION_MS, row.expires_at.getTime())
        const expiresAt = new Date(ends)
        await dropEnded(trx, tenantId, now)
        await trx
          .insertInto('setup_session')
          .values({
            tenant_id: tenantId,
            handle_hash: hashSecret(handle),
            link_id: linkId,
            expires_at: expiresAt,
          })
          .execute()
        await leadToTenant(trx, credentialOf(hashSecret(handle)), tenantId)
        await trx
          .updateTable('setup_link')
          .set({ last_used_at: now })
          .where('tenant_id', '=', tenantId)
          .where('link_id', '=', linkId)
          .execute()
        const actor = { kind: 'setup-link', id: linkId, requestId, address } as const
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.setup-link.used',
          object: linkId,
          details: { connectionId },
        })
        return { handle, session: { tenantId, connectionId, linkId, expiresAt } }
      })
    },

    /** The session of that handle, while it and its link are good; undefined for any other. */
    async readSetupSession(handle: string): Promise<SetupSession | undefined> {
      const tenantId = await tenantOf(credentialOf(hashSecret(handle)))
      if (tenantId === undefined) return undefined
      const now = clock()
      const row = await db.inTenant(tenantId, (trx) =>
        trx
          .selectFrom('setup_session as s')
          .innerJoin('setup_link as l', (join) =>
            join.onRef('l.link_id', '=', 's.link_id').on('l.tenant_id', '=', tenantId),
          )
          .select(['l.link_id', 'l.connection_id', 's.expires_at'])
          .where('s.tenant_id', '=', tenantId)
          .where('s.handle_hash', '=', hashSecret(handle))
          .where('s.expires_at', '>', now)
          .where('l.expires_at', '>', now)
          .where('l.revoked_at', 'is', null)
          .executeTakeFirst(),
      )
      if (row === undefined) return undefined
      return {
        tenantId,
        connectionId: row.connection_id,
        linkId: row.link_id,
        expiresAt: row.expires_at,
      }
    },

    /** Ends it; of one that is ended nothing is said. */
    async closeSetup({ tenantId }: SetupSession, handle: string): Promise<void> {
      await db.inTenant(tenantId, async (trx) => {
        await trx
          .deleteFrom('setup_session')
          .where('tenant_id', '=', tenantId)
          .where('handle_hash', '=', hashSecret(handle))
          .execute()
        await forgetSessions(trx, [hashSecret(handle)])
      })
    },
  }
}

/** Takes out the sessions of a tenant that have ended, and what leads to them. */
async function dropEnded(trx: Transaction, tenantId: TenantId, now: Date): Promise<void> {
  const ended = await trx
    .deleteFrom('setup_session')
    .where('tenant_id', '=', tenantId)
    .where('expires_at', '<=', now)
    .returning('handle_hash')
    .execute()
  await forgetSessions(
    trx,
    ended.map((row) => row.handle_hash),
  )
}

async function forgetSessions(trx: Transaction, handleHashes: readonly Buffer[]): Promise<void> {
  if (handleHashes.length === 0) return
  await trx
    .deleteFrom('credential_tenant')
    .where('credential', 'in', handleHashes.map(credentialOf))
    .execute()
}

/** What `credential_tenant` calls a session. */
function credentialOf(handleHash: Buffer): string {
  return `setup ${handleHash.toString('hex')}`
}

async function leadToTenant(trx: Transaction, credential: string, tenantId: TenantId) {
  await trx.insertInto('credential_tenant').values({ credential, tenant_id: tenantId }).execute()
}

function noLink(): Refusal {
  return new Refusal(
    'not_authenticated',
    'This setup link is not good, or no longer. Ask whoever sent it for a new one.',
  )
}

function present(row: Selectable<Database['setup_link']>): SetupLink {
  return {
    linkId: row.link_id,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
  }
}
