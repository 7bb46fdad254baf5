/**
 * Who lost access, and which memberships ended, between two positions: as far as it is still so, and by
 * nothing that came later. What was deleted is not among them: an identity provider that has somebody
 * again sends them as somebody new. Nor is a membership that went over to who is one person with them.
 */
import type { Transaction } from '../db/index.ts'
import type { IdentityId, TenantId } from '../lib/index.ts'

export interface Departure {
  readonly position: number
  /** The person, or the group that the membership was of. */
  readonly identityId: IdentityId
  /** The member, where it is a membership that ended. */
  readonly memberId: IdentityId | null
  /** The request that began it. */
  readonly requestId: string | null
}

/** Both ends belong to it. */
export interface Positions {
  readonly first: number
  readonly last: number
}

export interface DeparturesQuery extends Positions {
  /** Only those that this request began; null: only those that a request of an identity provider did. */
  readonly requestId: string | null
  /** But not those. */
  readonly except: readonly Positions[]
  readonly limit: number
}

/** In the order in which they happened. */
export function departures(
  trx: Transaction,
  tenantId: TenantId,
  { first, last, requestId, except, limit }: DeparturesQuery,
): Promise<Departure[]> {
  return trx.prepared<Departure & Record<string, unknown>>('identity-departures', DEPARTURES, [
    tenantId,
    first,
    last,
    requestId,
    except.map((each) => each.first),
    except.map((each) => each.last),
    limit,
  ])
}

/** A later word on a membership is looked for among the member's: a group may have very many. */
const DEPARTURES = `
  select e.position, e.identity_id as "identityId", e.other_id as "memberId", e.request_id as "requestId"
    from event e
    join identity i on i.tenant_id = $1 and i.identity_id = e.identity_id
    left join identity o on o.tenant_id = $1 and o.identity_id = e.other_id
   where e.tenant_id = $1 and e.position between $2 and $3
     and case when $4::text is null then e.request_id not like 'run\\_%' else e.request_id = $4 end
     and not exists (select from unnest($5::bigint[], $6::bigint[]) as other (first, last)
                      where e.position between other.first and other.last)
     and case e.kind
           when 'person.deactivated' then i.state = 'inactive' and not exists (
             select from event later
              where later.tenant_id = $1 and later.identity_id = e.identity_id
                and later.position > e.position
                and later.kind = any ('{person.reactivated,person.deactivated}'))
           when 'group.member-removed' then e.changes = '{}' and i.state <> 'deleted' and o.state <> 'deleted' and not exists (
             select from event later
              where later.tenant_id = $1 and later.other_id = e.other_id
                and later.position > e.position and later.identity_id = e.identity_id
                and later.kind = any ('{group.member-added,group.member-removed}'))
           else false end
   order by e.position limit $7`
