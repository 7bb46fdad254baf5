/** The tallies of the last days, of all tenants together and of each by its worst. */
import type { Db } from '../db/index.ts'
import type { Clock, TenantId } from '../lib/index.ts'
import { BUCKETS } from './histogram.ts'

/** From bad to good. `failed`: we could not serve, or were far too late. `refused`: somebody can act on it. */
export const WORST = ['failed', 'refused', 'ok', 'quiet'] as const
export type Worst = (typeof WORST)[number]

/** Of all tenants together. */
export interface Day {
  readonly day: string
  readonly requestsOk: number
  readonly requestsRefused: number
  readonly requestsFailed: number
  readonly signedIn: number
  readonly signInsRefused: number
  readonly noticesFailed: number
  /** Histograms (`histogram.ts`). */
  readonly access: readonly number[]
  readonly revoke: readonly number[]
  readonly told: readonly number[]
}

export interface History {
  /** Each of the days, the last is today; in UTC. */
  readonly days: readonly Day[]
  /** By tenant, of those of whom there is something: the worst of each of the days. */
  readonly worst: ReadonlyMap<TenantId, readonly Worst[]>
}

const buckets = (name: string) =>
  `array[${Array.from({ length: BUCKETS }, (_, n) => `sum(${name}[${n + 1}])`).join(', ')}]::float8[] as ${name}`

const DAYS = `
  select day::text, sum(requests_ok)::int8 as "requestsOk",
         sum(requests_refused)::int8 as "requestsRefused",
         sum(requests_failed)::int8 as "requestsFailed", sum(signed_in)::int8 as "signedIn",
         sum(sign_ins_refused)::int8 as "signInsRefused",
         sum(notices_failed)::int8 as "noticesFailed",
         ${['access', 'revoke', 'told'].map(buckets).join(', ')}
    from day_tally where day >= $1::date group by day`

/** A change that took more than five minutes is in the last bucket. */
const OF_EACH = `
  select tenant_id as "tenantId", array_agg(day::text) as days,
         array_agg(case
           when requests_failed + notices_failed + access[${BUCKETS}] + revoke[${BUCKETS}] > 0
             then 'failed'
           when requests_refused > 0 or sign_ins_refused > signed_in then 'refused'
           else 'ok' end) as worst
    from day_tally where day >= $1::date group by tenant_id`

/** Adding up takes a moment: whoever asks more often is told what was known. */
const GOOD_FOR_MS = 5_000
const DAY_MS = 86_400_000

export function createTallyReading({ db, clock }: { readonly db: Db; readonly clock: Clock }) {
  const known = new Map<number, { readonly history: Promise<History>; readonly until: number }>()
  return {
    /** Of so many days, today among them. Operator-wide. */
    readHistory(days: number): Promise<History> {
      const now = clock()
      const last = known.get(days)
      if (last !== undefined && now.getTime() < last.until) return last.history
      const history = askHistory(db, now, days)
      known.set(days, { history, until: now.getTime() + GOOD_FOR_MS })
      // What failed is asked again by whoever comes next.
      history.catch(() => known.delete(days))
      return history
    },
  }
}

async function askHistory(db: Db, now: Date, howMany: number): Promise<History> {
  const days = Array.from({ length: howMany }, (_, back) =>
    new Date(now.getTime() - (howMany - 1 - back) * DAY_MS).toISOString().slice(0, 10),
  )
  const [first] = days
  return db.operatorWide(async (trx) => {
    const found = await trx.prepared<Day>('tallies-by-day', DAYS, [first])
    const byDay = new Map(found.map((each) => [each.day, each]))
    const each = await trx.prepared<{ tenantId: TenantId; days: string[]; worst: Worst[] }>(
      'tallies-by-tenant',
      OF_EACH,
      [first],
    )
    return {
      days: days.map((day) => byDay.get(day) ?? quietDay(day)),
      worst: new Map(
        each.map((row) => {
          const at = new Map(row.days.map((day, index) => [day, row.worst[index]]))
          return [row.tenantId, days.map((day) => at.get(day) ?? 'quiet')]
        }),
      ),
    }
  })
}

function quietDay(day: string): Day {
  const none = { requestsOk: 0, requestsRefused: 0, requestsFailed: 0, noticesFailed: 0 }
  return { day, ...none, signedIn: 0, signInsRefused: 0, access: [], revoke: [], told: [] }
}
