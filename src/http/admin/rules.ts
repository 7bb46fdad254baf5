/** Handlers of rules. */
import type { ruleRoutes } from '../../contract/index.ts'
import type { JoiningVersion, Preview, Role, RuleVersion } from '../../etl/index.ts'
import { renderFqn } from '../../identity/index.ts'
import { type ConnectionId, Refusal, type TenantId } from '../../lib/index.ts'
import { presentBrief } from './identities.ts'
import { type AdminParts, type Handlers, isoOrNull } from './handlers.ts'

/** Shown of those who share a value: a rule that tells nobody apart gives it to everybody. */
const MOST_SOURCES = 20

interface At {
  readonly tenant: string
  readonly connection: ConnectionId
}

export const ruleHandlers: Handlers<typeof ruleRoutes> = {
  readRules: async (parts, at) =>
    present(await parts.rules.read(await tenantOf(parts, at), at.connection)),

  listRuleVersions: async (parts, at) => {
    const versions = await parts.rules.list(await tenantOf(parts, at), at.connection, at.limit)
    return { items: versions.map(present) }
  },

  readRuleVersion: async (parts, at) =>
    present(await parts.rules.read(await tenantOf(parts, at), at.connection, at.version)),

  previewRules: async (parts, { rules, person, ...at }) =>
    presentPreview(
      await parts.rules.preview(await tenantOf(parts, at), at.connection, { rules, person }),
    ),

  previewJoining: async ({ tenants, rules }, { tenant, ...asked }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const { people, ...counts } = await rules.previewJoining(tenantId, asked)
    return {
      ...counts,
      people: people.map((each) => ({ ...each, sources: each.sources.slice(0, MOST_SOURCES) })),
    }
  },

  readJoining: async ({ tenants, rules }, { tenant }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    return presentJoining(await rules.readJoining(tenantId))
  },

  listJoiningVersions: async ({ tenants, rules }, { tenant, limit }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    return { items: (await rules.listJoining(tenantId, limit)).map(presentJoining) }
  },

  applyJoining: async ({ tenants, rules, actor }, { tenant, replaces, ...rule }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const applied = await rules.applyJoining(actor, tenantId, { rule, replaces })
    return { ...presentJoining(applied), runId: applied.runId }
  },

  listRoles: async ({ tenants, identity, rules }, input) => {
    const { tenantId } = await tenants.findTenant(input.tenant)
    const person = await identity.read(tenantId, input.identity)
    if (person === undefined)
      throw new Refusal('not_found', `No identity of this tenant is ${input.identity}.`)
    return { items: (await rules.rolesOf(tenantId, person)).map(presentRole) }
  },

  applyRules: async (parts, { rules, replaces, ...at }) => {
    const tenantId = await tenantOf(parts, at)
    const { createdAt, ...applied } = await parts.rules.apply(
      parts.actor,
      tenantId,
      at.connection,
      { rules, replaces },
    )
    return { ...applied, createdAt: isoOrNull(createdAt) }
  },
}

/** @throws Refusal `not_found` also where the connection is another tenant's */
async function tenantOf({ tenants }: AdminParts, { tenant, connection }: At): Promise<TenantId> {
  const { tenantId } = await tenants.findTenant(tenant)
  await tenants.readConnection(tenantId, connection)
  return tenantId
}

function present({ createdAt, ...rest }: RuleVersion) {
  return { ...rest, createdAt: isoOrNull(createdAt) }
}

export function presentRole({ role, because }: Role) {
  return { role, because: because.map(presentBrief) }
}

function presentPreview({ people, ...counts }: Preview) {
  return {
    ...counts,
    people: people.map(({ label, name, changes, ...rest }) => ({
      ...rest,
      fqn: name === null ? null : renderFqn(label, name),
      changes: { ...changes },
    })),
  }
}

function presentJoining({ version, by, active, connections, author, createdAt }: JoiningVersion) {
  return {
    version,
    by,
    active,
    connections: [...connections],
    author,
    createdAt: isoOrNull(createdAt),
  }
}
