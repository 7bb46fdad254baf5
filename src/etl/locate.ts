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
      readonly reason: keyof typeof STAGES
      readonly since: Date
      /** In words, for the page. */
      readonly stage: string
      /** Unknown where it depends on somebody's decision. */
      readonly estimateSeconds: number | undefined
    }

export interface LocateGiven extends BatchGiven {
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
  const [resourceId] = await given.db.inTenant(tenantId, (trx) =>
    findStaged(trx, tenantId, connectionId, query),
  )
  if (resourceId === undefined) return { at: 'nowhere' }
  const before = await whereIs(given, tenantId, resourceId)
  if (before.current !== undefined) return { at: 'identity', identity: before.current }
  // What was set aside waits for an operator, or for a change of it.
  const isHeld = before.isAside && !before.isPending
  const result = isHeld
    ? undefined
    : await tryLoad(given, tenantId, { connectionId, resourceId, requestId: given.newId('req') })
  const after = await whereIs(given, tenantId, resourceId)
  const found = wasLoaded(result) ? after.identity : after.current
  if (found !== undefined) return { at: 'identity', identity: found }
  // Deleted while we looked.
  if (wasLoaded(result)) return { at: 'nowhere' }
  const reason = reasonOf(result, after.isAside)
  const secondsUntil = (after.nextDueAt.getTime() - given.clock().getTime()) / 1_000
  const isTimely = reason === 'busy' || reason === 'failed'
  return {
    at: 'waiting',
    reason,
    since: after.since,
    stage: STAGES[reason],
    estimateSeconds: isTimely ? Math.max(2, Math.ceil(secondsUntil) + 1) : undefined,
  }
}

function wasLoaded(result: BatchResult | undefined): boolean {
  return result?.did === 'load' && result.failed === 0
}

function reasonOf(result: BatchResult | undefined, isAside: boolean): keyof typeof STAGES {
  if (result?.did === 'nothing') return result.why === 'paused' ? 'paused' : 'busy'
  return isAside ? 'quarantined' : 'failed'
}

/** @returns undefined when the database refused the load */
async function tryLoad(
  given: LocateGiven,
  tenantId: TenantId,
  person: Parameters<typeof loadSingle>[2],
): Promise<BatchResult | undefined> {
  try {
    return await loadSingle(given, tenantId, person)
  } catch (error) {
    if (error instanceof Unavailable) throw error
    return undefined
  }
}

/** Nothing pending and nothing set aside: then the identity is what the IdP last said. */
async function whereIs(
  { db, clock, identity }: LocateGiven,
  tenantId: TenantId,
  resourceId: string,
) {
  const held = await db.inTenant(tenantId, async (trx) => {
    const [aside] = await listQuarantined(trx, tenantId, { limit: 1, resourceId })
    const { waiting, oldestAt, nextDueAt } = await countPending(trx, tenantId, resourceId)
    return {
      isAside: aside !== undefined,
      isPending: waiting > 0,
      since: oldestAt ?? aside?.writtenAt ?? clock(),
      nextDueAt: nextDueAt ?? clock(),
    }
  })
  // Read after the other: what was loaded in between is seen.
  const source = await identity.read(tenantId, identityIdOf(resourceId))
  const found =
    source === undefined || source.joinedTo === null
      ? source
      : await identity.read(tenantId, source.joinedTo)
  return { ...held, identity: found, current: held.isAside || held.isPending ? undefined : found }
}
