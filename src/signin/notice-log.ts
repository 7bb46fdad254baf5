/** The logout notices as administrators look at them: to which site, why, and the receipt. */
import type { Selectable } from 'kysely'
import type { Database, Db } from '../db/index.ts'
import type { IdentityId, SiteId, TenantId } from '../lib/index.ts'

/** `waiting` is tried, or tried again; `failed` was given up after a day; `no-address`: the site has none. */
export type NoticeOutcome = 'waiting' | 'delivered' | 'failed' | 'no-address'

export interface LogoutNotice {
  readonly noticeId: string
  readonly siteId: SiteId
  readonly identityId: IdentityId
  /** Why the session ended. */
  readonly cause: string
  readonly outcome: NoticeOutcome
  readonly tries: number
  /** What the site said last, or why it could not be asked. */
  readonly answer: string | null
  readonly createdAt: Date
  readonly deliveredAt: Date | null
  readonly nextTryAt: Date | null
}

export interface NoticeQuery {
  readonly limit: number
  /** The last `noticeId` of the page before. */
  readonly after?: string | undefined
  readonly siteId?: SiteId | undefined
  readonly identityId?: IdentityId | undefined
}

/** The latest first. */
export async function listNotices(
  db: Db,
  tenantId: TenantId,
  { limit, after, siteId, identityId }: NoticeQuery,
): Promise<LogoutNotice[]> {
  const rows = await db.inTenant(tenantId, (trx) => {
    let query = trx.selectFrom('logout_delivery').selectAll().where('tenant_id', '=', tenantId)
    if (after !== undefined) query = query.where('delivery_id', '<', after)
    if (siteId !== undefined) query = query.where('site_id', '=', siteId)
    if (identityId !== undefined) query = query.where('identity_id', '=', identityId)
    return query.orderBy('delivery_id', 'desc').limit(limit).execute()
  })
  return rows.map((row) => ({
    noticeId: row.delivery_id,
    siteId: row.site_id,
    identityId: row.identity_id,
    cause: row.cause,
    outcome: outcomeOf(row),
    tries: row.tries,
    answer: row.answer,
    createdAt: row.created_at,
    deliveredAt: row.delivered_at,
    nextTryAt: row.next_try_at,
  }))
}

function outcomeOf(row: Selectable<Database['logout_delivery']>): NoticeOutcome {
  if (row.delivered_at !== null) return 'delivered'
  if (row.failed_at !== null) return 'failed'
  return row.next_try_at === null ? 'no-address' : 'waiting'
}
