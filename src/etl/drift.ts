/**
 * What a full run found different, one by one: what was missing, what was there and should not be, what
 * was another than the identity provider said. The run has put it right and said so to sites, so it is
 * its events that are read; nothing is written down twice, and they go when events have outlived their days.
 */
import type { Transaction } from '../db/index.ts'
import {
  type Identity,
  type IdentityEvent,
  type IdentityStore,
  presentIdentities,
} from '../identity/index.ts'
import { Refusal, type TenantId } from '../lib/index.ts'
import type { BatchGiven } from './batch.ts'
import { theRun } from './runs.ts'

export interface Drift extends Pick<IdentityEvent, 'position' | 'kind' | 'changes'> {
  readonly was: 'missing' | 'extra' | 'different'
  /** Of a membership the group, of a manager the person; as they are now. */
  readonly identity: Identity
  /** The member, or the manager, where it is a link. */
  readonly other: Identity | null
}

/** What the run found and did not put right itself. */
export interface Unrepaired {
  /** The brake held it. */
  readonly held: number
  /** It cannot be loaded. */
  readonly quarantined: number
}

export interface DriftGiven extends Pick<BatchGiven, 'db'> {
  readonly identity: Pick<IdentityStore, 'eventsBegunBy'>
}

/**
 * In order; `after` is the position that the page before ended with.
 *
 * @throws Refusal `not_found` where the tenant has no such run, `invalid_input` where it is not a full one,
 *         `history_gone` when some of it has outlived its days
 */
export async function driftOfRun(
  { db, identity }: DriftGiven,
  tenantId: TenantId,
  runId: string,
  { limit, after = 0 }: { readonly limit: number; readonly after?: number | undefined },
) {
  const { run, unrepaired } = await db.inTenant(tenantId, async (trx) => ({
    run: await theRun(trx, tenantId, runId),
    unrepaired: await countUnrepaired(trx, tenantId, runId),
  }))
  if (run.kind !== 'full')
    throw new Refusal(
      'invalid_input',
      `${runId} is a ${run.kind} run; only full runs look for drift.`,
    )
  const { positions } = run
  const events =
    positions === null
      ? []
      : await identity.eventsBegunBy(tenantId, runId, { ...positions, after, limit })
  return { run, unrepaired, drift: await withIdentities({ db }, tenantId, events) }
}

async function withIdentities(
  { db }: Pick<DriftGiven, 'db'>,
  tenantId: TenantId,
  events: readonly IdentityEvent[],
): Promise<Drift[]> {
  const ids = new Set(
    events.flatMap(({ identityId, otherId }) => [identityId, otherId ?? []].flat()),
  )
  const present = await db.inTenant(tenantId, (trx) => presentIdentities(trx, tenantId, [...ids]))
  const byId = new Map(present.map((each) => [each.identityId, each]))
  return events.flatMap(({ position, kind, changes, ...ends }) => {
    const identity = byId.get(ends.identityId)
    const other = ends.otherId === null ? null : byId.get(ends.otherId)
    if (identity === undefined || other === undefined) return []
    return [{ position, kind, changes, was: wasOf(kind), identity, other }]
  })
}

function wasOf(kind: IdentityEvent['kind']): Drift['was'] {
  if (/\.(created|(member|manager)-added)$/.test(kind)) return 'missing'
  return /\.(deleted|(member|manager)-removed)$/.test(kind) ? 'extra' : 'different'
}

async function countUnrepaired(
  trx: Transaction,
  tenantId: TenantId,
  runId: string,
): Promise<Unrepaired> {
  const [counted] = await trx.prepared<Unrepaired & Record<string, unknown>>(
    'drift-unrepaired',
    `select (select count(*) from held
              where tenant_id = $1 and request_id = $2 and released_at is null) as held,
            (select count(*) from quarantine where tenant_id = $1 and request_id = $2) as quarantined`,
    [tenantId, runId],
  )
  return counted ?? { held: 0, quarantined: 0 }
}
