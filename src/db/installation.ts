/**
 * Which master key a database belongs to. A node with another one could open nothing that is sealed there, and
 * would change the password of the app's role under the nodes that have the right one.
 */
import type { Pool } from 'pg'

/**
 * Changes nothing.
 * @param digest  of the master key, from which it cannot be found
 * @throws Error when the database belongs to another key; a database that is new belongs to none
 */
export async function refuseOtherKey(owner: Pool, digest: string): Promise<void> {
  const { rows: tables } = await owner.query<{ isThere: boolean }>(
    `select to_regclass('installation') is not null as "isThere"`,
  )
  if (tables[0]?.isThere !== true) return
  const { rows } = await owner.query<{ key_digest: string }>('select key_digest from installation')
  if (rows[0] === undefined || rows[0].key_digest === digest) return
  throw new Error(
    'This database was set up with another master key, and what is sealed in it cannot be opened with this ' +
      'one. Put the right file in the place that ROLLCALL_MASTER_KEY_FILE names (without it: master-key in ' +
      'the data directory). A further node needs the same file as the first.',
  )
}

/** The first key that comes is the one. @throws Error when another node was first, with another key */
export async function belongTo(owner: Pool, digest: string): Promise<void> {
  await owner.query('insert into installation (key_digest) values ($1) on conflict do nothing', [
    digest,
  ])
  await refuseOtherKey(owner, digest)
}
