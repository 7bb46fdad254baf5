/** Effective changes in the order in which they became visible; numbered by the loader. */
import { type Db, insertSelected, type Transaction } from '../db/index.ts'
import type { TenantId } from '../lib/index.ts'
import type { Positions } from './departures.ts'
import { assertNoneGone, assertNoneMissed } from './horizon.ts'
import { briefOf, type BriefRow } from './links.ts'
import type { IdentityEvent, NamedEvent } from './types.ts'

type EventRow = IdentityEvent & Record<string, unknown>
type NamedRow = EventRow & { readonly names: readonly BriefRow[] }

export function createEventReader({ db }: { db: Db }) {
  return {
    /**
     * What happened after a position, oldest first; without one from the first on that is kept.
     * @throws Refusal `history_gone` when some of it has outlived its days, `position_ahead` when that is not reached
     */
    async events(
      tenantId: TenantId,
      { after, limit }: { after: number | undefined; limit: number },
    ): Promise<IdentityEvent[]> {
      const rows = await db.inTenantOnce<EventRow>(
        tenantId,
        'identity-events',
        `select position, kind, identity_id as "identityId", other_id as "otherId", changes,
                request_id as "requestId", happened_at as "happenedAt"
           from event where tenant_id = $1 and position > $2 order by position limit $3`,
        [tenantId, after ?? 0, limit],
      )
      // After the other: what went in between is noticed.
      if (after !== undefined) await assertNoneMissed(db, tenantId, after)
      return rows
    },

    /** What happened last, the latest first, before a position if one is given. */
    async latestEvents(
      tenantId: TenantId,
      { limit, before }: { limit: number; before?: number | undefined },
    ): Promise<NamedEvent[]> {
      const values = [tenantId, before ?? null, limit]
      const rows = await db.inTenantOnce<NamedRow>(
        tenantId,
        'identity-events-latest',
        LATEST,
        values,
      )
      return rows.map(({ names, ...event }) => {
        const named = (id: string | null) => {
          const row = names.find(({ identity_id }) => identity_id === id)
          return row === undefined ? null : briefOf(row)
        }
        return { ...event, identity: named(event.identityId), other: named(event.otherId) }
      })
    },

    /**
     * What one request or full run began, among the positions that it has, in order.
     * @throws Refusal `history_gone` when some of it has outlived its days
     */
    async eventsBegunBy(
      tenantId: TenantId,
      requestId: string,
      { first, last, after, limit }: Positions & { readonly after: number; readonly limit: number },
    ): Promise<IdentityEvent[]> {
      const rows = await db.inTenantOnce<EventRow>(
        tenantId,
        'identity-events-begun-by',
        `select position, kind, identity_id as "identityId", other_id as "otherId", changes,
                request_id as "requestId", happened_at as "happenedAt"
           from event where tenant_id = $1 and position between $2 and $3 and request_id = $4
          order by position limit $5`,
        [tenantId, Math.max(first, after + 1), last, requestId, limit],
      )
      // After the other: what went in between is noticed.
      await assertNoneGone(db, tenantId, first)
      return rows
    },

    /** What happened to one identity, as the first or the other of an event, the latest first. */
    eventsOf: (
      tenantId: TenantId,
      identityId: string,
      { limit, before }: { limit: number; before?: number | undefined },
    ): Promise<IdentityEvent[]> =>
      db.inTenantOnce<EventRow>(tenantId, 'identity-events-of', OF_ONE, [
        tenantId,
        identityId,
        before ?? null,
        limit,
      ]),
  }
}

const LATEST = `
  select position, kind, identity_id as "identityId", other_id as "otherId", changes,
         request_id as "requestId", happened_at as "happenedAt",
         array(select jsonb_build_object('identity_id', i.identity_id, 'label', i.label, 'name', i.name,
                                         'display_name', i.display_name)
                 from identity i
                where i.tenant_id = $1 and i.identity_id in (e.identity_id, e.other_id)) as names
    from event e
   where tenant_id = $1 and ($2::bigint is null or position < $2)
   order by position desc limit $3`

/** Each half along its index. */
const OF_ONE = `
  select position, kind, identity_id as "identityId", other_id as "otherId", changes,
         request_id as "requestId", happened_at as "happenedAt"
    from ((select * from event
            where tenant_id = $1 and identity_id = $2 and ($3::bigint is null or position < $3)
            order by position desc limit $4)
          union
          (select * from event
            where tenant_id = $1 and other_id = $2 and ($3::bigint is null or position < $3)
            order by position desc limit $4)) halves
   order by position desc limit $4`

/** What is told of a change before it has its place. */
export type Unplaced = Omit<IdentityEvent, 'position' | 'happenedAt'>

/** @param after  the tenant's latest position; these have the next ones, in their order */
export function appendEvents(
  trx: Transaction,
  tenantId: TenantId,
  { after, now }: { readonly after: number; readonly now: Date },
  events: readonly Unplaced[],
): void {
  if (events.length === 0) return
  trx.send('identity-append-events', APPEND, [
    tenantId,
    after,
    now,
    events.map(({ kind }) => kind),
    events.map(({ identityId }) => identityId),
    events.map(({ otherId }) => otherId),
    events.map(({ changes }) => JSON.stringify(changes)),
    events.map(({ requestId }) => requestId),
  ])
}

/** Column by column: read out of one JSON text, a row took a third more of PostgreSQL's time. */
const APPEND = insertSelected(`
  insert into event (tenant_id, position, kind, identity_id, other_id, changes, request_id, happened_at)
  select $1, $2::bigint + nth, kind, identity_id, other_id, changes::jsonb, request_id, $3::timestamptz
    from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
      with ordinality as told (kind, identity_id, other_id, changes, request_id, nth)`)
