/** What waits, is set aside, held or paused, by tenant: for whoever looks over all of them. */
import type { Db, Transaction } from '../db/index.ts'
import type { Clock, TenantId } from '../lib/index.ts'
import { countPendingByTenant } from '../sync/index.ts'

export interface Trouble {
  readonly waiting: number
  readonly oldestWaitingAt: Date | null
  readonly quarantined: number
  readonly quarantinedSince: Date | null
  /** People, memberships and groups. */
  readonly held: number
  readonly heldSince: Date | null
  readonly pausedAt: Date | null
}

const NONE: Trouble = {
  waiting: 0,
  oldestWaitingAt: null,
  quarantined: 0,
  quarantinedSince: null,
  held: 0,
  heldSince: null,
  pausedAt: null,
}

/** Counting a backlog takes a while: whoever asks more often is told what was known. */
const GOOD_FOR_MS = 2_000

export function createTroubles({ db, clock }: { readonly db: Db; readonly clock: Clock }) {
  let known: { readonly troubles: Promise<Troubles>; readonly until: number } | undefined

  return async (): Promise<(tenantId: TenantId) => Trouble> => {
    const now = clock().getTime()
    if (known === undefined || now >= known.until)
      known = { troubles: db.operatorWide(findTroubles), until: now + GOOD_FOR_MS }
    const { troubles } = known
    // What failed is asked again by whoever comes next.
    troubles.catch(() => (known = undefined))
    const found = await troubles
    return (tenantId) => found.get(tenantId) ?? NONE
  }
}

type Troubles = ReadonlyMap<TenantId, Trouble>

async function findTroubles(trx: Transaction): Promise<Troubles> {
  const found = new Map<TenantId, Trouble>()
  const add = (tenantId: TenantId, part: Partial<Trouble>) =>
    found.set(tenantId, { ...NONE, ...found.get(tenantId), ...part })
  for (const { tenantId, waiting, oldestAt } of await countPendingByTenant(trx))
    add(tenantId, { waiting, oldestWaitingAt: oldestAt })
  for (const { tenantId, count, since } of await countQuarantined(trx))
    add(tenantId, { quarantined: count, quarantinedSince: since })
  for (const { tenantId, count, since } of await countHeld(trx))
    add(tenantId, { held: count, heldSince: since })
  for (const { tenantId, pausedAt } of await listPaused(trx)) add(tenantId, { pausedAt })
  return found
}

function countQuarantined(trx: Transaction) {
  return trx
    .selectFrom('quarantine')
    .select((e) => [
      'tenant_id as tenantId',
      e.fn.countAll<number>().as('count'),
      e.fn.min('quarantined_at').as('since'),
    ])
    .where('skipped_at', 'is', null)
    .groupBy('tenant_id')
    .execute()
}

function countHeld(trx: Transaction) {
  return trx
    .selectFrom('held')
    .select((e) => [
      'tenant_id as tenantId',
      e.fn.countAll<number>().as('count'),
      e.fn.min('held_at').as('since'),
    ])
    .where('released_at', 'is', null)
    .where('discarded_at', 'is', null)
    .groupBy('tenant_id')
    .execute()
}

function listPaused(trx: Transaction) {
  return trx
    .selectFrom('loader')
    .select(['tenant_id as tenantId', 'paused_at as pausedAt'])
    .where('paused_at', 'is not', null)
    .execute()
}
