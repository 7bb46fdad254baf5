/**
 * The warnings that are owed and those that were sent: rows, which are the receipts, too. A node takes what is
 * due by moving its next try, so a node that dies with it leaves it to the others.
 */
import type { Selectable } from 'kysely'
import type { Database, Transaction } from '../db/index.ts'
import type { TenantId } from '../lib/index.ts'
import type { Given } from './given.ts'
import type { WarningSettings } from './settings.ts'
import type { Kind, Warning } from './texts.ts'

/** How long a node has for what it took. */
const TAKEN_MS = 60_000
const AT_ONCE = 20
const FIRST_WAIT_MS = 30_000
const MOST_WAIT_MS = 6 * 60 * 60_000
const DAY_MS = 24 * 60 * 60_000
const GIVE_UP_MS = 3 * DAY_MS

export interface Delivery extends Warning {
  readonly deliveryId: string
  readonly channel: 'email' | 'webhook'
  readonly target: string
  readonly createdAt: Date
  readonly tries: number
  readonly outcome: 'waiting' | 'delivered' | 'failed'
  /** What was answered last; `ok`, or why not. */
  readonly answer: string | null
  readonly deliveredAt: Date | null
  readonly nextTryAt: Date | null
}

/** Owes each of those who are warned what they were not owed yet. @returns what is new */
export async function oweWarnings(
  { db, clock, newId }: Pick<Given, 'db' | 'clock' | 'newId'>,
  tenantId: TenantId,
  { emails, webhookUrl }: WarningSettings,
  warnings: readonly Warning[],
): Promise<Delivery[]> {
  const now = clock()
  const targets = [
    ...emails.map((target) => ({ channel: 'email' as const, target })),
    ...(webhookUrl === null ? [] : [{ channel: 'webhook' as const, target: webhookUrl }]),
  ]
  const values = warnings.flatMap(({ kind, id, name, connectionId, expiresAt, days }) =>
    targets.map((target) => ({
      ...target,
      tenant_id: tenantId,
      delivery_id: newId('wrn'),
      kind,
      object_id: id,
      name,
      connection_id: connectionId as `con_${string}` | null,
      days,
      expires_at: expiresAt,
      created_at: now,
      next_try_at: now,
    })),
  )
  if (values.length === 0) return []
  const rows = await db.inTenant(tenantId, (trx) =>
    trx
      .insertInto('warning_delivery')
      .values(values)
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .execute(),
  )
  return rows.map(present)
}

export async function tenantsWithDue({ db, clock }: Given): Promise<TenantId[]> {
  const rows = await db.operatorWide((trx) =>
    trx
      .selectFrom('warning_delivery')
      .select('tenant_id')
      .distinct()
      .where('next_try_at', '<=', clock())
      .execute(),
  )
  return rows.map((row) => row.tenant_id)
}

export async function takeDue({ db, clock }: Given, tenantId: TenantId): Promise<Delivery[]> {
  const now = clock()
  const rows = await db.inTenant(tenantId, (trx) =>
    trx
      .updateTable('warning_delivery')
      .set((e) => ({
        tries: e('tries', '+', 1),
        next_try_at: new Date(now.getTime() + TAKEN_MS),
      }))
      .where('tenant_id', '=', tenantId)
      .where('delivery_id', 'in', (due) =>
        due
          .selectFrom('warning_delivery')
          .select('delivery_id')
          .where('tenant_id', '=', tenantId)
          .where('next_try_at', '<=', now)
          .orderBy('next_try_at')
          .limit(AT_ONCE)
          .forUpdate()
          .skipLocked(),
      )
      .returningAll()
      .execute(),
  )
  return rows.map(present)
}

/** Keeps what was answered; what failed is tried again: after 30 s, 1 min, … up to 6 h, for three days. */
export async function recordAnswer(
  { db, clock }: Given,
  tenantId: TenantId,
  { deliveryId, createdAt, tries }: Delivery,
  answer: string,
): Promise<void> {
  const now = clock()
  const isDone = answer === 'ok'
  const isOver = !isDone && now.getTime() - createdAt.getTime() > GIVE_UP_MS
  const waitMs = Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(tries - 1, 20))
  await db.inTenant(tenantId, (trx) =>
    trx
      .updateTable('warning_delivery')
      .set({
        answer,
        delivered_at: isDone ? now : null,
        failed_at: isOver ? now : null,
        next_try_at: isDone || isOver ? null : new Date(now.getTime() + waitMs),
      })
      .where('tenant_id', '=', tenantId)
      .where('delivery_id', '=', deliveryId)
      .execute(),
  )
}

export interface OwedWarnings {
  readonly waiting: number
  /** Of those, tried several times. */
  readonly failing: number
  /** Not tried any more, within the last day. */
  readonly givenUp: number
  readonly oldestAt: Date | null
}

const COUNT = `
  select count(*) filter (where next_try_at is not null) as waiting,
         count(*) filter (where next_try_at is not null and tries >= 3) as failing,
         count(*) filter (where failed_at > $1) as "givenUp",
         min(created_at) filter (where next_try_at is not null) as "oldestAt"
    from warning_delivery
   where next_try_at is not null or failed_at > $1`

/** Operator-wide. */
export async function countOwed({ db, clock }: Given): Promise<OwedWarnings> {
  const since = new Date(clock().getTime() - DAY_MS)
  const [counted] = await db.operatorWide((trx) =>
    trx.prepared<OwedWarnings>('owed-warnings', COUNT, [since]),
  )
  return counted ?? { waiting: 0, failing: 0, givenUp: 0, oldestAt: null }
}

/** The latest first; `after` is the last `deliveryId` of the page before. */
export async function listDeliveries(
  { db }: Given,
  tenantId: TenantId,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<Delivery[]> {
  const rows = await db.inTenant(tenantId, (trx: Transaction) => {
    let query = trx.selectFrom('warning_delivery').selectAll().where('tenant_id', '=', tenantId)
    if (after !== undefined) query = query.where('delivery_id', '<', after)
    return query.orderBy('delivery_id', 'desc').limit(limit).execute()
  })
  return rows.map(present)
}

const SWEEP = `
  with gone as (
    delete from warning_delivery
     where tenant_id = $1 and delivery_id in (
       select delivery_id from warning_delivery
        where tenant_id = $1 and expires_at < $2 and next_try_at is null
        order by delivery_id limit 5000)
    returning 1)
  select count(*) as rows from gone`

/** Takes out a batch of what was told of things that ended before an instant. @returns how many */
export async function sweepWarnings(
  { db }: Pick<Given, 'db'>,
  tenantId: TenantId,
  before: Date,
): Promise<number> {
  const [swept] = await db.inTenantOnce<{ rows: number }>(tenantId, 'warnings-sweep', SWEEP, [
    tenantId,
    before,
  ])
  return swept?.rows ?? 0
}

function present(row: Selectable<Database['warning_delivery']>): Delivery {
  const waits = row.failed_at === null ? 'waiting' : 'failed'
  return {
    deliveryId: row.delivery_id,
    // Written by `oweWarnings` from the same list.
    kind: row.kind as Kind,
    id: row.object_id,
    name: row.name,
    connectionId: row.connection_id,
    days: row.days,
    expiresAt: row.expires_at,
    channel: row.channel,
    target: row.target,
    createdAt: row.created_at,
    tries: row.tries,
    outcome: row.delivered_at === null ? waits : 'delivered',
    answer: row.answer,
    deliveredAt: row.delivered_at,
    nextTryAt: row.next_try_at,
  }
}
