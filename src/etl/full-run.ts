/**
 * A full run: all of a tenant looked at again, beside the live data and without a pause. Identities
 * keep their ids, because an id follows from the resource's (decision 0005).
 *
 * It walks in four passes, and before them, where a joining rule is new, over everybody for what it gives
 * (`joining-rule.ts`): every resource, for identities that are missing or different; every
 * identity, for those that no identity provider has; every membership, for links that are missing;
 * every link, for those that no membership stands for. A page of a pass is a batch like any other,
 * under the tenant's lease, and what is wrong is put right by the same code that loads. What is
 * pending is passed over: that is late and not wrong. So what a full run counts as created,
 * changed, deleted, added and removed is the drift that it found and repaired.
 *
 * How far it has come is written with each page; after a kill any node goes on from there. Between
 * two pages the tenant's changes and the other tenants have their turns.
 */
import type { Transaction } from '../db/index.ts'
import { groupsBornSince } from '../identity/index.ts'
import { Refusal, type TenantId } from '../lib/index.ts'
import { addPending, addPendingMembers, type Pending } from '../sync/index.ts'
import type { BatchGiven } from './batch.ts'
import { type Named, PASSES, type Stage } from './full-passes.ts'
import { lacksValues } from './joining-rule.ts'
import { keepPosition, prepareLoading, takeLease } from './lease.ts'
import { load } from './load.ts'
import { releaseLoaded } from './quarantine.ts'
import { readRules } from './rules/versions.ts'
import { addToRun, beginFullRun, endRun, positionsSince, readStart } from './runs.ts'
import { takeSkipsBack, withoutSkipped } from './skips.ts'
import { isOutsideTrouble } from './trouble.ts'

/** Nodes' clocks may differ by so much (SEC F-8). */
const CLOCKS_MS = 5 * 60_000

/**
 * @param withSkipped  what is skipped in quarantine is looked at like everything else, from now on
 * @throws Refusal `conflict` when one is under way
 */
export async function startFullRun(
  given: BatchGiven,
  tenantId: TenantId,
  { withSkipped }: { readonly withSkipped: boolean } = { withSkipped: false },
): Promise<void> {
  await given.db.inTenant(tenantId, async (trx) => {
    await startFullRunIn(trx, given, tenantId)
    if (withSkipped) await takeSkipsBack(trx, tenantId)
  })
}

/** In the transaction of what it is to carry out. @returns its id @throws as `startFullRun` */
export async function startFullRunIn(
  trx: Transaction,
  { clock, newId }: Pick<BatchGiven, 'clock' | 'newId'>,
  tenantId: TenantId,
): Promise<string> {
  await prepareLoading(trx, tenantId)
  const runId = newId('run')
  const writesValues = await lacksValues(trx, tenantId)
  const full_stage = writesValues ? 'values' : 'resources'
  const begun = await trx
    .updateTable('loader')
    .set({ full_run_id: runId, full_stage, full_after: '' })
    .where('tenant_id', '=', tenantId)
    .where('full_run_id', 'is', null)
    .returning('full_run_id')
    .executeTakeFirst()
  if (begun === undefined)
    throw new Refusal(
      'conflict',
      'A full run of this tenant is under way. Wait until it has ended.',
      { command: 'sync runs' },
    )
  await beginFullRun(trx, tenantId, runId, { now: clock(), writesValues })
  return runId
}

/**
 * The next page of the tenant's full run. What the database refuses ends the run, which says why.
 * @param plansAfresh  as the first page of a run has to, and then one now and then, since the tables grow
 * @returns whether there is more to do at once
 * @throws what the database threw while it was away; then nothing is changed
 */
