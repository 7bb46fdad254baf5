/**
 * Connection keys: the key by which we show an identity provider who we are, where it takes a signed
 * JWT in place of a secret (RFC 7523). One of its own for each connection, sealed for its own row; the
 * public half is what the customer points its identity provider to.
 */
import type { JWK } from 'jose'
import type { Transaction } from '../db/index.ts'
import { type ConnectionId, makeKeyPair, seal, type TenantId, unseal } from '../lib/index.ts'
import type { Given } from './types.ts'

export function createConnectionKeys({ db, masterKey }: Given) {
  const read = (tenantId: TenantId, connectionId: ConnectionId) =>
    db.inTenant(tenantId, (trx) =>
      trx
        .selectFrom('connection_key')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('connection_id', '=', connectionId)
        .orderBy('key_id', 'desc')
        .limit(10)
        .execute(),
    )
  return {
    /** What the identity provider verifies our JWTs with; empty where none was asked for. */
    async connectionJwks(tenantId: TenantId, connectionId: ConnectionId): Promise<JWK[]> {
      return (await read(tenantId, connectionId)).map((row) => row.public_jwk)
    },

    /** The private key to sign with, with its `kid` and `alg`. */
    async readConnectionKey(
      tenantId: TenantId,
      connectionId: ConnectionId,
    ): Promise<JWK | undefined> {
      const [row] = await read(tenantId, connectionId)
      if (row === undefined) return undefined
      const place = placeOf(tenantId, row.key_id)
      return JSON.parse(unseal(masterKey, place, row.private_key_sealed)) as JWK
    },
  }
}

/** Made at first need, in the caller's transaction, which holds the connection's row. */
export async function ensureConnectionKey(
  { clock, random, newId, masterKey }: Given,
  trx: Transaction,
  tenantId: TenantId,
  connectionId: ConnectionId,
): Promise<void> {
  const there = await trx
    .selectFrom('connection_key')
    .select('key_id')
    .where('tenant_id', '=', tenantId)
    .where('connection_id', '=', connectionId)
    .executeTakeFirst()
  if (there !== undefined) return
  const keyId = newId('key')
  const { privateJwk, publicJwk } = await makeKeyPair(keyId)
  const text = JSON.stringify(privateJwk)
  await trx
    .insertInto('connection_key')
    .values({
      tenant_id: tenantId,
      connection_id: connectionId,
      key_id: keyId,
      private_key_sealed: seal(masterKey, random, placeOf(tenantId, keyId), text),
      public_jwk: JSON.stringify(publicJwk),
      created_at: clock(),
    })
    .execute()
}

function placeOf(tenantId: TenantId, keyId: string): string {
  return `connection_key/${tenantId}/${keyId}`
}
