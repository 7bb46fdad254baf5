/** Administrators: persons who sign in, on the platform or for one tenant. */
import type { Selectable } from 'kysely'
import type { Database, Transaction } from '../db/index.ts'
import type { Id } from '../lib/index.ts'
import type { Administrator } from './types.ts'

export async function findAdministrator(
  trx: Transaction,
  administratorId: Id<'adm'>,
): Promise<Administrator | undefined> {
  const row = await trx
    .selectFrom('administrator')
    .selectAll()
    .where('administrator_id', '=', administratorId)
    .executeTakeFirst()
  return row && presentAdministrator(row)
}

export function presentAdministrator(row: Selectable<Database['administrator']>): Administrator {
  return {
    administratorId: row.administrator_id,
    name: row.name,
    email: row.email,
    role: row.role,
    tenantId: row.tenant_id,
    createdAt: row.created_at,
    disabledAt: row.disabled_at,
    lastSignedInAt: row.last_signed_in_at,
  }
}
