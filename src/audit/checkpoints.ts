/**
 * Checkpoints: once a day each log that has grown says, signed, what its last entry is. From then on nobody who can write
 * to the database can make the chain up to there anew without its being found: the key is sealed under the
 * master key, which is not in the database (SEC G-2, K-1). A checkpoint that is kept elsewhere shows that entries were
 * cut off at the end, too.
 *
 * A checkpoint is an entry itself. It is a compact JWS (RFC 7515) of `iss`, `tenant` (null: the platform), `position`,
 * `hash` and `iat`.
 */
import { CompactSign, compactVerify, createLocalJWKSet, errors, importJWK, type JWK } from 'jose'
import { sql } from 'kysely'
import { type Db, sealedColumn, type Transaction } from '../db/index.ts'
import {
  type Clock,
  makeKeyPair,
  type MasterKey,
  type NewId,
  type Random,
  seal,
  type TenantId,
  unseal,
} from '../lib/index.ts'
import type { Audit } from './audit.ts'
import type { Link } from './chain.ts'
import { type EntryRow, inLog, lastLink, linkedRows, lockLog } from './entry-rows.ts'

/** The act of an entry that is one. */
export const CHECKPOINT = 'audit.checkpoint.signed'
const ALGORITHM = 'RS256'
const TYPE = 'rollcall-audit-checkpoint+jws'
const SYSTEM = { kind: 'system', id: 'audit', requestId: 'none' } as const

export const SEALED_BY_AUDIT = [
  sealedColumn({
    table: 'audit_key',
    column: 'private_key_sealed',
    key: ['key_id'],
    placeOf: ({ key_id }) => placeOf(key_id),
  }),
]

export interface Checkpoint {
  readonly position: number
  readonly signedAt: Date
  readonly jws: string
}

/** What a checkpoint says, once its signature is found good. */
export interface Said extends Pick<Checkpoint, 'position'> {
  readonly tenant: TenantId | null
  /** Of the entry there, in hexadecimal. */
  readonly hash: string
}

export interface CheckpointsGiven {
  readonly db: Db
  readonly audit: Audit
  readonly clock: Clock
  readonly newId: NewId
  readonly random: Random
  readonly masterKey: MasterKey
  readonly publicUrl: string
}

export function createCheckpoints(given: CheckpointsGiven) {
  const { db, audit, clock, masterKey, publicUrl } = given

  const keys = (): Promise<JWK[]> => db.platform((trx) => keysIn(trx, masterKey))

  async function signingKey(): Promise<JWK> {
    const found = (await keys()).at(-1)
    if (found !== undefined) return found
    await makeKey(given)
    return signingKey()
  }

  async function publicKeys(): Promise<JWK[]> {
    return (await keys()).map(
      ({ kty, n, e, kid, alg, use }) => ({ kty, n, e, kid, alg, use }) as JWK,
    )
  }

  return {
    /** The public part of each key that a checkpoint may be signed with (RFC 7517). */
    publicKeys,

    /** The latest of a log. */
    async latest(tenantId: TenantId | null): Promise<Checkpoint | undefined> {
      const row = await inLog(db, tenantId, (trx) => latestRow(trx, tenantId))
      return row === undefined ? undefined : checkpointOf(row)
    },

    /** Signs what the last entry of a log is. @returns false where the log has grown meanwhile */
    async sign(tenantId: TenantId | null, { position, hash }: Link): Promise<boolean> {
      const key = await signingKey()
      const said = { iss: publicUrl, tenant: tenantId, position, hash: hash.toString('hex') }
      const iat = Math.floor(clock().getTime() / 1000)
      const jws = await new CompactSign(Buffer.from(JSON.stringify({ ...said, iat })))
        .setProtectedHeader({ alg: ALGORITHM, kid: String(key.kid), typ: TYPE })
        .sign(await importJWK(key, ALGORITHM))
      return inLog(db, tenantId, async (trx) => {
        await lockLog(trx, tenantId)
        if ((await lastLink(trx, tenantId)).position !== position) return false
        await audit.record(trx, tenantId, SYSTEM, {
          act: CHECKPOINT,
          object: String(key.kid),
          details: { position, jws },
        })
        return true
      })
    },

    /** What a checkpoint says; undefined where none of our keys signed it. */
    async read(jws: string): Promise<Said | undefined> {
      const known = createLocalJWKSet({ keys: await publicKeys() })
      try {
        const { payload } = await compactVerify(jws, known, { algorithms: [ALGORITHM] })
        return JSON.parse(Buffer.from(payload).toString()) as Said
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined
        throw error
      }
    },
  }
}

/** Those whose private part opens: a row that somebody puts there without the master key is none. Oldest first. */
async function keysIn(trx: Transaction, masterKey: MasterKey): Promise<JWK[]> {
  const rows = await trx
    .selectFrom('audit_key')
    .selectAll()
    .orderBy('created_at')
    .orderBy('key_id')
    .execute()
  return rows.flatMap(({ key_id: kid, private_key_sealed: sealed }) => {
    try {
      return [{ ...(JSON.parse(unseal(masterKey, placeOf(kid), sealed)) as JWK), kid }]
    } catch {
      return []
    }
  })
}

/** Two nodes that make one at the same time make one: the second finds the first's. */
async function makeKey({ db, clock, newId, random, masterKey }: CheckpointsGiven): Promise<void> {
  const keyId = newId('key')
  const { privateJwk } = await makeKeyPair(keyId)
  await db.platform(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('audit_key', 0))`.execute(trx)
    if ((await keysIn(trx, masterKey)).length > 0) return
    await trx
      .insertInto('audit_key')
      .values({
        key_id: keyId,
        private_key_sealed: seal(masterKey, random, placeOf(keyId), JSON.stringify(privateJwk)),
        created_at: clock(),
      })
      .execute()
  })
}

function latestRow(trx: Transaction, tenantId: TenantId | null): Promise<EntryRow | undefined> {
  return linkedRows(trx, tenantId)
    .where('act', '=', CHECKPOINT)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
}

function placeOf(keyId: string): string {
  return `audit_key/${keyId}`
}

function checkpointOf({ details, happened_at: signedAt }: EntryRow): Checkpoint {
  const { position, jws } = details as Record<string, unknown>
  return { position: Number(position), jws: String(jws), signedAt }
}
