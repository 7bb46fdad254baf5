/**
 * How many members groups have, and how many they lost within a window: kept, so that the brake need
 * not count. A group has a row only after it was counted once.
 */
import { insertSelected, type Transaction } from '../db/index.ts'
import { countMembers, type Link } from '../identity/index.ts'
import type { IdentityId, TenantId } from '../lib/index.ts'

export interface GroupState {
  /** Members that it lost in the window. */
  readonly departed: number
  /** Some of its memberships are held, or released and not loaded yet. */
  readonly isHolding: boolean
}

export const NOTHING: GroupState = { departed: 0, isHolding: false }

export async function groupStates(
  trx: Transaction,
  tenantId: TenantId,
  groups: readonly { readonly identityId: IdentityId; readonly resourceId: string }[],
  since: Date,
): Promise<Map<IdentityId, GroupState>> {
  const asked = new Map(groups.map(({ identityId, resourceId }) => [identityId, resourceId]))
  if (asked.size === 0) return new Map()
  const rows = await trx.prepared<
    GroupState & { identityId: IdentityId } & Record<string, unknown>
  >('brake-groups', GROUPS, [tenantId, [...asked.keys()], [...asked.values()], since])
  return new Map(rows.map((row) => [row.identityId, row]))
}

const GROUPS = `
  select asked.identity_id as "identityId",
         (select coalesce(sum(members), 0)::bigint from group_departure d
           where d.tenant_id = $1 and d.identity_id = asked.identity_id and d.slice_at >= $4) as departed,
         exists (select from held h
                  where h.tenant_id = $1 and h.resource_id = asked.resource_id and h.member_id <> ''
                    and h.discarded_at is null) as "isHolding"
    from unnest($2::text[], $3::text[]) as asked (identity_id, resource_id)`

/** How many members each has now. Those that have no row yet are counted, and have one from now on. */
export async function membersOf(
  trx: Transaction,
  tenantId: TenantId,
  groupIds: readonly IdentityId[],
): Promise<Map<IdentityId, number>> {
  if (groupIds.length === 0) return new Map()
  const kept = await trx.prepared<{ identityId: IdentityId; members: number }>(
    'brake-members',
    `select identity_id as "identityId", members from member_count
      where tenant_id = $1 and identity_id = any ($2::text[])`,
    [tenantId, groupIds],
  )
  const known = new Map(kept.map(({ identityId, members }) => [identityId, members]))
  const counted = await countMembers(
    trx,
    tenantId,
    groupIds.filter((id) => !known.has(id)),
  )
  await trx.prepared(
    'brake-count-members',
    insertSelected(`insert into member_count (tenant_id, identity_id, members)
     select $1, * from unnest($2::text[], $3::bigint[])`),
    [tenantId, [...counted.keys()], [...counted.values()]],
  )
  return new Map([...known, ...counted])
}

/** So many slices have a window: as exact as that is what is counted. */
const SLICES = 60

/** Some members were taken out of their groups. */
export async function noteGroupDepartures(
  trx: Transaction,
  tenantId: TenantId,
  links: readonly Link[],
  { now, since }: { now: Date; since: Date },
): Promise<void> {
  if (links.length === 0) return
  const sliceMs = Math.ceil((now.getTime() - since.getTime()) / SLICES)
  const slice = new Date(Math.floor(now.getTime() / sliceMs) * sliceMs)
  const departed = countBy(links, () => 1)
  await trx.prepared('brake-note-groups', NOTE, [
    tenantId,
    [...departed.keys()],
    [...departed.values()],
    slice,
    since,
  ])
}

/** What is older than the window is forgotten with it. */
const NOTE = `
  with old as (
    delete from group_departure
     where tenant_id = $1 and identity_id = any ($2::text[]) and slice_at < $5
  )
  insert into group_departure (tenant_id, identity_id, slice_at, members)
  select $1, identity_id, $4, members from unnest($2::text[], $3::bigint[]) as gone (identity_id, members)
  on conflict (tenant_id, identity_id, slice_at) do update
    set members = group_departure.members + excluded.members`

/** After the links of a batch are written: what is counted stays right. */
export function keepMemberCounts(
  trx: Transaction,
  tenantId: TenantId,
  added: readonly Link[],
  removed: readonly Link[],
): void {
  const ofGroups = [...added, ...removed].filter(({ kind }) => kind === 'member')
  if (ofGroups.length === 0) return
  const isAdded = new Set(added)
  const deltas = countBy(ofGroups, (link) => (isAdded.has(link) ? 1 : -1))
  trx.send(
    'brake-keep-members',
    `update member_count c set members = c.members + d.delta
       from unnest($2::text[], $3::bigint[]) as d (identity_id, delta)
      where c.tenant_id = $1 and c.identity_id = d.identity_id`,
    [tenantId, [...deltas.keys()], [...deltas.values()]],
  )
}

function countBy(links: readonly Link[], weight: (link: Link) => number): Map<IdentityId, number> {
  const counts = new Map<IdentityId, number>()
  for (const link of links) counts.set(link.fromId, (counts.get(link.fromId) ?? 0) + weight(link))
  return counts
}
