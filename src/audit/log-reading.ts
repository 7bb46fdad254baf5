/**
 * Finds entries of the provisioning log. Ids of requests sort by the time of their arrival, so a page
 * and a span of time are ranges of the primary key.
 */
import { type SelectQueryBuilder, sql } from 'kysely'
import type { Database, Db } from '../db/index.ts'
import { type ConnectionId, firstIdAt, type TenantId } from '../lib/index.ts'
import { entryOf, type ProvisioningEntry } from './log-entry.ts'

export interface LogQuery {
  readonly limit: number
  /** The key of the last entry of the page before, as `keyOfEntry` writes it. */
  readonly after?: string | undefined
  readonly connectionId?: ConnectionId | undefined
  readonly resourceId?: string | undefined
  readonly requestId?: string | undefined
  readonly operation?: string | undefined
  readonly outcome?: ProvisioningEntry['outcome'] | undefined
  readonly status?: number | undefined
  /** Part of the detail, in any letter case. */
  readonly text?: string | undefined
  readonly since?: Date | undefined
  /** Not included. */
  readonly until?: Date | undefined
}

/** The latest first; of a bulk request its operations, the last first, and then itself. */
export async function listEntries(
  db: Db,
  tenantId: TenantId,
  query: LogQuery,
): Promise<ProvisioningEntry[]> {
  const rows = await db.inTenant(tenantId, (trx) =>
    filtered(trx.selectFrom('provisioning_log').where('tenant_id', '=', tenantId), query)
      .selectAll()
      .orderBy('request_id', 'desc')
      .orderBy('bulk_operation', 'desc')
      .limit(query.limit)
      .execute(),
  )
  return rows.map(entryOf)
}

/** The first that are kept of one connection, in order. */
export async function firstEntries(
  db: Db,
  tenantId: TenantId,
  connectionId: ConnectionId,
  limit: number,
): Promise<ProvisioningEntry[]> {
  const rows = await db.inTenant(tenantId, (trx) =>
    trx
      .selectFrom('provisioning_log')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('connection_id', '=', connectionId)
      .orderBy('request_id')
      .orderBy('bulk_operation')
      .limit(limit)
      .execute(),
  )
  return rows.map(entryOf)
}

/** By the id that whoever reports it has, whichever tenant it is of. */
export async function findEntry(db: Db, requestId: string): Promise<ProvisioningEntry | undefined> {
  const row = await db.operatorWide((trx) =>
    trx
      .selectFrom('provisioning_log')
      .selectAll()
      .where('request_id', '=', requestId)
      .where('bulk_operation', '=', 0)
      .executeTakeFirst(),
  )
  return row && entryOf(row)
}

/** The request, and with a dot behind it the operation, if the entry tells of one: `req_….7`. */
export function keyOfEntry({
  requestId,
  bulkOperation,
}: Pick<ProvisioningEntry, 'requestId' | 'bulkOperation'>): string {
  return bulkOperation === null ? requestId : `${requestId}.${bulkOperation}`
}

type Rows = SelectQueryBuilder<Database, 'provisioning_log', object>

function filtered(rows: Rows, query: LogQuery): Rows {
  let found = rows
  if (query.after !== undefined) {
    const [, requestId = query.after, operation = '0'] = /^(.*)\.(\d{1,9})$/.exec(query.after) ?? []
    found = found.where(sql<boolean>`(request_id, bulk_operation) < (${requestId}, ${+operation})`)
  }
  if (query.since !== undefined)
    found = found.where('request_id', '>=', firstIdAt('req', query.since))
  if (query.until !== undefined)
    found = found.where('request_id', '<', firstIdAt('req', query.until))
  if (query.requestId !== undefined) found = found.where('request_id', '=', query.requestId)
  if (query.connectionId !== undefined)
    found = found.where('connection_id', '=', query.connectionId)
  if (query.resourceId !== undefined) found = found.where('resource_id', '=', query.resourceId)
  if (query.operation !== undefined) found = found.where('operation', '=', query.operation)
  if (query.outcome !== undefined) found = found.where('outcome', '=', query.outcome)
  if (query.status !== undefined) found = found.where('status', '=', query.status)
  // Only what went wrong has words, and there is an index of it.
  if (query.text !== undefined)
    found = found
      .where(sql<boolean>`outcome <> 'ok'`)
      .where(sql<boolean>`detail ilike ${`%${escaped(query.text)}%`} escape '!'`)
  return found
}

/** What LIKE would take for more than itself (SEC P-6). */
function escaped(text: string): string {
  return text.replaceAll(/[!%_]/g, '!$&')
}
