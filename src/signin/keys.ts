/**
 * The keys that a tenant's Authority signs with, sealed at rest (SEC K-1), the same on every node.
 *
 * A key is published a day before it signs, so that every site has it by then; it signs until the next
 * one does, and is published for a day more: a site shows an ID token for as long as a session lasts,
 * to end it (SEC O-8). A rotation is therefore one new row, and all else follows from its instants.
 */
import { sql } from 'kysely'
import type { JWK } from 'jose'
import type { Transaction } from '../db/index.ts'
import {
  type Actor,
  hasNext,
  type KeyStage,
  makeKeyPair,
  publishedKeys,
  Refusal,
  seal,
  type SigningKey,
  stagesOf,
  type TenantId,
  unseal,
} from '../lib/index.ts'
import type { Given } from './given.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const SYSTEM = { kind: 'system', id: 'sweeper', requestId: 'none' } as const

export type Keys = ReturnType<typeof createKeys>

export function createKeys(given: Given) {
  const { db, audit, clock, masterKey } = given

  async function readKeys(tenantId: TenantId): Promise<JWK[]> {
    const rows = await db.inTenant(tenantId, (trx) => rowsOf(trx, tenantId))
    const staged = stagesOf(rows, clock())
    return ORDER.flatMap((stage) => staged.filter((row) => row.stage === stage)).map((row) => {
      const text = unseal(masterKey, signingKeyPlace(tenantId, row.key_id), row.private_key_sealed)
      return { ...(JSON.parse(text) as JWK), kid: row.key_id }
    })
  }

  /** A new key, unless `because` finds among those that are there a reason against it. */
  async function add(
    tenantId: TenantId,
    actor: Actor,
    signsAfterMs: number,
    because: (trx: Transaction) => Promise<boolean>,
  ): Promise<boolean> {
    const keyId = given.newId('key')
    const { privateJwk, publicJwk } = await makeKeyPair(keyId)
    const text = JSON.stringify(privateJwk)
    return db.inTenant(tenantId, async (trx) => {
      // Two nodes that make one at the same time make one: the second finds the first's.
      await sql`select pg_advisory_xact_lock(hashtext(${`signing_key/${tenantId}`}))`.execute(trx)
      if (!(await because(trx))) return false
      const now = clock()
      const signsFrom = new Date(now.getTime() + signsAfterMs)
      await trx
        .insertInto('signing_key')
        .values({
          tenant_id: tenantId,
          key_id: keyId,
          private_key_sealed: seal(masterKey, given.random, signingKeyPlace(tenantId, keyId), text),
          public_jwk: JSON.stringify(publicJwk),
          created_at: now,
          signs_from: signsFrom,
        })
        .execute()
      await audit.record(trx, tenantId, actor, {
        act: 'signin.signing-key.made',
        object: keyId,
        details: { signsFrom: signsFrom.toISOString() },
      })
      return true
    })
  }

  return {
    /** Private JWKs, the one to sign with first; at least one. */
    async signingKeys(tenantId: TenantId): Promise<JWK[]> {
      const keys = await readKeys(tenantId)
      if (keys.length > 0) return keys
      await add(tenantId, SYSTEM, 0, async (trx) => (await rowsOf(trx, tenantId)).length === 0)
      return readKeys(tenantId)
    },

    /** Those that are published, in the order in which they sign. */
    async listKeys(tenantId: TenantId): Promise<SigningKey[]> {
      const rows = await db.inTenant(tenantId, (trx) => rowsOf(trx, tenantId))
      return publishedKeys(rows, clock())
    },

    /**
     * Makes the key that signs next. `atOnce`, for a key that somebody else may have: it signs now, and
     * the others are withdrawn, so that what they signed is good for nothing any more.
     * @throws Refusal `conflict` when one waits already
     */
    async rotateKeys(
      actor: Actor,
      tenantId: TenantId,
      { atOnce }: { readonly atOnce: boolean },
    ): Promise<void> {
      const made = await add(tenantId, actor, atOnce ? 0 : DAY_MS, async (trx) => {
        if (atOnce) return withdrawAll(trx, tenantId, clock())
        return !hasNext(await rowsOf(trx, tenantId), clock())
      })
      if (!made)
        throw new Refusal(
          'conflict',
          'The key that signs next is published already, and signs within a day. ' +
            'If the one that signs now is not to be trusted, rotate at once.',
        )
    },

    /**
     * Makes the next key where the one that signs has done so since before an instant, and takes away
     * those that have ended. @returns how many rows it changed
     */
    async sweep(tenantId: TenantId, before: Date): Promise<number> {
      const rows = await db.inTenant(tenantId, (trx) => rowsOf(trx, tenantId))
      const staged = stagesOf(rows, clock())
      const signing = staged.find(({ stage }) => stage === 'signing')
      const isDue = (found: typeof rows) => !hasNext(found, clock())
      const isOld = signing !== undefined && signing.signs_from <= before && isDue(rows)
      if (isOld)
        await add(tenantId, SYSTEM, DAY_MS, async (trx) => isDue(await rowsOf(trx, tenantId)))
      const ended = staged.flatMap(({ stage, key_id: id }) => (stage === 'ended' ? [id] : []))
      if (ended.length > 0)
        await db.inTenant(tenantId, (trx) =>
          trx
            .deleteFrom('signing_key')
            .where('tenant_id', '=', tenantId)
            .where('key_id', 'in', ended)
            .execute(),
        )
      return ended.length + (isOld ? 1 : 0)
    },
  }
}

/** That which signs is to be found first. */
const ORDER = ['signing', 'next', 'published'] as const satisfies readonly KeyStage[]

function rowsOf(trx: Transaction, tenantId: TenantId) {
  return trx
    .selectFrom('signing_key')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('retired_at', 'is', null)
    .orderBy('signs_from')
    .orderBy('key_id')
    .execute()
}

async function withdrawAll(trx: Transaction, tenantId: TenantId, now: Date): Promise<true> {
  await trx
    .updateTable('signing_key')
    .set({ retired_at: now })
    .where('tenant_id', '=', tenantId)
    .where('retired_at', 'is', null)
    .execute()
  return true
}

/** What a key is sealed for; a value copied to another row does not open. */
export function signingKeyPlace(tenantId: TenantId, keyId: string): string {
  return `signing_key/${tenantId}/${keyId}`
}
