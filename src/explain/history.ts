/**
 * What the last days were like, over all tenants: requests by outcome, and within what time changes were loaded,
 * access was gone and sites were told, beside what is promised of each.
 */
import { type Day, percentileOf, type Tallies } from '../audit/index.ts'
import type { TenantId } from '../lib/index.ts'
import type { Signin } from '../signin/index.ts'
import type { Tenants } from '../tenants/index.ts'
import { allTenants } from './overview.ts'

type Times = 'access' | 'revoke' | 'told'

/** Within what 99 of 100 are to be, in milliseconds. */
const TARGETS_MS: Readonly<Record<Times, number>> = { access: 1_000, revoke: 5_000, told: 5_000 }

export interface Within {
  readonly count: number
  /** In milliseconds; null of none. */
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
}

export type HistoryDay = Omit<Day, Times> & Readonly<Record<Times, Within>>

export interface HistoryGiven {
  readonly tallies: Pick<Tallies, 'readHistory'>
  readonly signin: Pick<Signin, 'failingSites'>
  readonly tenants: Pick<Tenants, 'listTenants' | 'readSite'>
}

/** Operator-wide. */
export async function readHistory({ tallies }: HistoryGiven, howMany: number) {
  const { days, tenants } = await tallies.readHistory(howMany)
  return {
    days: days.map((day): HistoryDay => ({ ...day, ...eachOf((name) => within([day[name]])) })),
    times: eachOf((name) => ({
      ...within(days.map((day) => day[name])),
      targetMs: TARGETS_MS[name],
    })),
    tenants,
  }
}

/** Sites that do not hear that sessions end, by name, of tenants that are there. */
export async function listFailingSites({ signin, tenants }: HistoryGiven) {
  const [failing, all] = await Promise.all([
    signin.failingSites(),
    allTenants({ tenants }, undefined),
  ])
  const names = new Map<TenantId, string>(all.map(({ tenantId, name }) => [tenantId, name]))
  const sites = failing.map(async ({ tenantId, ...site }) => {
    const tenantName = names.get(tenantId)
    // Whoever removed the site or the tenant has nothing to repair.
    const known = await tenants.readSite(tenantId, site.siteId).catch(() => undefined)
    return tenantName === undefined || known === undefined
      ? []
      : [{ ...site, name: known.name, tenant: { tenantId, name: tenantName } }]
  })
  return (await Promise.all(sites)).flat()
}

function eachOf<T>(make: (name: Times) => T): Record<Times, T> {
  return { access: make('access'), revoke: make('revoke'), told: make('told') }
}

/** Histograms add up. */
function within(histograms: readonly (readonly number[])[]): Within {
  const sum: number[] = []
  for (const histogram of histograms)
    for (const [index, more] of histogram.entries()) sum[index] = (sum[index] ?? 0) + more
  return {
    count: sum.reduce((all, each) => all + each, 0),
    p50: percentileOf(sum, 0.5),
    p95: percentileOf(sum, 0.95),
    p99: percentileOf(sum, 0.99),
  }
}
