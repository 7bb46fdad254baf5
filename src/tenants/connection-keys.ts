/**
 * Connection keys: the key by which we show an identity provider who we are, where it takes a signed
 * JWT in place of a secret (RFC 7523). Of its own for each connection, sealed for its own row; the
 * public half is what the customer points its identity provider to.
 *
 * It is replaced as an Authority's is: published a day before it signs, and a day after (SEC O-8).
 */
import type { JWK } from 'jose'
import type { Transaction } from '../db/index.ts'
import {
  type Actor,
  type ConnectionId,
  hasNext,
  makeKeyPair,
  publishedKeys,
  Refusal,
  seal,
  type SigningKey,
  stagesOf,
  type TenantId,
  unseal,
} from '../lib/index.ts'
import { changeConnection, lockConnection } from './connection-rows.ts'
import type { Given } from './types.ts'

const DAY_MS = 24 * 60 * 60 * 1000

export function createConnectionKeys(given: Given) {
  const { db, audit, clock, masterKey } = given
  const read = (tenantId: TenantId, connectionId: ConnectionId) =>
    db.inTenant(tenantId, (trx) => rowsOf(trx, tenantId, connectionId))

  return {
    /** What the identity provider verifies our JWTs with; empty where none was asked for. */
    async connectionJwks(tenantId: TenantId, connectionId: ConnectionId): Promise<JWK[]> {
      const rows = stagesOf(await read(tenantId, connectionId), clock())
      return rows.filter(({ stage }) => stage !== 'ended').map((row) => row.public_jwk)
    },

    /** The private key to sign with, with its `kid` and `alg`. */
    async readConnectionKey(
      tenantId: TenantId,
      connectionId: ConnectionId,
    ): Promise<JWK | undefined> {
      const rows = stagesOf(await read(tenantId, connectionId), clock())
      const row = rows.find(({ stage }) => stage === 'signing')
      if (row === undefined) return undefined
      const place = connectionKeyPlace(tenantId, row.key_id)
      return JSON.parse(unseal(masterKey, place, row.private_key_sealed)) as JWK
    },

    /** Those that are published, in the order in which they sign. */
    listConnectionKeys: async (
      tenantId: TenantId,
      connectionId: ConnectionId,
    ): Promise<SigningKey[]> => publishedKeys(await read(tenantId, connectionId), clock()),

    /**
     * Makes the key that signs from tomorrow on. `atOnce`, for one that somebody else may have: it signs
     * now, and the others are withdrawn.
     * @throws Refusal `conflict` when one waits already, or the connection has none; `not_found`
     */
    async rotateConnectionKey(
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
      { atOnce }: { readonly atOnce: boolean },
    ): Promise<void> {
      const made = await makeKey(given)
      await db.inTenant(tenantId, async (trx) => {
        await lockConnection(trx, tenantId, connectionId)
        const rows = await rowsOf(trx, tenantId, connectionId)
        const now = clock()
        refuseRotation(connectionId, rows, atOnce, now)
        const gone = stagesOf(rows, now).filter(({ stage }) => atOnce || stage === 'ended')
        for (const { key_id: keyId } of gone)
          await trx
            .deleteFrom('connection_key')
            .where('tenant_id', '=', tenantId)
            .where('connection_id', '=', connectionId)
            .where('key_id', '=', keyId)
            .execute()
        const signsFrom = new Date(now.getTime() + (atOnce ? 0 : DAY_MS))
        await insertKey(given, trx, { tenantId, connectionId }, made, signsFrom)
        // What was kept of the connection to sign in with, on any node, is read anew.
        if (atOnce) await changeConnection(trx, tenantId, connectionId, { changed_at: now })
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.connection-key.made',
          object: connectionId,
          details: { keyId: made.keyId, signsFrom: signsFrom.toISOString(), atOnce },
        })
      })
    },
  }
}

/** Made at first need, in the caller's transaction, which holds the connection's row. */
export async function ensureConnectionKey(
  given: Given,
  trx: Transaction,
  tenantId: TenantId,
  connectionId: ConnectionId,
): Promise<void> {
  if ((await rowsOf(trx, tenantId, connectionId)).length > 0) return
  const made = await makeKey(given)
  await insertKey(given, trx, { tenantId, connectionId }, made, given.clock())
}

type MadeKey = Awaited<ReturnType<typeof makeKey>>

async function makeKey({ newId }: Pick<Given, 'newId'>) {
  const keyId = newId('key')
  return { keyId, ...(await makeKeyPair(keyId)) }
}

async function insertKey(
  { clock, random, masterKey }: Given,
  trx: Transaction,
  { tenantId, connectionId }: { readonly tenantId: TenantId; readonly connectionId: ConnectionId },
  { keyId, privateJwk, publicJwk }: MadeKey,
  signsFrom: Date,
): Promise<void> {
  const text = JSON.stringify(privateJwk)
  await trx
    .insertInto('connection_key')
    .values({
      tenant_id: tenantId,
      connection_id: connectionId,
      key_id: keyId,
      private_key_sealed: seal(masterKey, random, connectionKeyPlace(tenantId, keyId), text),
      public_jwk: JSON.stringify(publicJwk),
      created_at: clock(),
      signs_from: signsFrom,
    })
    .execute()
}

function refuseRotation(
  connectionId: ConnectionId,
  rows: Awaited<ReturnType<typeof rowsOf>>,
  atOnce: boolean,
  now: Date,
): void {
  if (rows.length === 0)
    throw new Refusal(
      'conflict',
      `${connectionId} has no key: it shows who it is by a secret. Choose a key in its place first.`,
      { command: 'connection set-oidc --private-key' },
    )
  if (!atOnce && hasNext(rows, now))
    throw new Refusal(
      'conflict',
      'The key that signs next is published already, and signs within a day. ' +
        'If the one that signs now is not to be trusted, rotate at once.',
    )
}

function rowsOf(trx: Transaction, tenantId: TenantId, connectionId: ConnectionId) {
  return trx
    .selectFrom('connection_key')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('connection_id', '=', connectionId)
    .orderBy('signs_from')
    .orderBy('key_id')
    .limit(10)
    .execute()
}

/** What a key is sealed for; a value copied to another row does not open. */
export function connectionKeyPlace(tenantId: TenantId, keyId: string): string {
  return `connection_key/${tenantId}/${keyId}`
}
