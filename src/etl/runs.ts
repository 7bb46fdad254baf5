/**
 * Run history. Batches that follow one another closely are one run, a minute at most: what
 * an operator reads is "from 9:00 to 9:01, 4,000 identities", not one line for each tenth of a
 * second. A run is written in the transaction of its batch, so it never says what did not happen.
 */
import type { Selectable } from 'kysely'
import type { Database, Transaction } from '../db/index.ts'
import { countLoadedToWalk, type Positions } from '../identity/index.ts'
import { type NewId, Refusal, type TenantId } from '../lib/index.ts'
import { countReceivedToWalk } from '../sync/index.ts'

export type RunKind = 'differential' | 'full' | 'single'

/** What became of identities. */
export interface Changed {
  readonly identitiesCreated: number
  readonly identitiesChanged: number
  readonly identitiesDeleted: number
  readonly linksAdded: number
  readonly linksRemoved: number
  readonly propertiesChanged: number
}

export const NOTHING_CHANGED: Changed = {
  identitiesCreated: 0,
  identitiesChanged: 0,
  identitiesDeleted: 0,
  linksAdded: 0,
  linksRemoved: 0,
  propertiesChanged: 0,
}

/** What a batch did. */
export interface Counts extends Changed {
  readonly taken: number
  readonly quarantined: number
  /** Of what was loaded; to the end of the batch but for its commit. */
  readonly maxLagMs: number
}

export interface Run extends Counts {
  readonly runId: string
  readonly kind: RunKind
  readonly status: 'running' | 'done' | 'failed'
  readonly startedAt: Date
  readonly endedAt: Date | null
  /** How much a full run has to look at, as counted when it began; null for the others. */
  readonly expected: number | null
  readonly reason: string | null
  /** Of its events; others may have some in between. Null where it made none. */
  readonly positions: Positions | null
}

const QUIET_MS = 10_000
const LONGEST_MS = 60_000

export interface Batch {
  readonly kind: RunKind
  readonly startedAt: Date
  readonly endedAt: Date
  readonly counts: Counts
  readonly positions: Positions | null
  /** Why it failed; null when it did not. */
  readonly reason: string | null
}

/** Adds a batch to the run that goes on, or begins one. */
export function recordBatch(
  trx: Transaction,
  tenantId: TenantId,
  newId: NewId,
  { kind, startedAt, endedAt, counts, positions, reason }: Batch,
): void {
  const status = reason === null ? 'done' : 'failed'
  const since = (ms: number) => new Date(startedAt.getTime() - ms)
  trx.send('run-record', RECORD, [
    tenantId,
    newId('run'),
    kind,
    status,
    startedAt,
    endedAt,
    since(LONGEST_MS),
    since(QUIET_MS),
    reason,
    counts.taken,
    counts.identitiesCreated,
    counts.identitiesChanged,
    counts.identitiesDeleted,
    counts.linksAdded,
    counts.linksRemoved,
    counts.propertiesChanged,
    counts.quarantined,
    counts.maxLagMs,
    Math.max(0, endedAt.getTime() - startedAt.getTime()),
    positions?.first ?? null,
    positions?.last ?? null,
  ])
}

/** A single run stands for itself, and so does one that failed. */
const RECORD = `
  with going_on as (
    select run_id from run
     where tenant_id = $1 and started_at > $7 and ended_at > $8 and started_at <= $5
       and kind = $3 and status = $4 and kind <> 'single' and status = 'done'
     order by started_at desc limit 1
  ), added as (
    update run r
       set ended_at = $6, taken = taken + $10,
           identities_created = identities_created + $11,
           identities_changed = identities_changed + $12,
           identities_deleted = identities_deleted + $13,
           links_added = links_added + $14, links_removed = links_removed + $15,
           properties_changed = properties_changed + $16, quarantined = quarantined + $17,
           max_lag_ms = greatest(max_lag_ms, $18::bigint), busy_ms = busy_ms + $19::bigint,
           first_position = coalesce(first_position, $20), last_position = coalesce($21, last_position)
      from going_on
     where r.tenant_id = $1 and r.run_id = going_on.run_id
    returning r.run_id
  )
  insert into run (tenant_id, run_id, kind, status, started_at, ended_at, reason, taken,
                   identities_created, identities_changed, identities_deleted, links_added,
                   links_removed, properties_changed, quarantined, max_lag_ms, busy_ms, first_position,
                   last_position)
  select $1, $2, $3, $4, $5, $6, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21
   where not exists (select from added)
  returning run_id`

/**
 * Begins the row of a full run, with how much there is to look at.
 * @param writesValues  it looks at every resource for that before it begins anew
 */
export async function beginFullRun(
  trx: Transaction,
  tenantId: TenantId,
  runId: string,
  { now, writesValues }: { readonly now: Date; readonly writesValues: boolean },
): Promise<void> {
  const { resources, memberships } = await countReceivedToWalk(trx, tenantId)
  const { identities, links } = await countLoadedToWalk(trx, tenantId)
  // What is missing is there when the run comes to it.
  const received = (writesValues ? 2 : 1) * resources + memberships
  const loaded = Math.max(identities, resources) + Math.max(links, memberships)
  await trx
    .insertInto('run')
    .values({
      tenant_id: tenantId,
      run_id: runId,
      kind: 'full',
      status: 'running',
      started_at: now,
      expected: received + loaded,
    })
    .execute()
}

