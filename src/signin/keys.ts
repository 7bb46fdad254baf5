/**
 * The keys that a tenant's Authority signs with: made at first need, sealed at rest (SEC K-1, O-8),
 * the same on every node.
 */
import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import { exportJWK, type JWK } from 'jose'
import { seal, type TenantId, unseal } from '../lib/index.ts'
import type { Given } from './given.ts'

const MODULUS_BITS = 2048

export function createKeys({ db, clock, random, newId, masterKey }: Given) {
  /** The private keys in use, the one to sign with first. */
  async function readKeys(tenantId: TenantId): Promise<JWK[]> {
    const rows = await db.inTenant(tenantId, (trx) =>
      trx
        .selectFrom('signing_key')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('retired_at', 'is', null)
        .orderBy('key_id', 'desc')
        .execute(),
    )
    return rows.map((row) => ({
      ...(JSON.parse(
        unseal(masterKey, placeOf(tenantId, row.key_id), row.private_key_sealed),
      ) as JWK),
      kid: row.key_id,
    }))
  }

  /** RS256: what every site's library can verify (OpenID Connect Core section 15.1). */
  async function makeFirst(tenantId: TenantId): Promise<void> {
    const pair = await promisify(generateKeyPair)('rsa', { modulusLength: MODULUS_BITS })
    const keyId = newId('key')
    const [privateJwk, publicJwk] = await Promise.all([
      exportJWK(pair.privateKey),
      exportJWK(pair.publicKey),
    ])
    const marks = { use: 'sig', alg: 'RS256' }
    await db.inTenant(tenantId, async (trx) => {
      // Two nodes that start together make one key: the second finds the first's.
      await sql`select pg_advisory_xact_lock(hashtext(${`signing_key/${tenantId}`}))`.execute(trx)
      const found = await trx
        .selectFrom('signing_key')
        .select('key_id')
        .where('tenant_id', '=', tenantId)
        .where('retired_at', 'is', null)
        .executeTakeFirst()
      if (found !== undefined) return
      const text = JSON.stringify({ ...privateJwk, ...marks })
      await trx
        .insertInto('signing_key')
        .values({
          tenant_id: tenantId,
          key_id: keyId,
          private_key_sealed: seal(masterKey, random, placeOf(tenantId, keyId), text),
          public_jwk: JSON.stringify({ ...publicJwk, ...marks, kid: keyId }),
          created_at: clock(),
        })
        .execute()
    })
  }

  return {
    /** Private JWKs, the one to sign with first; at least one. */
    async signingKeys(tenantId: TenantId): Promise<JWK[]> {
      const keys = await readKeys(tenantId)
      if (keys.length > 0) return keys
      await makeFirst(tenantId)
      return readKeys(tenantId)
    },
  }
}

export type Keys = ReturnType<typeof createKeys>

function placeOf(tenantId: TenantId, keyId: string): string {
  return `signing_key/${tenantId}/${keyId}`
}
