/**
 * Administrators who sign in as a person of a tenant leave with that person: whatever ends the access of the one ends the
 * sessions of the other, in the same transaction (SEC F-13). Whoever is out for good, and not only signed out, is
 * marked, and their keys are refused until they are back.
 */
import { sql } from 'kysely'
import type { Transaction } from '../db/index.ts'
import type { IdentityId } from '../lib/index.ts'

/** Why somebody's access ended who may not simply sign in again. */
const OUT = new Set(['deactivated', 'deleted', 'held'])

/** What these people opened by OpenID Connect, and no other session of the same administrator. */
export async function endLinkedSessions(
  trx: Transaction,
  people: readonly IdentityId[],
  cause: string,
  now: Date,
): Promise<void> {
  const links = trx
    .selectFrom('administrator_link')
    .select('administrator_id')
    .where('identity_id', '=', sql<IdentityId>`any (${people}::text[])`)
  // Of most people there is none, and on Citus FOR UPDATE keeps everybody else from the whole table.
  if ((await links.execute()).length === 0) return
  // Whoever signs in holds the link until their session is there to be found.
  const linked = await links.forUpdate().execute()
  await endOpenedByOidc(trx, linked)
  if (linked.length > 0 && OUT.has(cause))
    await trx
      .updateTable('administrator_link')
      .set({ left_at: now })
      .where('identity_id', '=', sql<IdentityId>`any (${people}::text[])`)
      .execute()
}

export async function endOpenedByOidc(
  trx: Transaction,
  linked: readonly { readonly administrator_id: string }[],
): Promise<void> {
  if (linked.length === 0) return
  const administrators = linked.map((row) => row.administrator_id)
  await trx
    .deleteFrom('admin_session')
    .where('method', '=', 'oidc')
    .where(sql<string>`administrator_id`, '=', sql<string>`any (${administrators}::text[])`)
    .execute()
}
