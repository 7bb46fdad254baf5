/**
 * Records that could not be loaded: set aside with the reason, so that everything else goes on. What may pass
 * is tried again first, with growing waits.
 */
import { sql } from 'kysely'
import type { Transaction } from '../db/index.ts'
import type { ConnectionId, TenantId } from '../lib/index.ts'
import { addPending, putBack, type Pending } from '../sync/index.ts'

/** After so many tries a record is set aside whose fault may pass (design section 3). */
export const MOST_TRIES = 5

export interface Failure {
  readonly pending: Pending
  readonly reason: string
  /** It may load without a change of the record or the rules. */
  readonly mayPass: boolean
  /** As `nameKey` has it: it may load when nobody else has that name any more. */
  readonly wantedName?: string
}

export interface Quarantined {
  readonly resourceId: string
  readonly memberId: string | null
  readonly connectionId: ConnectionId
  readonly reason: string
  readonly tries: number
  readonly requestId: string
  readonly writtenAt: Date
  readonly quarantinedAt: Date
  /** Set: it is left out, and why. */
  readonly skipped: { readonly at: Date; readonly reason: string } | null
}

/** Puts each failure back for another try, or sets it aside. @returns how many were set aside */
export async function keepFailures(
  trx: Transaction,
  tenantId: TenantId,
  failures: readonly Failure[],
  now: Date,
): Promise<number> {
  const tried = onePerRecord(failures)
  const isTriedAgain = ({ pending, mayPass }: Failure) => mayPass && pending.tries + 1 < MOST_TRIES
  const again = tried.filter(isTriedAgain)
  await putBack(
    trx,
    tenantId,
    again.map(({ pending }) => ({ ...pending, notBefore: waitAfter(pending.tries, now) })),
  )
  const aside = tried.filter((failure) => !isTriedAgain(failure))
  if (aside.length > 0) await setAside(trx, tenantId, aside, now)
  return aside.length
}

/** What is pending twice and failed is one failure: the oldest row, with the most tries. */
function onePerRecord(failures: readonly Failure[]): Failure[] {
  const byRecord = new Map<string, Failure>()
  for (const failure of failures) {
    const { resourceId, memberId, tries } = failure.pending
    const key = `${resourceId} ${memberId ?? ''}`
    const { pending: first } = byRecord.get(key) ?? failure
    const pending = { ...first, tries: Math.max(first.tries, tries) }
    byRecord.set(key, { ...failure, pending })
  }
  return [...byRecord.values()]
}

async function setAside(
  trx: Transaction,
  tenantId: TenantId,
  failures: readonly Failure[],
  now: Date,
): Promise<void> {
  await trx
    .insertInto('quarantine')
    .values(
      failures.map(({ pending, reason, wantedName }) => ({
        tenant_id: tenantId,
        resource_id: pending.resourceId,
        member_id: pending.memberId ?? '',
        connection_id: pending.connectionId,
        reason,
        wanted_name: wantedName ?? null,
        tries: pending.tries + 1,
        request_id: pending.requestId,
        written_at: pending.writtenAt,
        quarantined_at: now,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'resource_id', 'member_id']).doUpdateSet((e) => ({
        reason: e.ref('excluded.reason'),
        wanted_name: e.ref('excluded.wanted_name'),
        tries: e.ref('excluded.tries'),
        request_id: e.ref('excluded.request_id'),
        quarantined_at: e.ref('excluded.quarantined_at'),
        skipped_at: null,
        skip_reason: null,
      })),
    )
    .execute()
}

/** 1, 2, 4, 8 seconds. */
function waitAfter(tries: number, now: Date): Date {
  return new Date(now.getTime() + 1_000 * 2 ** tries)
}

/** What was loaded after all is set aside no longer. */
export function releaseLoaded(
  trx: Transaction,
  tenantId: TenantId,
  loaded: readonly Pending[],
): void {
  if (loaded.length === 0) return
  trx.send(
    'quarantine-release',
    `delete from quarantine q
      using unnest($2::text[], $3::text[]) as loaded (resource_id, member_id)
      where q.tenant_id = $1 and q.resource_id = loaded.resource_id
        and q.member_id = loaded.member_id`,
    [
      tenantId,
      loaded.map(({ resourceId }) => resourceId),
      loaded.map(({ memberId }) => memberId ?? ''),
    ],
  )
}

/** Makes everything that is set aside of a resource pending again. @returns how many rows that were */
export async function retryQuarantined(
  trx: Transaction,
  tenantId: TenantId,
  resourceId: string,
  now: Date,
): Promise<number> {
  const aside = await trx
    .deleteFrom('quarantine')
    .where('tenant_id', '=', tenantId)
    .where('resource_id', '=', resourceId)
    .returning(PENDING)
    .execute()
  return addAgain(trx, tenantId, aside, now)
}

/** The same of whoever waits for one of these names, which nobody has any more. Who is skipped stays so. */
export async function retryWaitingFor(
  trx: Transaction,
  tenantId: TenantId,
  names: readonly string[],
  now: Date,
): Promise<void> {
  if (names.length === 0) return
  const aside = await trx
    .deleteFrom('quarantine')
    .where('tenant_id', '=', tenantId)
    .where(sql<boolean>`wanted_name = any (${names})`)
    .where('skipped_at', 'is', null)
    .returning(PENDING)
    .execute()
  await addAgain(trx, tenantId, aside, now)
}

const PENDING = [
  'resource_id as resourceId',
  'member_id as memberId',
  'connection_id as connectionId',
  'request_id as requestId',
] as const

async function addAgain(
  trx: Transaction,
  tenantId: TenantId,
  rows: readonly Pick<Pending, 'resourceId' | 'memberId' | 'connectionId' | 'requestId'>[],
  now: Date,
): Promise<number> {
  await addPending(
    trx,
    tenantId,
    rows.map((row) => ({ ...row, memberId: row.memberId === '' ? null : row.memberId })),
    now,
  )
  return rows.length
}

/** The latest first. */
export async function listQuarantined(
  trx: Transaction,
  tenantId: TenantId,
  { limit, resourceId }: { limit: number; resourceId?: string },
): Promise<Quarantined[]> {
  let query = trx.selectFrom('quarantine').selectAll().where('tenant_id', '=', tenantId)
  if (resourceId !== undefined) query = query.where('resource_id', '=', resourceId)
  const rows = await query.orderBy('quarantined_at', 'desc').limit(limit).execute()
  return rows.map((row) => ({
    resourceId: row.resource_id,
    memberId: row.member_id === '' ? null : row.member_id,
    connectionId: row.connection_id,
    reason: row.reason,
    tries: row.tries,
    requestId: row.request_id,
    writtenAt: row.written_at,
    quarantinedAt: row.quarantined_at,
    skipped: row.skipped_at === null ? null : { at: row.skipped_at, reason: row.skip_reason ?? '' },
  }))
}

/** Of a record that is erased: nothing will come of it. */
export async function forgetQuarantined(
  trx: Transaction,
  tenantId: TenantId,
  resourceId: string,
): Promise<void> {
  await trx.prepared(
    'quarantine-forget',
    'delete from quarantine where tenant_id = $1 and resource_id = $2',
    [tenantId, resourceId],
  )
}