/** When a run began. */
export async function readStart(
  trx: Transaction,
  tenantId: TenantId,
  runId: string,
): Promise<Date> {
  const run = await trx
    .selectFrom('run')
    .select('started_at')
    .where('tenant_id', '=', tenantId)
    .where('run_id', '=', runId)
    .executeTakeFirstOrThrow()
  return run.started_at
}

/** What a page of a full run did. */
interface Page {
  readonly changed: Changed
  readonly looked: number
  readonly positions: Positions | null
}

/** Adds a page to a full run. What arrived meanwhile is looked at, too, and was not counted. */
export function addToRun(
  trx: Transaction,
  tenantId: TenantId,
  runId: string,
  { changed, looked, positions }: Page,
): void {
  trx.send('run-add', ADD, [
    tenantId,
    runId,
    looked,
    changed.identitiesCreated,
    changed.identitiesChanged,
    changed.identitiesDeleted,
    changed.linksAdded,
    changed.linksRemoved,
    changed.propertiesChanged,
    positions?.first ?? null,
    positions?.last ?? null,
  ])
}

const ADD = `
  update run
     set taken = taken + $3, expected = greatest(expected, taken + $3), identities_created = identities_created + $4,
         identities_changed = identities_changed + $5, identities_deleted = identities_deleted + $6,
         links_added = links_added + $7, links_removed = links_removed + $8,
         properties_changed = properties_changed + $9,
         first_position = coalesce(first_position, $10), last_position = coalesce($11, last_position)
   where tenant_id = $1 and run_id = $2`

export async function endRun(
  trx: Transaction,
  tenantId: TenantId,
  runId: string,
  { now, reason }: { now: Date; reason: string | null },
): Promise<void> {
  await trx
    .updateTable('run')
    .set({ status: reason === null ? 'done' : 'failed', ended_at: now, reason })
    .where('tenant_id', '=', tenantId)
    .where('run_id', '=', runId)
    .execute()
}

/**
 * Whether nothing is added to a run any more. Batches may join a differential run until another has
 * begun or it has been quiet; one that is at work just then is allowed for.
 *
 * @param latest  the latest runs of the tenant, the newest first
 */
export function isOver(run: Run, latest: readonly Run[], now: Date): boolean {
  if (run.status === 'running' || run.endedAt === null) return false
  if (run.status === 'failed' || run.kind !== 'differential') return true
  const newer = latest.slice(0, latest.indexOf(run))
  if (newer.some(({ kind, status }) => kind === 'differential' && status === 'done')) return true
  return now.getTime() - run.endedAt.getTime() >= 2 * QUIET_MS
}

/** The latest first; `after` is the last run of the page before. */
export async function listRuns(
  trx: Transaction,
  tenantId: TenantId,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<Run[]> {
  const rows = await trx
    .selectFrom('run')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .$if(after !== undefined, (query) => query.where('run_id', '<', after ?? ''))
    .orderBy('run_id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(runOf)
}

/** @throws Refusal `not_found` where the tenant has no such run */
export async function theRun(trx: Transaction, tenantId: TenantId, runId: string): Promise<Run> {
  const row = await trx
    .selectFrom('run')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('run_id', '=', runId)
    .executeTakeFirst()
  if (row !== undefined) return runOf(row)
  throw new Refusal('not_found', `This tenant has no run ${runId}; old ones are not kept.`, {
    command: 'sync runs',
  })
}

/** Where single runs came between. */
export async function singleRunsBetween(
  trx: Transaction,
  tenantId: TenantId,
  { first, last }: Positions,
): Promise<Positions[]> {
  const rows = await trx
    .selectFrom('run')
    .select(['first_position', 'last_position'])
    .where('tenant_id', '=', tenantId)
    .where('kind', '=', 'single')
    .where('first_position', '>=', first)
    .where('last_position', '<=', last)
    .execute()
  return rows.flatMap((row) => positionsOf(row) ?? [])
}

/** The positions that were given since one. */
export function positionsSince(before: number, last: number): Positions | null {
  return last > before ? { first: before + 1, last } : null
}

function positionsOf({
  first_position: first,
  last_position: last,
}: Pick<Selectable<Database['run']>, 'first_position' | 'last_position'>): Positions | null {
  return first === null || last === null ? null : { first, last }
}

function runOf(row: Selectable<Database['run']>): Run {
  return {
    runId: row.run_id,
    kind: row.kind,
    status: row.status,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    expected: row.expected,
    reason: row.reason,
    taken: row.taken,
    identitiesCreated: row.identities_created,
    identitiesChanged: row.identities_changed,
    identitiesDeleted: row.identities_deleted,
    linksAdded: row.links_added,
    linksRemoved: row.links_removed,
    propertiesChanged: row.properties_changed,
    quarantined: row.quarantined,
    maxLagMs: row.max_lag_ms,
    positions: positionsOf(row),
  }
}

const SWEPT = 5_000

/** Takes out runs that ended before an instant. @returns how many */
export async function sweepRuns(
  trx: Transaction,
  tenantId: TenantId,
  before: Date,
): Promise<number> {
  const [swept] = await trx.prepared<{ rows: number }>(
    'run-sweep',
    `with gone as (
       delete from run
        where tenant_id = $1 and run_id in (
          select run_id from run
           where tenant_id = $1 and started_at < $2 and ended_at < $2
           order by started_at limit ${SWEPT})
       returning 1)
     select count(*) as rows from gone`,
    [tenantId, before],
  )
  return swept?.rows ?? 0
}
