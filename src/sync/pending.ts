/**
 * Pending: what accepted writes have left for the loader to look at.
 *
 * A row names a resource, or a group and one of its members, and is written in the transaction of
 * the write it stands for. It carries no content: the loader reads the present state of what it
 * names, so order does not matter, taking a row twice does no harm, and ten writes to one person
 * are loaded once.
 *
 * The road not taken is an ordered log. A sequence gives out numbers before commit, so a slow
 * writer's 41 can appear after a reader passed 42; a counter row keeps order but makes writers
 * queue for each commit. Order is needed only where sites read, and there the loader, alone in
 * writing, numbers the events.
 */
import { sql } from 'kysely'
import type { Transaction } from '../db/index.ts'
import type { ConnectionId, TenantId } from '../lib/index.ts'

export interface Pending {
  readonly pendingId: string
  readonly connectionId: ConnectionId
  readonly resourceId: string
  /** Set: this membership is meant; null: the resource. */
  readonly memberId: string | null
  readonly requestId: string
  readonly writtenAt: Date
  readonly tries: number
}

const COLUMNS = [
  'pending_id as pendingId',
  'connection_id as connectionId',
  'resource_id as resourceId',
  'member_id as memberId',
  'request_id as requestId',
  'written_at as writtenAt',
  'tries',
] as const

/**
 * Takes away up to `limit` pending rows of a tenant that are due and returns what they name. Call
 * it inside the transaction that loads them: if that fails, they are back. The tenant's lease is
 * held, so nobody else takes from it at the same time.
 */
export async function takePending(
  trx: Transaction,
  tenantId: TenantId,
  { due, limit }: { due: Date; limit: number },
): Promise<Pending[]> {
  return trx
    .deleteFrom('pending')
    .where('tenant_id', '=', tenantId)
    .where('pending_id', 'in', (inner) =>
      inner
        .selectFrom('pending')
        .select('pending_id')
        .where('tenant_id', '=', tenantId)
        .where('not_before', '<=', due)
        // Ties are broken, so that the first row is the same one at each try.
        .orderBy('not_before')
        .orderBy('pending_id')
        .limit(limit),
    )
    .returning(COLUMNS)
    .execute()
}

/** As `takePending`, for the resource that one person is. */
export async function takePendingOf(
  trx: Transaction,
  tenantId: TenantId,
  resourceId: string,
): Promise<Pending[]> {
  return trx
    .deleteFrom('pending')
    .where('tenant_id', '=', tenantId)
    .where('resource_id', '=', resourceId)
    .where('member_id', 'is', null)
    .returning(COLUMNS)
    .execute()
}

/** Puts rows back that could not be loaded, one try older, not to be taken before `notBefore`. */
export async function putBack(
  trx: Transaction,
  tenantId: TenantId,
  rows: readonly (Pending & { readonly notBefore: Date })[],
): Promise<void> {
  if (rows.length === 0) return
  await trx
    .insertInto('pending')
    .values(
      rows.map((row) => ({
        tenant_id: tenantId,
        pending_id: row.pendingId,
        connection_id: row.connectionId,
        resource_id: row.resourceId,
        member_id: row.memberId,
        request_id: row.requestId,
        written_at: row.writtenAt,
        tries: row.tries + 1,
        not_before: row.notBefore,
      })),
    )
    .execute()
}

/** Makes what is named pending again: for a retry from quarantine, or a member that came later. */
export async function addPending(
  trx: Transaction,
  tenantId: TenantId,
  rows: readonly {
    readonly connectionId: ConnectionId
    readonly resourceId: string
    readonly memberId: string | null
    readonly requestId: string
  }[],
  now: Date,
): Promise<void> {
  if (rows.length === 0) return
  await trx
    .insertInto('pending')
    .values(
      rows.map((row) => ({
        tenant_id: tenantId,
        pending_id: sql<string>`gen_random_uuid()`,
        connection_id: row.connectionId,
        resource_id: row.resourceId,
        member_id: row.memberId,
        request_id: row.requestId,
        written_at: now,
        not_before: now,
      })),
    )
    .execute()
}

/**
 * How many rows wait, since when the oldest does, and when the next is due: of a tenant, or of one
 * resource and its memberships.
 */
export async function countPending(
  trx: Transaction,
  tenantId: TenantId,
  resourceId?: string,
): Promise<{ waiting: number; oldestAt: Date | null; nextDueAt: Date | null }> {
  let query = trx.selectFrom('pending').where('tenant_id', '=', tenantId)
  if (resourceId !== undefined) query = query.where('resource_id', '=', resourceId)
  return query
    .select((e) => [
      e.fn.countAll<number>().as('waiting'),
      e.fn.min('written_at').as('oldestAt'),
      e.fn.min('not_before').as('nextDueAt'),
    ])
    .executeTakeFirstOrThrow()
}

/** The tenants for whom something is due: a probe of one index for each tenant. Operator-wide. */
export async function tenantsWithPendingDue(trx: Transaction, due: Date): Promise<TenantId[]> {
  const rows = await trx
    .selectFrom('tenant')
    .select('tenant_id')
    .where((e) =>
      e.exists(
        e
          .selectFrom('pending')
          .select('pending_id')
          .whereRef('pending.tenant_id', '=', 'tenant.tenant_id')
          .where('not_before', '<=', due),
      ),
    )
    .execute()
  return rows.map((row) => row.tenant_id)
}
