/**
 * Which master keys a database needs. A node without one of them could not open what is sealed there, and would change
 * the password of the app's role under the nodes that have the right ones.
 *
 * The password is derived from the first key and kept sealed, so that it stays when another key takes over (SEC K-2).
 */
import type { Pool } from 'pg'
import { deriveSecret, idsOf, type KeyRing, type Random, seal, unseal } from '../lib/index.ts'
import { sealedColumn } from './sealed-columns.ts'

/** What it keeps sealed, for whoever wraps it anew. */
export const SEALED_BY_INSTALLATION = [
  sealedColumn({
    table: 'installation',
    column: 'app_password_sealed',
    key: [],
    placeOf: () => PLACE,
  }),
]

const PLACE = 'installation.app_password'

interface Kept {
  readonly key_digest: string
  /** Undefined before migration 0064. */
  readonly app_password_sealed?: string | null
}

/** A key that has sealed here. */
export interface KeyOfDatabase {
  readonly id: string
  readonly sealsFrom: Date
  readonly retiredAt: Date | null
  /** As last counted. */
  readonly valuesWrapped: number | null
}

/**
 * Changes nothing in the database; from then on the ring seals with the key that seals there.
 * @returns the password of the app's role
 * @throws Error naming the keys that the database needs and the ring has not; a new database needs none
 */
export async function admit(owner: Pool, ring: KeyRing): Promise<string> {
  const kept = await readKept(owner)
  if (kept !== undefined) fit(kept.key_digest, await readKeys(owner), ring)
  const sealed = kept?.app_password_sealed ?? null
  return sealed === null
    ? deriveSecret(ring.sealing, 'database role rollcall_app')
    : unseal(ring, PLACE, sealed)
}

/**
 * The first key that comes is the one; and its password is kept.
 * @throws Error when another node was first, with another key
 */
export async function belongTo(owner: Pool, ring: KeyRing, random: Random): Promise<void> {
  await owner.query('insert into installation (key_digest) values ($1) on conflict do nothing', [
    digestOf(ring.sealing),
  ])
  const password = await admit(owner, ring)
  await owner.query(
    `insert into master_key (key_id, seals_from)
     select $1, now() where not exists (select from master_key) on conflict do nothing`,
    [ring.sealing.id],
  )
  await owner.query(
    'update installation set app_password_sealed = $1 where app_password_sealed is null',
    [seal(ring, random, PLACE, password)],
  )
}

/** Those that have sealed here, in the order in which they took over; none before migration 0064. */
export async function readKeys(owner: Pool): Promise<readonly KeyOfDatabase[]> {
  if (!(await isThere(owner, 'master_key'))) return []
  const { rows } = await owner.query<KeyOfDatabase>(
    `select key_id as id, seals_from as "sealsFrom", retired_at as "retiredAt", values_wrapped as "valuesWrapped"
       from master_key order by seals_from, key_id`,
  )
  return rows
}

async function readKept(owner: Pool): Promise<Kept | undefined> {
  if (!(await isThere(owner, 'installation'))) return undefined
  const { rows } = await owner.query<{ kept: Kept }>(
    'select to_jsonb(installation) as kept from installation',
  )
  return rows[0]?.kept
}

async function isThere(owner: Pool, table: string): Promise<boolean> {
  const { rows } = await owner.query<{ isThere: boolean }>(
    'select to_regclass($1) is not null as "isThere"',
    [table],
  )
  return rows[0]?.isThere === true
}

function fit(keyDigest: string, known: readonly KeyOfDatabase[], ring: KeyRing): void {
  const needed = known.filter(({ retiredAt }) => retiredAt === null).map(({ id }) => id)
  const first = ring.keys.find((key) => digestOf(key) === keyDigest)
  const sealing = known.length === 0 ? first?.id : needed.at(-1)
  const lacking = needed.filter((id) => !ring.keys.some((key) => key.id === id))
  if (lacking.length > 0) throw new Error(`${needs(lacking)}; it has ${idsOf(ring.keys)}. ${WHERE}`)
  if (sealing === undefined)
    throw new Error(
      'This database was set up with another master key, and what is sealed in it cannot be opened with ' +
        `${idsOf(ring.keys)}. ${WHERE}`,
    )
  ring.sealWith(sealing)
}

function needs(ids: readonly string[]): string {
  const which = ids.length === 1 ? `the master key ${ids[0]}` : `the master keys ${ids.join(', ')}`
  return `What is sealed in this database needs ${which}, which the key file does not have`
}

const WHERE =
  'Put the right file in the place that ROLLCALL_MASTER_KEY_FILE names (without it: master-key in ' +
  'the data directory). A further node needs the same file as the first.'

function digestOf(key: KeyRing['sealing']): string {
  return deriveSecret(key, 'digest of the master key')
}
