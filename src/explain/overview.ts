/**
 * Every tenant's health, the worst first: what stands in the way of loading, and how sign-ins go.
 *
 * Failing is what people notice and nobody decided; what waits for a decision needs somebody.
 */
import type { Loader, Trouble } from '../etl/index.ts'
import type { Clock, TenantId } from '../lib/index.ts'
import type { Outcomes, Signin } from '../signin/index.ts'
import type { Tenant, Tenants } from '../tenants/index.ts'

/** From bad to good. */
export const HEALTHS = ['failing', 'needs-you', 'fine', 'suspended'] as const
export type Health = (typeof HEALTHS)[number]

export interface Reason {
  readonly code: 'lagging' | 'sign-ins-refused' | 'paused' | 'quarantined' | 'held'
  /** How many it is about; 0 where there is nothing to count. */
  readonly count: number
  readonly since: Date | null
}

export interface TenantHealth extends Trouble, Outcomes {
  readonly tenant: Tenant
  readonly health: Health
  readonly reasons: readonly Reason[]
}

export interface Overview {
  /** The worst first, and of equal health in the order of their names. */
  readonly items: readonly TenantHealth[]
  readonly tenants: number
  readonly byHealth: Readonly<Partial<Record<Health, number>>>
}

export interface OverviewAsk {
  readonly limit: number
  /** A part of the name. */
  readonly q?: string | undefined
}

export interface OverviewGiven {
  readonly tenants: Pick<Tenants, 'listTenants'>
  readonly loader: Pick<Loader, 'troubles'>
  readonly signin: Pick<Signin, 'outcomesSince'>
  readonly clock: Clock
}

const HOUR_MS = 3_600_000
/** The oldest change that waits is older than it ever should be. */
const LATE_MS = 300_000
/** Fewer refusals than this in an hour are people, not a tenant. */
const MANY_REFUSALS = 5
const NONE: Outcomes = { signedIn: 0, refused: 0 }
const PAGE = 500

export async function readOverview(given: OverviewGiven, ask: OverviewAsk): Promise<Overview> {
  const now = given.clock()
  const [tenants, troubleOf, outcomes] = await Promise.all([
    allTenants(given, ask.q),
    given.loader.troubles(),
    given.signin.outcomesSince(new Date(now.getTime() - HOUR_MS)),
  ])
  const all = tenants
    .map((tenant) => {
      const trouble = troubleOf(tenant.tenantId)
      return healthOf(tenant, trouble, outcomes.get(tenant.tenantId) ?? NONE, now)
    })
    .toSorted(worstFirst)
  const byHealth: Partial<Record<Health, number>> = {}
  for (const { health } of all) byHealth[health] = (byHealth[health] ?? 0) + 1
  return { items: all.slice(0, ask.limit), tenants: all.length, byHealth }
}

export async function allTenants(
  { tenants }: { readonly tenants: Pick<Tenants, 'listTenants'> },
  q: string | undefined,
): Promise<Tenant[]> {
  const all: Tenant[] = []
  for (let after: TenantId | undefined; ; after = all.at(-1)?.tenantId) {
    const page = await tenants.listTenants({ limit: PAGE, after, q })
    all.push(...page)
    if (page.length < PAGE) return all
  }
}

/** Pure. */
export function healthOf(
  tenant: Tenant,
  trouble: Trouble,
  outcomes: Outcomes,
  now: Date,
): TenantHealth {
  const failing = failuresOf(trouble, outcomes, now)
  const waiting = decisionsOf(trouble)
  const health = tenant.suspendedAt
    ? 'suspended'
    : failing.length > 0
      ? 'failing'
      : waiting.length > 0
        ? 'needs-you'
        : 'fine'
  return { ...trouble, ...outcomes, tenant, health, reasons: [...failing, ...waiting] }
}

function failuresOf(trouble: Trouble, { signedIn, refused }: Outcomes, now: Date): Reason[] {
  const { waiting, oldestWaitingAt, pausedAt } = trouble
  const isLate = oldestWaitingAt !== null && now.getTime() - oldestWaitingAt.getTime() > LATE_MS
  const reasons: Reason[] = []
  // Paused, it waits because somebody said so.
  if (isLate && pausedAt === null)
    reasons.push({ code: 'lagging', count: waiting, since: oldestWaitingAt })
  if (refused >= MANY_REFUSALS && refused > signedIn)
    reasons.push({ code: 'sign-ins-refused', count: refused, since: null })
  return reasons
}

function decisionsOf(trouble: Trouble): Reason[] {
  const { pausedAt, waiting, quarantined, quarantinedSince, held, heldSince } = trouble
  const reasons: Reason[] = []
  if (pausedAt !== null) reasons.push({ code: 'paused', count: waiting, since: pausedAt })
  if (quarantined > 0)
    reasons.push({ code: 'quarantined', count: quarantined, since: quarantinedSince })
  if (held > 0) reasons.push({ code: 'held', count: held, since: heldSince })
  return reasons
}

function worstFirst(one: TenantHealth, other: TenantHealth): number {
  const byHealth = HEALTHS.indexOf(one.health) - HEALTHS.indexOf(other.health)
  return byHealth === 0 ? one.tenant.name.localeCompare(other.tenant.name) : byHealth
}
