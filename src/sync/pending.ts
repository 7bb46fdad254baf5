/**
 * Pending: what accepted writes have left for the loader to look at.
 *
 * A row names a resource, or a group and those of its members that one change moved, and is written in
 * the transaction of the write it stands for (decision 0041). Whoever takes it is given memberships one by
 * one. It carries no content: the loader reads the present state of what it names, so order does not
 * matter, taking a row twice does no harm, and ten writes to one person are loaded once.
 *
 * The road not taken is an ordered log. A sequence gives out numbers before commit, so a slow
 * writer's 41 can appear after a reader passed 42; a counter row keeps order but makes writers
 * queue for each commit. Order is needed only where sites read, and there the loader, alone in
 * writing, numbers the events.
 */
import { sql } from 'kysely'
import { insertSelected, type Transaction } from '../db/index.ts'
import type { ConnectionId, TenantId } from '../lib/index.ts'
import type { Membership } from './present.ts'
import { asPending } from './sql.ts'

export interface Pending {
  readonly connectionId: ConnectionId
  readonly resourceId: string
  /** Set: this membership is meant; null: the resource. */
  readonly memberId: string | null
  readonly requestId: string
  readonly writtenAt: Date
  readonly tries: number
}

export interface Taken {
  /** Oldest write first. */
  readonly rows: readonly Pending[]
  /** Whether more is due than was taken. */
  readonly more: boolean
}

interface PendingRow extends Omit<Pending, 'memberId'> {
  /** Set: these memberships are meant; null: the resource. */
  readonly memberIds: string[] | null
  readonly notBefore: Date
}

/**
 * Takes away up to `limit` of the resources and memberships of a tenant that are pending and due, oldest
 * first, and returns them; fewer if the resources are larger together than `bytes`, so that no tenant's
 * batch fills the memory of a node. Call it inside the transaction that loads them: if that fails,
 * they are back. The tenant's lease is held, so nobody else takes from it at the same time.
 *
 * What is written meanwhile is either seen by the reads that follow, or commits a row of its own
 * that the next batch takes: never both missed.
 */
export async function takePending(
  trx: Transaction,
  tenantId: TenantId,
  { due, limit, bytes }: { due: Date; limit: number; bytes: number },
): Promise<Taken> {
  // Planned at each call: a plan kept from when little was pending reads all of a backlog. An array, since
  // of a join the planner may think that reading all that is pending, of every tenant, is quicker.
  // A row that was never tried is due whatever the clock of the node says that wrote it.
  const { rows: found } = await sql<PendingRow & { due: number }>`
    with due as (
      select pending_id, resource_id, cardinality(member_ids) as members, not_before from pending
       where tenant_id = ${tenantId} and (tries = 0 or not_before <= ${due})
       order by not_before limit ${limit}
    ), sized as materialized (
      select pending_id, not_before, coalesce(members, 1) as many,
             coalesce((select octet_length(r.body) from resource r
                        where r.tenant_id = ${tenantId} and r.resource_id = due.resource_id
                          and due.members is null), 0) as size
        from due
    ), fitting as (
      select pending_id, many, sum(size) over (order by not_before, pending_id) - size as before_it,
             sum(many) over (order by not_before, pending_id) as many_with_it
        from sized
    ), gone as (
      delete from pending
       where tenant_id = ${tenantId}
         and pending_id = any (array(
               select pending_id from fitting
                where before_it < ${bytes} and (many_with_it <= ${limit} or many_with_it = many)))
      returning pending.*
    )
    select connection_id as "connectionId", resource_id as "resourceId", member_ids as "memberIds",
           request_id as "requestId", written_at as "writtenAt", tries, not_before as "notBefore",
           (select count(*) from due) as due
      from gone order by written_at, pending_id`.execute(trx)
  const dueRows = found[0]?.due ?? 0
  // Only one that is taken alone may hold more.
  const rest = found.flatMap((row) => {
    const memberIds = row.memberIds?.slice(limit) ?? []
    return memberIds.length === 0 ? [] : [{ ...row, memberIds }]
  })
  await insert(trx, tenantId, rest)
  return {
    rows: found.flatMap(oneByOne).slice(0, limit),
    more: rest.length > 0 || dueRows === limit || dueRows > found.length,
  }
}

function oneByOne({ memberIds, connectionId, resourceId, ...row }: PendingRow): Pending[] {
  const { requestId, writtenAt, tries } = row
  return (memberIds ?? [null]).map((memberId) => ({
    ...{ connectionId, resourceId, memberId, requestId, writtenAt, tries },
  }))
}

/** As `takePending`, for the resource that one person is. */
export async function takePendingOf(
  trx: Transaction,
  tenantId: TenantId,
  resourceId: string,
): Promise<Pending[]> {
  return trx.prepared<Pending & Record<string, unknown>>(
    'pending-take-of',
    `delete from pending
      where tenant_id = $1 and resource_id = $2 and member_ids is null
     returning connection_id as "connectionId", resource_id as "resourceId", null as "memberId",
               request_id as "requestId", written_at as "writtenAt", tries`,
    [tenantId, resourceId],
  )
}

/** Puts back what could not be loaded, one try older, not to be taken before `notBefore`. */
export async function putBack(
  trx: Transaction,
  tenantId: TenantId,
  failed: readonly (Pending & { readonly notBefore: Date })[],
): Promise<void> {
  await insert(
    trx,
    tenantId,
    failed.map(({ memberId, ...row }) => ({
      ...row,
      memberIds: memberId === null ? null : [memberId],
      tries: row.tries + 1,
    })),
  )
}

