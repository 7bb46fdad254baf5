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

/** Of one tenant, of each of the days: the worst, and how much of the day it was. */
export interface TenantDays {
  readonly worst: readonly Worst[]
  /** Requests and sign-ins, however they ended. */
  readonly all: readonly number[]
  readonly refused: readonly number[]
  /** What we could not serve, sites that were not told, and changes that were far too late. */
  readonly failed: readonly number[]
}

export interface History {
  /** Each of the days, the last is today; in UTC. */
  readonly days: readonly Day[]
  /** Those of whom there is something. */
  readonly tenants: ReadonlyMap<TenantId, TenantDays>
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
           when failed > 0 then 'failed'
           when requests_refused > 0 or sign_ins_refused > signed_in then 'refused'
           else 'ok' end) as worst,
         array_agg(requests_ok + requests_refused + requests_failed + signed_in + sign_ins_refused)::float8[] as all,
         array_agg(requests_refused + sign_ins_refused)::float8[] as refused,
         array_agg(failed)::float8[] as failed
    from day_tally
   cross join lateral (select requests_failed + notices_failed + access[${BUCKETS}] + revoke[${BUCKETS}]) as each(failed)
   where day >= $1::date group by tenant_id`

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
    const each = await trx.prepared<OfTenant>('tallies-by-tenant', OF_EACH, [first])
    return {
      days: days.map((day) => byDay.get(day) ?? quietDay(day)),
      tenants: new Map(each.map((row) => [row.tenantId, daysOf(row, days)])),
    }
  })
}

/** As its rows came, by the days of which there are rows. */
interface OfTenant extends TenantDays {
  readonly tenantId: TenantId
  readonly days: readonly string[]
}

function daysOf(row: OfTenant, days: readonly string[]): TenantDays {
  const at = days.map((day) => row.days.indexOf(day))
  return {
    worst: at.map((index) => row.worst[index] ?? 'quiet'),
    all: at.map((index) => row.all[index] ?? 0),
    refused: at.map((index) => row.refused[index] ?? 0),
    failed: at.map((index) => row.failed[index] ?? 0),
  }
}

function quietDay(day: string): Day {
  const none = { requestsOk: 0, requestsRefused: 0, requestsFailed: 0, noticesFailed: 0 }
  return { day, ...none, signedIn: 0, signInsRefused: 0, access: [], revoke: [], told: [] }
}
