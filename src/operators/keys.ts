/**
 * Keys for the admin API: each with a role and, where that is of a tenant, with the tenant. Another
 * prefix than a SCIM token's and never interchangeable with one (SEC T-1, C-4). A key is good while
 * whoever made it is, by themselves or by a key of theirs: it is held while they are disabled or have left, or a
 * connection that they sign in through is disabled, and once they are removed (F-13).
 */
import { type Selectable, sql } from 'kysely'
import type { Database, Transaction } from '../db/index.ts'
import {
  type Actor,
  type MintedToken,
  mintToken,
  parseToken,
  Refusal,
  type Role,
  sameHash,
  type TenantId,
} from '../lib/index.ts'
import { checkRoleFits } from './administrators.ts'
import { type Given, within } from './types.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** Who a good key speaks for. */
export interface KeyHolder {
  readonly keyId: string
  readonly role: Role
  readonly tenantId: TenantId | null
}

export interface Key extends KeyHolder {
  readonly name: string
  /** As the audit log names them. */
  readonly createdBy: string | null
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
  /** Refused while the administrator who made it is out. */
  readonly isHeld: boolean
  readonly lastUsedAt: Date | null
}

export interface NewKey {
  readonly name: string
  readonly role: Role
  readonly days: number
}

export function createKeys(given: Given) {
  const { db, audit, clock, random } = given
  return {
    ...createFirstKey(given),
    ...createKeyAuthentication(given),
    ...createExpiringKeys(given),

    /** @returns the key with its secret, once. @throws Refusal `invalid_input` for a role that does not fit */
    async createKey(
      actor: Actor,
      tenantId: TenantId | null,
      { name, role, days }: NewKey,
    ): Promise<Key & { readonly token: string }> {
      checkRoleFits(role, tenantId)
      const { token, lookupId, secretHash } = mintToken(random, 'rca')
      return within(given, tenantId, async (trx) => {
        const row = await trx
          .insertInto('admin_token')
          .values({
            ...{ lookup_id: lookupId, secret_hash: secretHash, name, role, tenant_id: tenantId },
            created_by: `${actor.kind}:${actor.id}`,
            administrator_id: await whoAnswers(trx, actor),
            created_at: clock(),
            expires_at: new Date(clock().getTime() + days * DAY_MS),
          })
          .returningAll()
          .executeTakeFirstOrThrow()
        await audit.record(trx, tenantId, actor, {
          act: 'operators.key.created',
          object: lookupId,
          details: { name, role, days },
        })
        return { ...present(row), token }
      })
    },

    /** The latest first, the last 500; null: those of the platform. */
    async listKeys(tenantId: TenantId | null): Promise<Key[]> {
      const rows = await db.platform((trx) =>
        trx
          .selectFrom('admin_token')
          .selectAll()
          .select(IS_HELD)
          .where('tenant_id', tenantId === null ? 'is' : '=', tenantId)
          .orderBy('created_at', 'desc')
          .limit(500)
          .execute(),
      )
      return rows.map((row) => present(row, row.is_held))
    },

    /** It is refused from now on. @throws Refusal `not_found` */
    revokeKey: (actor: Actor, tenantId: TenantId | null, keyId: string): Promise<Key> =>
      within(given, tenantId, async (trx) => {
        const row = await trx
          .updateTable('admin_token')
          .set(({ fn, val }) => ({ revoked_at: fn.coalesce('revoked_at', val(clock())) }))
          .where('lookup_id', '=', keyId)
          .where('tenant_id', tenantId === null ? 'is' : '=', tenantId)
          .returningAll()
          .executeTakeFirst()
        if (row === undefined) throw new Refusal('not_found', `There is no key ${keyId} here.`)
        await audit.record(trx, tenantId, actor, {
          act: 'operators.key.revoked',
          object: keyId,
          details: {},
        })
        return present(row)
      }),
  }
}

