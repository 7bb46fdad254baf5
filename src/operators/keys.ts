/**
 * Keys for the admin API: each with a role and, where that is of a tenant, with the tenant. Another
 * prefix than a SCIM token's and never interchangeable with one (SEC T-1, C-4).
 */
import { type MintedToken, mintToken, parseToken, type Role, sameHash } from '../lib/index.ts'
import type { TenantId } from '../lib/index.ts'
import type { Given } from './types.ts'

/** Who a good key speaks for. */
export interface KeyHolder {
  readonly keyId: string
  readonly role: Role
  readonly tenantId: TenantId | null
}

export function createKeys({ db, clock, random }: Given) {
  async function insert({ lookupId, secretHash }: MintedToken, name: string): Promise<void> {
    await db.platform((trx) =>
      trx
        .insertInto('admin_token')
        .values({ lookup_id: lookupId, secret_hash: secretHash, name, created_at: clock() })
        .execute(),
    )
  }

  return {
    /** Mints one more of an operator and returns it, once. `name` says who or what it is for. */
    async createKey(name: string): Promise<{ token: string; lookupId: string }> {
      const minted = mintToken(random, 'rca')
      await insert(minted, name)
      return { token: minted.token, lookupId: minted.lookupId }
    },

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
      await insert(minted, 'first start')
      return true
    },

    /** Undefined for any key that is not good now (SEC T-3). */
    async authenticateKey(bearer: string): Promise<KeyHolder | undefined> {
      const parsed = parseToken('rca', bearer)
      if (parsed === undefined) return undefined
      const row = await db.platform((trx) =>
        trx
          .selectFrom('admin_token')
          .selectAll()
          .where('lookup_id', '=', parsed.lookupId)
          .executeTakeFirst(),
      )
      const right = sameHash(parsed.secretHash, row?.secret_hash)
      if (row === undefined || !right || row.revoked_at !== null) return undefined
      if (row.expires_at !== null && row.expires_at <= clock()) return undefined
      return { keyId: row.lookup_id, role: row.role, tenantId: row.tenant_id }
    },
  }
}
