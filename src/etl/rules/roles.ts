/**
 * Roles: names that people have because of the groups that they are in. A group is meant by its id, so
 * it may be renamed, or another be given its name, and nobody gains a role by that (SEC N-2).
 *
 * Nothing is stored with a person: their roles follow, whenever they are asked for, from the rules in
 * force and the links that the loader keeps. Only direct memberships count.
 */
import type { Identity, IdentityBrief, IdentityStore } from '../../identity/index.ts'
import { type ConnectionId, type IdentityId, Refusal, type TenantId } from '../../lib/index.ts'
import type { Db } from '../../db/index.ts'
import type { RuleSet } from './rule-set.ts'

/** By name of the role, the ids of the groups that give it. */
export type Roles = NonNullable<RuleSet['roles']>

export interface Role {
  readonly role: string
  /** The groups that give it to them. */
  readonly because: readonly IdentityBrief[]
}

type Person = Pick<Identity, 'identityId' | 'connectionId' | 'joinedFrom'>

interface Given {
  readonly db: Db
  readonly identity: Pick<IdentityStore, 'readMany' | 'groupsAmong'>
}

/** What somebody has who is in these groups, in order. Pure. */
export function rolesFor(
  roles: Roles | undefined,
  groupIds: ReadonlySet<string>,
): { readonly role: string; readonly because: readonly string[] }[] {
  return Object.entries(roles ?? {})
    .map(([role, ids]) => ({ role, because: ids.filter((id) => groupIds.has(id)) }))
    .filter(({ because }) => because.length > 0)
    .toSorted((one, other) => (one.role < other.role ? -1 : 1))
}

/** The groups that any role is given by. */
export function groupsIn(...all: readonly (Roles | undefined)[]): IdentityId[] {
  return [...new Set(all.flatMap((roles) => Object.values(roles ?? {}).flat()))]
}

/** Of who is joined from several connections, those that each of them gives. */
export async function rolesOf(
  { db, identity }: Given,
  tenantId: TenantId,
  { identityId, connectionId, joinedFrom }: Person,
): Promise<Role[]> {
  const others = joinedFrom.length === 0 ? [] : await identity.readMany(tenantId, joinedFrom)
  const inForce = await db.shared.read<{ roles: Roles | null }>(
    tenantId,
    'rules-roles-in-force',
    `select distinct on (connection_id) rules -> 'roles' as roles from rule_set
      where tenant_id = $1 and connection_id = any ($2::text[]) order by connection_id, version desc`,
    [tenantId, [connectionId, ...others.map((each) => each.connectionId)]],
  )
  const roles = merged(inForce.map((each) => each.roles ?? {}))
  const meant = groupsIn(roles)
  if (meant.length === 0) return []
  const groups = await identity.groupsAmong(tenantId, identityId, meant)
  const byId = new Map<string, IdentityBrief>(groups.map((group) => [group.identityId, group]))
  return rolesFor(roles, new Set(byId.keys())).map(({ role, because }) => ({
    role,
    because: because.flatMap((id) => byId.get(id) ?? []),
  }))
}

/** Each role with the groups of all that give it. */
function merged(all: readonly Roles[]): Roles {
  const [first = {}, ...others] = all
  if (others.length === 0) return first
  const names = new Set(all.flatMap((roles) => Object.keys(roles)))
  return Object.fromEntries(
    Array.from(names, (name) => [
      name,
      all.flatMap((roles) => (Object.hasOwn(roles, name) ? (roles[name] ?? []) : [])),
    ]),
  )
}

/** @throws Refusal `invalid_input` where an id is not that of a group of the connection */
export async function refuseStrangers(
  { identity }: Given,
  tenantId: TenantId,
  connectionId: ConnectionId,
  roles: Roles | undefined,
): Promise<void> {
  const wanted = groupsIn(roles)
  if (wanted.length === 0) return
  const there = await identity.readMany(tenantId, wanted)
  const groups = there.filter((each) => each.kind === 'group' && each.connectionId === connectionId)
  const known = new Set<string>(groups.map(({ identityId }) => identityId))
  const stranger = wanted.find((id) => !known.has(id))
  if (stranger !== undefined)
    throw new Refusal(
      'invalid_input',
      `roles: ${stranger} is no group of this connection. A group is named by its id.`,
      { command: 'group list' },
    )
}
