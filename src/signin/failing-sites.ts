/** What sites were not told of ended sessions, and which do not hear: for whoever looks over all tenants. */
import type { Db } from '../db/index.ts'
import type { Clock, SiteId, TenantId } from '../lib/index.ts'

export interface FailingSite {
  readonly tenantId: TenantId
  readonly siteId: SiteId
  /** Notices that it was not told; those given up are of the last day. */
  readonly notices: number
  readonly since: Date
  /** What it said to the last, or why it could not be asked. */
  readonly answer: string | null
}

interface FailingGiven {
  readonly db: Db
  readonly clock: Clock
}

/** One try may be lost on the way; after so many it is the site. */
const SOME_TRIES = 3
const DAY_MS = 86_400_000

/** Each half of the condition is found by an index of its own, which holds nothing that went well. */
const ASK = `
  select tenant_id as "tenantId", site_id as "siteId", count(*) as notices,
         min(created_at) as since, (array_agg(answer order by created_at desc))[1] as answer
    from logout_delivery
   where (next_try_at is not null and tries >= ${SOME_TRIES}) or failed_at > $1
   group by tenant_id, site_id
   order by count(*) desc limit 200`

/** Operator-wide, the worst first. */
export function failingSites({ db, clock }: FailingGiven): Promise<FailingSite[]> {
  const since = new Date(clock().getTime() - DAY_MS)
  return db.operatorWide((trx) => trx.prepared<FailingSite>('failing-sites', ASK, [since]))
}

export interface OwedNotices {
  readonly waiting: number
  /** Of those, tried several times. */
  readonly failing: number
  /** Not tried any more, within the last day. */
  readonly givenUp: number
  readonly oldestAt: Date | null
}

const COUNT = `
  select count(*) filter (where next_try_at is not null) as waiting,
         count(*) filter (where next_try_at is not null and tries >= ${SOME_TRIES}) as failing,
         count(*) filter (where failed_at > $1) as "givenUp",
         min(created_at) filter (where next_try_at is not null) as "oldestAt"
    from logout_delivery
   where next_try_at is not null or failed_at > $1`

/** Operator-wide. */
export async function countOwedNotices({ db, clock }: FailingGiven): Promise<OwedNotices> {
  const since = new Date(clock().getTime() - DAY_MS)
  const [counted] = await db.operatorWide((trx) =>
    trx.prepared<OwedNotices>('owed-notices', COUNT, [since]),
  )
  return counted ?? { waiting: 0, failing: 0, givenUp: 0, oldestAt: null }
}
