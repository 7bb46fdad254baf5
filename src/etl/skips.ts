/**
 * What an administrator has decided to leave out of what is set aside, and why: nothing tries it again
 * until the identity provider writes it anew, somebody retries it, or a full run is asked for with it.
 */
import type { Transaction } from '../db/index.ts'
import type { TenantId } from '../lib/index.ts'

/** Of all that is set aside of a resource. The latest reason stands. @returns how many rows that were */
export async function skipQuarantined(
  trx: Transaction,
  tenantId: TenantId,
  { resourceId, reason, now }: { resourceId: string; reason: string; now: Date },
): Promise<number> {
  const skipped = await trx
    .updateTable('quarantine')
    .set({ skipped_at: now, skip_reason: reason })
    .where('tenant_id', '=', tenantId)
    .where('resource_id', '=', resourceId)
    .executeTakeFirst()
  return Number(skipped.numUpdatedRows)
}

/** Takes every such decision of a tenant back; all of it is plainly in quarantine again. */
export async function takeSkipsBack(trx: Transaction, tenantId: TenantId): Promise<void> {
  await trx
    .updateTable('quarantine')
    .set({ skipped_at: null, skip_reason: null })
    .where('tenant_id', '=', tenantId)
    .where('skipped_at', 'is not', null)
    .execute()
}

interface Named {
  readonly resourceId: string
  readonly memberId: string | null
}

/** Those that are not skipped. */
export async function withoutSkipped<N extends Named>(
  trx: Transaction,
  tenantId: TenantId,
  named: readonly N[],
): Promise<readonly N[]> {
  if (named.length === 0) return named
  const rows = await trx.prepared<{ resourceId: string; memberId: string }>(
    'quarantine-skipped',
    `select q.resource_id as "resourceId", q.member_id as "memberId"
       from quarantine q
       join unnest($2::text[], $3::text[]) as named (resource_id, member_id)
         on named.resource_id = q.resource_id and named.member_id = q.member_id
      where q.tenant_id = $1 and q.skipped_at is not null`,
    [
      tenantId,
      named.map(({ resourceId }) => resourceId),
      named.map(({ memberId }) => memberId ?? ''),
    ],
  )
  if (rows.length === 0) return named
  const skipped = new Set(rows.map(({ resourceId, memberId }) => `${resourceId} ${memberId}`))
  return named.filter(({ resourceId, memberId }) => !skipped.has(`${resourceId} ${memberId ?? ''}`))
}
