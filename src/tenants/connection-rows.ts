/** The row of a connection: found, locked, changed and shown. Of one that was removed there is none. */
import type { Selectable, Updateable } from 'kysely'
import type { Database, Transaction } from '../db/index.ts'
import { type ConnectionId, Refusal, type TenantId, refuseChanged } from '../lib/index.ts'
import type { Connection } from './types.ts'

export type ConnectionRow = Selectable<Database['connection']>

/**
 * Locks the row, so that acts on one connection happen one after the other.
 * @param replaces  when it was changed last, as whoever acts knows it; undefined: whatever it is
 * @throws Refusal `not_found`; `conflict` where it was changed since (SEC C-7)
 */
export async function lockConnection(
  trx: Transaction,
  tenantId: TenantId,
  connectionId: ConnectionId,
  replaces?: Date,
): Promise<ConnectionRow> {
  const row = await trx
    .selectFrom('connection')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('connection_id', '=', connectionId)
    .where('removed_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw noConnection(connectionId)
  if (replaces !== undefined && replaces.getTime() !== row.changed_at.getTime())
    refuseChanged('the connection', 'connection show')
  return row
}

/** Of a row that the caller has locked. */
export function changeConnection(
  trx: Transaction,
  tenantId: TenantId,
  connectionId: ConnectionId,
  values: Updateable<Database['connection']>,
): Promise<ConnectionRow> {
  return trx
    .updateTable('connection')
    .set(values)
    .where('tenant_id', '=', tenantId)
    .where('connection_id', '=', connectionId)
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function readConnectionRow(
  trx: Transaction,
  tenantId: TenantId,
  connectionId: ConnectionId,
) {
  const row = await trx
    .selectFrom('connection')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('connection_id', '=', connectionId)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined) throw noConnection(connectionId)
  return row
}

function noConnection(connectionId: string): Refusal {
  return new Refusal('not_found', `This tenant has no connection ${connectionId}.`, {
    command: 'connection list',
  })
}

export function presentConnection(row: ConnectionRow): Connection {
  return {
    tenantId: row.tenant_id,
    connectionId: row.connection_id,
    name: row.name,
    kind: row.kind,
    label: row.label,
    issuer: row.issuer,
    clientId: row.client_id,
    hasClientSecret: row.client_secret_sealed !== null,
    authentication: row.authentication,
    internalHosts: row.internal_hosts,
    disabledAt: row.disabled_at,
    createdAt: row.created_at,
    changedAt: row.changed_at,
  }
}