export async function continueFullRun(
  given: BatchGiven,
  tenantId: TenantId,
  size: number,
  plansAfresh = true,
): Promise<boolean> {
  try {
    return await onePage(given, tenantId, size, plansAfresh)
  } catch (error) {
    if (isOutsideTrouble(error)) throw error
    const reason = `A page failed: ${error instanceof Error ? error.message : String(error)}`
    await given.db.inTenant(tenantId, async (trx) => {
      const lease = await takeLease(trx, tenantId)
      if (lease?.fullRun === undefined) return
      const { runId } = lease.fullRun
      const now = given.clock()
      await handOverGroups(trx, tenantId, runId, now)
      await endHere(trx, tenantId)
      await endRun(trx, tenantId, runId, { now, reason })
    })
    return false
  }
}

/** The members of groups that this run has made would have come with its later passes. */
async function handOverGroups(
  trx: Transaction,
  tenantId: TenantId,
  runId: string,
  now: Date,
): Promise<void> {
  const startedAt = await readStart(trx, tenantId, runId)
  const since = new Date(startedAt.getTime() - CLOCKS_MS)
  const groups = await groupsBornSince(trx, tenantId, since)
  const named = groups.map((resourceId) => ({ resourceId, requestId: runId }))
  await addPendingMembers(trx, tenantId, named, [], now)
}

async function onePage(
  given: BatchGiven,
  tenantId: TenantId,
  size: number,
  plansAfresh: boolean,
): Promise<boolean> {
  const { db, clock, labelsOf, endSessions } = given
  const labels = await labelsOf(tenantId)
  return db.inTenant(tenantId, async (trx) => {
    const lease = await takeLease(trx, tenantId)
    if (lease === undefined || lease.isPaused || lease.fullRun === undefined) return false
    const { runId, stage, after } = lease.fullRun
    const at = PASSES.findIndex(([name]) => name === stage)
    const [, walk] = PASSES[at] ?? []
    if (walk === undefined) throw new Error(`A full run has no pass ${stage}.`)
    const {
      named,
      looked,
      last,
      goesOnAt = '',
    } = await walk(trx, lease, after, size, labels.keys())
    const now = clock()
    const rules = await readRules(trx, tenantId)
    const pending = asPending(await withoutSkipped(trx, tenantId, named), now, runId)
    const context = { labels, rules, endSessions, now, saysAgain: true, plansAfresh }
    const loaded = await load(trx, context, lease, pending)
    // The continuous load tries them again, and sets them aside if it must.
    const failed = loaded.failures.map((failure) => failure.pending)
    await addPending(trx, tenantId, failed, now)
    const tried = new Set(failed)
    releaseLoaded(
      trx,
      tenantId,
      pending.filter((row) => !tried.has(row)),
    )
    if (loaded.lastPosition !== lease.lastPosition) keepPosition(trx, tenantId, loaded)
    const positions = positionsSince(lease.lastPosition, loaded.lastPosition)
    addToRun(trx, tenantId, runId, { changed: loaded.changed, looked, positions })

    const [next] = last === undefined ? (PASSES[at + 1] ?? []) : [stage as Stage]
    if (next === undefined) {
      await endHere(trx, tenantId)
      await endRun(trx, tenantId, runId, { now: clock(), reason: null })
    } else await keepPlace(trx, tenantId, next, last ?? goesOnAt)
    return next !== undefined
  })
}

async function keepPlace(
  trx: Transaction,
  tenantId: TenantId,
  stage: Stage,
  after: string,
): Promise<void> {
  await trx
    .updateTable('loader')
    .set({ full_stage: stage, full_after: after })
    .where('tenant_id', '=', tenantId)
    .execute()
}

async function endHere(trx: Transaction, tenantId: TenantId): Promise<void> {
  await trx
    .updateTable('loader')
    .set({ full_run_id: null, full_stage: null, full_after: null })
    .where('tenant_id', '=', tenantId)
    .execute()
}

/** The events of a repair name the run as what began them. */
function asPending(named: readonly Named[], now: Date, runId: string): Pending[] {
  return named.map((each) => ({
    ...each,
    requestId: runId,
    writtenAt: now,
    tries: 0,
  }))
}