function createExpiringKeys({ db }: Given) {
  return {
    /** Of the platform and of every tenant, those that end in that time. */
    async expiringKeys({
      now,
      until,
    }: {
      readonly now: Date
      readonly until: Date
    }): Promise<(Key & { readonly expiresAt: Date })[]> {
      const rows = await db.platform((trx) =>
        trx
          .selectFrom('admin_token')
          .selectAll()
          .where('expires_at', '>', now)
          .where('expires_at', '<=', until)
          .where('revoked_at', 'is', null)
          .execute(),
      )
      return rows
        .map((row) => present(row))
        .flatMap((key) => {
          const { expiresAt } = key
          return expiresAt === null ? [] : [{ ...key, expiresAt }]
        })
    },
  }
}

function createKeyAuthentication({ db, clock }: Given) {
  return {
    /** Undefined for any key that is not good now (SEC T-3). */
    async authenticateKey(bearer: string): Promise<KeyHolder | undefined> {
      const parsed = parseToken('rca', bearer)
      if (parsed === undefined) return undefined
      const now = clock()
      return db.platform(async (trx) => {
        const row = await trx
          .selectFrom('admin_token')
          .selectAll()
          .select(IS_HELD)
          .where('lookup_id', '=', parsed.lookupId)
          .executeTakeFirst()
        const right = sameHash(parsed.secretHash, row?.secret_hash)
        if (row === undefined || !right || row.revoked_at !== null || row.is_held) return undefined
        if (row.expires_at !== null && row.expires_at <= now) return undefined
        if (row.last_used_at === null || now.getTime() - row.last_used_at.getTime() >= MINUTE_MS)
          await trx
            .updateTable('admin_token')
            .set({ last_used_at: now })
            .where('lookup_id', '=', row.lookup_id)
            .execute()
        return present(row)
      })
    },
  }
}

/** The operator's that a new installation has: of no person, and without an end. */
function createFirstKey({ db, clock, random }: Given) {
  const insert = ({ lookupId, secretHash }: MintedToken) =>
    db.platform((trx) =>
      trx
        .insertInto('admin_token')
        .values({
          lookup_id: lookupId,
          secret_hash: secretHash,
          name: 'first start',
          created_at: clock(),
        })
        .execute(),
    )
  return {
    /**
     * Makes the first key if none was ever made. It is kept by `keep` before it is good for
     * anything, so that a process killed in between leaves no key that nobody has.
     * @returns true when it made one
     */
    async ensureFirstKey(keep: (token: string) => Promise<void>): Promise<boolean> {
      const existing = await db.platform((trx) =>
        trx.selectFrom('admin_token').select('lookup_id').limit(1).executeTakeFirst(),
      )
      if (existing !== undefined) return false
      const minted = mintToken(random, 'rca')
      await keep(minted.token)
      await insert(minted)
      return true
    },
  }
}

/** The administrator who makes it, by themselves or by a key of theirs; of what a first key makes, nobody. */
async function whoAnswers(trx: Transaction, { kind, id }: Actor): Promise<string | null> {
  if (kind !== 'key') return kind === 'administrator' ? id : null
  const row = await trx
    .selectFrom('admin_token')
    .select('administrator_id')
    .where('lookup_id', '=', id)
    .executeTakeFirst()
  return row?.administrator_id ?? null
}

const IS_HELD = sql<boolean>`admin_token.administrator_id is not null and not exists (
  select 1 from administrator maker
   where maker.administrator_id = admin_token.administrator_id
     and maker.disabled_at is null
     and not exists (select 1 from administrator_link link
                      where link.administrator_id = maker.administrator_id
                        and (link.left_at is not null or link.held_at is not null)))`.as('is_held')

function present(row: Selectable<Database['admin_token']>, isHeld = false): Key {
  return {
    keyId: row.lookup_id,
    role: row.role,
    tenantId: row.tenant_id,
    name: row.name,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    isHeld,
    lastUsedAt: row.last_used_at,
  }
}