async function insert(
  trx: Transaction,
  tenantId: TenantId,
  rows: readonly PendingRow[],
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
        member_ids: row.memberIds,
        request_id: row.requestId,
        written_at: row.writtenAt,
        tries: row.tries,
        not_before: row.notBefore,
      })),
    )
    .execute()
}

/** Makes what is named pending: for a retry from quarantine, or a person who is wanted now. */
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
  await trx.prepared('pending-add', ADD, [
    tenantId,
    now,
    rows.map(({ connectionId }) => connectionId),
    rows.map(({ resourceId }) => resourceId),
    rows.map(({ memberId }) => memberId),
    rows.map(({ requestId }) => requestId),
  ])
}

/** However many: each column is one value. */
const ADD = insertSelected(`
  insert into pending (tenant_id, pending_id, connection_id, resource_id, member_ids, request_id, written_at, not_before)
  select $1, gen_random_uuid(), connection_id, resource_id,
         case when member_id is not null then array[member_id] end, request_id, $2::timestamptz, $2::timestamptz
    from unnest($3::text[], $4::text[], $5::text[], $6::text[])
      as named (connection_id, resource_id, member_id, request_id)`)

/**
 * Makes the memberships of these groups pending whose rows were taken before the group could be
 * loaded. Not those that still have theirs, nor those that are `handled` already.
 */
export async function addPendingMembers(
  trx: Transaction,
  tenantId: TenantId,
  groups: readonly { readonly resourceId: string; readonly requestId: string }[],
  handled: readonly Membership[],
  now: Date,
): Promise<void> {
  if (groups.length === 0) return
  await trx.prepared('pending-add-members', ADD_MEMBERS, [
    tenantId,
    groups.map(({ resourceId }) => resourceId),
    groups.map(({ requestId }) => requestId),
    now,
    handled.map(({ groupId }) => groupId),
    handled.map(({ memberId }) => memberId),
  ])
}

/**
 * EXCEPT and not an anti-join: it stays linear whatever the statistics of `pending` say. Each group once: one
 * that was pushed in a hundred pieces is named a hundred times.
 */
const ADD_MEMBERS = insertSelected(`
  with missing as (
    select group_id, member_id from member
     where tenant_id = $1 and group_id = any ($2::text[])
    except
    select resource_id, unnest(member_ids) from pending
     where tenant_id = $1 and resource_id = any ($2::text[])
    except
    select * from unnest($5::text[], $6::text[])
  )
  insert into pending (tenant_id, pending_id, connection_id, resource_id, member_ids, request_id, written_at, not_before)
  select $1, gen_random_uuid(), r.connection_id, pieces.group_id, pieces.member_ids,
         named.request_id, $4::timestamptz, $4::timestamptz
    from (select group_id, min(request_id) as request_id
            from unnest($2::text[], $3::text[]) as written (group_id, request_id)
           group by group_id) named
    join resource r on r.tenant_id = $1 and r.resource_id = named.group_id
    join ${asPending('missing')} on pieces.group_id = named.group_id`)

const WAITING = sql<number>`coalesce(sum(coalesce(cardinality(member_ids), 1)), 0)::bigint`

/**
 * How many resources and memberships wait, since when the oldest does, and when the next is due: of a
 * tenant, or of one resource and its memberships.
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
      WAITING.as('waiting'),
      e.fn.min('written_at').as('oldestAt'),
      e.fn.min('not_before').as('nextDueAt'),
    ])
    .executeTakeFirstOrThrow()
}

/** How many wait for all tenants together, and since when the oldest does. Operator-wide. */
export async function countAllPending(
  trx: Transaction,
): Promise<{ waiting: number; oldestAt: Date | null }> {
  return trx
    .selectFrom('pending')
    .select((e) => [WAITING.as('waiting'), e.fn.min('written_at').as('oldestAt')])
    .executeTakeFirstOrThrow()
}

/** The same for each tenant that has any. Operator-wide. */
export async function countPendingByTenant(trx: Transaction) {
  return trx
    .selectFrom('pending')
    .select((e) => [
      'tenant_id as tenantId',
      WAITING.as('waiting'),
      e.fn.min('written_at').as('oldestAt'),
    ])
    .groupBy('tenant_id')
    .execute()
}

/**
 * The tenants for whom something is due and whose loading is not paused. One probe of an index
 * for each, however much is pending: as a semi-join it would read all of a backlog at each poll.
 * Asked by `loader` and not by `tenant`: both lie beside the pending rows of the same tenant when
 * the database is distributed, and only so may a probe have a limit. Operator-wide.
 */
export async function tenantsWithPendingDue(trx: Transaction, due: Date): Promise<TenantId[]> {
  const rows = await trx
    .selectFrom('loader')
    .innerJoinLateral(
      (from) =>
        from
          .selectFrom('pending')
          .select('pending_id')
          .whereRef('pending.tenant_id', '=', 'loader.tenant_id')
          .where((row) => row.or([row('tries', '=', 0), row('not_before', '<=', due)]))
          .limit(1)
          .as('first'),
      (join) => join.onTrue(),
    )
    .select('loader.tenant_id')
    .where('loader.paused_at', 'is', null)
    .execute()
  return rows.map((row) => row.tenant_id)
}
