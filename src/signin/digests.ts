/** What the Authority issues is kept and found by its digest, which leads the SCIM edge to the tenant of a token. */
import { hash } from 'node:crypto'
import { sql } from 'kysely'
import type { Transaction } from '../db/index.ts'
import type { ConnectionId, TenantId } from '../lib/index.ts'

/** A row that was taken away, by its digest. */
export interface Gone extends Record<string, unknown> {
  readonly credential: string
}

export function hashOf(id: string): string {
  return hash('sha256', id)
}

/** The session at the identity provider that somebody signed in with, as its tokens name it. */
export function upstreamSidOf(connectionId: ConnectionId, sid: string): string {
  return hashOf(`${connectionId} ${sid}`)
}

export async function leadToTenant(
  trx: Transaction,
  tenantId: TenantId,
  digest: string,
): Promise<void> {
  await trx
    .insertInto('credential_tenant')
    .values({ credential: digest, tenant_id: tenantId })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Whatever leads to a token goes with it. */
export async function leadNowhere(trx: Transaction, gone: readonly Gone[]): Promise<void> {
  if (gone.length === 0) return
  const credentials = gone.map(({ credential }) => credential)
  await trx
    .deleteFrom('credential_tenant')
    .where('credential', '=', sql<string>`any (${credentials}::text[])`)
    .execute()
}
