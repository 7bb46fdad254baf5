/** Handlers of people, groups and what happened to them. */
import type { identityRoutes } from '../../contract/index.ts'
import type { Identity, IdentityEvent } from '../../identity/index.ts'
import { type IdentityId, Refusal, type TenantId } from '../../lib/index.ts'
import { type AdminParts, type Handlers, iso, isoOrNull, page } from './handlers.ts'

/** Groups of one person shown at a time; more is a search of its own. */
const GROUPS_SHOWN = 500

export const identityHandlers: Handlers<typeof identityRoutes> = {
  listIdentities: async ({ tenants, identity }, { tenant, limit, ...ask }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const rows = await identity.search(tenantId, { ...ask, limit: limit + 1 })
    return page(rows, limit, (row) => row.identityId, presentIdentity)
  },

  readIdentity: async (parts, input) => {
    const { tenantId } = await parts.tenants.findTenant(input.tenant)
    const present = await read(parts, tenantId, input.identity)
    if (input.asOf === undefined) return whole(parts, tenantId, present)
    const at = new Date(input.asOf)
    const then = await parts.identity.asOf(tenantId, present, at)
    if (then === undefined) throw new Refusal('not_found', whyNotThen(present, input.asOf))
    const groups = await parts.identity.groupsAsOf(tenantId, then.identityId, at, GROUPS_SHOWN)
    return { ...(await whole(parts, tenantId, then)), groups: groups.map(presentBrief) }
  },

  readIdentityByFqn: async (parts, { tenant, fqn }) => {
    const { tenantId } = await parts.tenants.findTenant(tenant)
    const found = await parts.identity.resolveFqn(tenantId, fqn)
    if (found === undefined)
      throw new Refusal('not_found', `Nobody has or had the fully qualified name "${fqn}" there.`)
    return { ...(await whole(parts, tenantId, found.identity)), isOld: found.isOld }
  },

  listGroupsOf: async (parts, { tenant, limit, after, ...input }) => {
    const { tenantId } = await parts.tenants.findTenant(tenant)
    await read(parts, tenantId, input.identity)
    const paging = { limit: limit + 1, after }
    const rows = await parts.identity.groupsOf(tenantId, input.identity, paging)
    return page(rows, limit, (row) => row.identityId, presentBrief)
  },

  listMembers: async (parts, { tenant, limit, after, asOf, ...input }) => {
    const { tenantId } = await parts.tenants.findTenant(tenant)
    await read(parts, tenantId, input.identity)
    const paging = { limit: limit + 1, after }
    const rows =
      asOf === undefined
        ? await parts.identity.members(tenantId, input.identity, paging)
        : await parts.identity.membersAsOf(tenantId, input.identity, new Date(asOf), paging)
    return page(rows, limit, (row) => row.identityId, presentBrief)
  },

  listEventsOf: async (parts, { tenant, limit, before, ...input }) => {
    const { tenantId } = await parts.tenants.findTenant(tenant)
    await read(parts, tenantId, input.identity)
    const asked = { limit: limit + 1, before }
    const rows = await parts.identity.eventsOf(tenantId, input.identity, asked)
    const items = rows.slice(0, limit)
    const next = rows.length > limit ? (items.at(-1)?.position ?? null) : null
    return { items: items.map(presentEvent), next }
  },

  listEvents: async ({ tenants, identity }, { tenant, limit, after }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const rows = await identity.events(tenantId, { after, limit: limit + 1 })
    const items = rows.slice(0, limit)
    const next = rows.length > limit ? (items.at(-1)?.position ?? null) : null
    return {
      items: items.map(presentEvent),
      next,
    }
  },

  listLatestEvents: async ({ tenants, identity }, { tenant, limit, before }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const rows = await identity.latestEvents(tenantId, { limit: limit + 1, before })
    const items = rows.slice(0, limit)
    return {
      items: items.map(({ identity: who, other, ...event }) => ({
        ...presentEvent(event),
        identity: who && presentBrief(who),
        other: other && presentBrief(other),
      })),
      next: rows.length > limit ? (items.at(-1)?.position ?? null) : null,
    }
  },

  listSessionsOf: async (parts, { tenant, identity }) => {
    const { tenantId } = await parts.tenants.findTenant(tenant)
    await read(parts, tenantId, identity)
    const sessions = await parts.signin.listSessions(tenantId, identity)
    return {
      items: sessions.map(({ signedInAt, endsAt, amr, siteIds }) => ({
        signedInAt: iso(signedInAt),
        endsAt: iso(endsAt),
        amr: [...amr],
        siteIds: [...siteIds],
      })),
    }
  },

  endSessionsOfPerson: async (parts, { tenant, identity }) => {
    const { tenantId } = await parts.tenants.findTenant(tenant)
    await read(parts, tenantId, identity)
    return { sessionsEnded: await parts.signin.endSessionsOf(parts.actor, tenantId, identity) }
  },

  eraseIdentity: async ({ tenants, signin, actor }, { tenant, identity }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    return signin.eraseIdentity(actor, tenantId, identity)
  },
}

async function read(
  { identity }: AdminParts,
  tenantId: TenantId,
  identityId: IdentityId,
): Promise<Identity> {
  const found = await identity.read(tenantId, identityId)
  if (found === undefined)
    throw new Refusal('not_found', `There is no identity ${identityId} there.`)
  return found
}

function whyNotThen({ identityId, erasedAt }: Identity, asOf: string): string {
  return erasedAt === null
    ? `${identityId} was not there at ${asOf}.`
    : `${identityId} was erased on ${iso(erasedAt)}: who they were before is not kept.`
}

async function whole({ identity }: AdminParts, tenantId: TenantId, found: Identity) {
  const [history, groups, others] = await Promise.all([
    identity.history(tenantId, found.identityId),
    identity.groupsOf(tenantId, found.identityId, { limit: GROUPS_SHOWN }),
    found.joinedFrom.length === 0 ? [] : identity.readMany(tenantId, found.joinedFrom),
  ])
  return {
    ...presentIdentity(found),
    joinedFrom: found.joinedFrom.flatMap((id) =>
      others
        .filter(({ identityId }) => identityId === id)
        .map(({ sourceState, state, ...other }) =>
          presentIdentity({ ...other, sourceState, state: sourceState ?? state }),
        ),
    ),
    properties: { ...found.properties },
    history: history.map(({ fqn, validFrom, validTo }) => ({
      fqn,
      validFrom: iso(validFrom),
      validTo: isoOrNull(validTo),
    })),
    groups: groups.map(presentBrief),
  }
}

export function presentIdentity({ identityId, createdAt, changedAt, ...rest }: Identity) {
  return {
    ...rest,
    id: identityId,
    createdAt: iso(createdAt),
    changedAt: iso(changedAt),
    erasedAt: isoOrNull(rest.erasedAt),
  }
}

export function presentEvent({ happenedAt, ...row }: IdentityEvent) {
  return { ...row, happenedAt: iso(happenedAt) }
}

export function presentBrief(row: {
  identityId: IdentityId
  fqn: string
  displayName: string | null
}) {
  return { id: row.identityId, fqn: row.fqn, displayName: row.displayName }
}
