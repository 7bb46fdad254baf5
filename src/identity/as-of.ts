/**
 * What was so at an instant in the past, told from the events: who somebody was, who was in a
 * group. Events are kept in the order in which they became visible, so this is what sites knew then.
 */
import type { Db } from '../db/index.ts'
import type { IdentityId, TenantId } from '../lib/index.ts'
import { renderFqn } from './fqn.ts'
import { assertKept } from './horizon.ts'
import type { Identity, IdentityBrief, IdentityEvent } from './types.ts'

/** Changes of one identity that are undone at most; whoever changed more often is asked for in steps. */
const MOST_UNDONE = 10_000

export function createPast({ db }: { db: Db }) {
  return {
    /**
     * As somebody was then: their present state with every later change undone, the latest first.
     * @returns undefined when they were not there yet, or had been deleted
     * @throws Refusal `history_gone` when that is not known any more; so do the others
     */
    async asOf(tenantId: TenantId, present: Identity, at: Date): Promise<Identity | undefined> {
      await assertKept(db, tenantId, at)
      const later = await db.inTenantOnce<Undone>(
        tenantId,
        'identity-changes-since',
        `select kind, changes from event
          where tenant_id = $1 and identity_id = $2 and happened_at > $3
          order by position desc limit ${MOST_UNDONE}`,
        [tenantId, present.identityId, at],
      )
      return undo(present, later)
    },

    /**
     * Who was in a group then, under the names they had then; in order of birth, `after` is the last
     * `identityId` of the page before.
     */
    async membersAsOf(
      tenantId: TenantId,
      groupId: IdentityId,
      at: Date,
      { limit, after }: { limit: number; after?: string | undefined },
    ): Promise<IdentityBrief[]> {
      await assertKept(db, tenantId, at)
      const rows = await db.inTenantOnce<BriefRow>(tenantId, 'identity-members-as-of', MEMBERS, [
        tenantId,
        groupId,
        at,
        after ?? '',
        limit,
      ])
      return rows.map(briefOf)
    },

    /** The groups somebody was in then, under the names that the groups had then. */
    async groupsAsOf(
      tenantId: TenantId,
      identityId: IdentityId,
      at: Date,
      limit: number,
    ): Promise<IdentityBrief[]> {
      await assertKept(db, tenantId, at)
      const rows = await db.inTenantOnce<BriefRow>(tenantId, 'identity-groups-as-of', GROUPS, [
        tenantId,
        identityId,
        at,
        '',
        limit,
      ])
      return rows.map(briefOf)
    },
  }
}

type Undone = Pick<IdentityEvent, 'kind' | 'changes'> & Record<string, unknown>

interface BriefRow extends Record<string, unknown> {
  readonly identity_id: IdentityId
  readonly label: string
  readonly name: string
  readonly display_name: string | null
}

function briefOf(row: BriefRow): IdentityBrief {
  return {
    identityId: row.identity_id,
    fqn: renderFqn(row.label, row.name),
    displayName: row.display_name,
  }
}

/** Pure. @param later  the latest first */
export function undo(present: Identity, later: readonly Undone[]): Identity | undefined {
  if (later.some(({ kind }) => kind.endsWith('.created'))) return undefined
  const was: Record<string, unknown> = { ...present }
  const properties: Record<string, unknown> = { ...present.properties }
  for (const { changes } of later)
    for (const [name, { from }] of Object.entries(changes)) {
      const [, property] = /^properties\.(.*)$/s.exec(name) ?? []
      if (property === undefined) was[name] = from
      else if (from === null) delete properties[property]
      else properties[property] = from
    }
  // The names come from the events that the loader made of an identity's own facts.
  const then = { ...was, properties } as unknown as Identity
  return then.state === 'deleted' ? undefined : { ...then, fqn: renderFqn(then.label, then.name) }
}

/**
 * The last word on each membership up to then. What was deleted by then took its links with it
 * without a word on each.
 */
function heldThen(given: 'identity_id' | 'other_id', asked: 'identity_id' | 'other_id'): string {
  return `
  with last as (
    select distinct on (${asked}) ${asked} as asked_id, kind, position
      from event
     where tenant_id = $1 and ${given} = $2 and happened_at <= $3
       and kind = any ('{group.member-added,group.member-removed}')
     order by ${asked}, position desc
  )
  select i.identity_id, coalesce(f.label, i.label) as label, coalesce(f.name, i.name) as name,
         case when later.is_other then later.was else i.display_name end as display_name
    from last
    join identity i on i.tenant_id = $1 and i.identity_id = last.asked_id
    left join lateral (
      select label, name from fqn
       where tenant_id = $1 and identity_id = i.identity_id and valid_from <= $3
       order by valid_from desc limit 1) f on true
    left join lateral (
      select true as is_other, changes -> 'displayName' ->> 'from' as was from event
       where tenant_id = $1 and identity_id = i.identity_id and happened_at > $3
         and changes -> 'displayName' is not null
       order by position limit 1) later on true
   where last.kind = 'group.member-added' and last.asked_id > $4
     and not exists (
       select from event gone
        where gone.tenant_id = $1 and gone.identity_id = any (array[$2, last.asked_id])
          and gone.happened_at <= $3 and gone.kind = any ('{person.deleted,group.deleted}'))
   order by last.asked_id limit $5`
}

const MEMBERS = heldThen('identity_id', 'other_id')
const GROUPS = heldThen('other_id', 'identity_id')
