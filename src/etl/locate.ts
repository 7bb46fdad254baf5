/**
 * Where one person is on the way from the IdP to the identity store, for a sign-in that does not
 * want to wait: whoever is staged is loaded now, alone, and only what holds that up is told.
 */
import type { Identity, IdentityStore } from '../identity/index.ts'
import { Unavailable, type ConnectionId, type TenantId } from '../lib/index.ts'
import { countPending, findStaged, type StagedQuery } from '../sync/index.ts'
import { loadSingle, type BatchGiven, type BatchResult } from './batch.ts'
import { listQuarantined } from './quarantine.ts'
import { identityIdOf } from './transform.ts'

export type Located =
  | { readonly at: 'identity'; readonly identity: Identity }
  /** The identity provider never handed that person over. */
  | { readonly at: 'nowhere' }
  | {
      readonly at: 'waiting'
      readonly reason: 'paused' | 'quarantined' | 'busy' | 'failed'
      readonly since: Date
      /** In words, for the page. */
      readonly stage: string
      /** Unknown where it depends on somebody's decision. */
      readonly estimateSeconds: number | undefined
    }

interface LocateGiven extends BatchGiven {
  readonly identity: Pick<IdentityStore, 'read'>
}

const STAGES = {
  paused: 'Received from the identity provider; loading is paused by an operator.',
  quarantined: 'Received from the identity provider; loading failed and was set aside.',
  busy: 'Received from the identity provider; waiting to be loaded.',
  failed: 'Received from the identity provider; loading failed and will be tried again.',
} as const

export async function locate(
  given: LocateGiven,
  tenantId: TenantId,
  connectionId: ConnectionId,
  query: StagedQuery,
): Promise<Located> {
  const { db, identity } = given
  const [resourceId] = await db.inTenant(tenantId, (trx) =>
    findStaged(trx, tenantId, connectionId, query),
  )
  if (resourceId === undefined) return { at: 'nowhere' }
  const result = await tryLoad(given, tenantId, connectionId, resourceId)
  const found = await identity.read(tenantId, identityIdOf(resourceId))
  const loaded = result !== undefined && result.did === 'load' && result.failed === 0
  if (found !== undefined && (loaded || !(await isWaiting(given, tenantId, resourceId))))
    return { at: 'identity', identity: found }
  return waitingFor(given, tenantId, resourceId, result)
}

/** @returns undefined when the database refused the load */
async function tryLoad(
  given: LocateGiven,
  tenantId: TenantId,
  connectionId: ConnectionId,
  resourceId: string,
): Promise<BatchResult | undefined> {
  try {
    return await loadSingle(given, tenantId, {
      connectionId,
      resourceId,
      requestId: given.newId('req'),
    })
  } catch (error) {
    if (error instanceof Unavailable) throw error
    return undefined
  }
}

async function isWaiting(
  { db }: LocateGiven,
  tenantId: TenantId,
  resourceId: string,
): Promise<boolean> {
  const { waiting } = await db.inTenant(tenantId, (trx) => countPending(trx, tenantId, resourceId))
  return waiting > 0
}

async function waitingFor(
  { db, clock }: LocateGiven,
  tenantId: TenantId,
  resourceId: string,
  result: BatchResult | undefined,
): Promise<Located> {
  return db.inTenant(tenantId, async (trx) => {
    const [aside] = await listQuarantined(trx, tenantId, { limit: 1, resourceId })
    const { oldestAt, nextDueAt } = await countPending(trx, tenantId, resourceId)
    const reason =
      result?.did === 'nothing' && result.why === 'paused'
        ? 'paused'
        : result?.did === 'nothing'
          ? 'busy'
          : aside === undefined
            ? 'failed'
            : 'quarantined'
    const secondsUntil = ((nextDueAt?.getTime() ?? 0) - clock().getTime()) / 1_000
    return {
      at: 'waiting',
      reason,
      since: oldestAt ?? aside?.writtenAt ?? clock(),
      stage: STAGES[reason],
      estimateSeconds:
        reason === 'busy' || reason === 'failed'
          ? Math.max(2, Math.ceil(secondsUntil) + 1)
          : undefined,
    }
  })
}
