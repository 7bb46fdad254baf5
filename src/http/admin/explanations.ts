/** Handler of explanations. */
import type { explanationRoutes } from '../../contract/index.ts'
import type { Explanation } from '../../explain/index.ts'
import { type Handlers, iso, isoOrNull, onlyConnection, page } from './handlers.ts'
import { presentBrief, presentEvent, presentIdentity } from './identities.ts'
import { presentSignIn } from './logs.ts'
import { presentRole } from './rules.ts'
import { presentQuarantined } from './present-sync.ts'

export const explanationHandlers: Handlers<typeof explanationRoutes> = {
  explain: async ({ tenants, explain }, { tenant, person }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const { asked, signIn, verdict, people } = await explain.explain(tenantId, person)
    return {
      asked,
      identityId: people[0]?.identity?.identityId ?? null,
      signIn: signIn === undefined ? null : presentSignIn(signIn),
      verdict,
      people: people.map(present),
    }
  },

  tryClaims: async ({ tenants, explain }, { tenant, connectionId, claims }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const at = connectionId ?? (await onlyConnection(tenants, tenantId))
    const { connection, mapping, value, people, ...trial } = await explain.tryClaims(
      tenantId,
      at,
      claims,
    )
    return {
      ...trial,
      connectionId: connection.connectionId,
      mapping: presentMapping(mapping),
      value: value ?? null,
      people: people.map(present),
    }
  },

  checkClaimTypeMapping: async ({ tenants, explain }, { tenant, mapping, limit, after }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const ask = { limit: limit + 1, after }
    const { people, mapping: _, ...counts } = await explain.checkMapping(tenantId, mapping, ask)
    return {
      ...counts,
      ...page(
        people,
        limit,
        (person) => person.identityId,
        (person) => person,
      ),
    }
  },

  checkClaimValues: async ({ tenants, explain }, { tenant, mapping, values }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const items = await explain.checkValues(tenantId, mapping, values)
    return { asked: values.length, items }
  },
}

function presentMapping(mapping: Explanation['mapping']) {
  return mapping === undefined ? null : { ...mapping, id: mapping.mappingId }
}

function present(explained: Explanation) {
  const { verdict, connection, mapping, staged, progress, identity, joining } = explained
  return {
    verdict,
    connection: {
      id: connection.connectionId,
      label: connection.label,
      issuer: connection.issuer,
    },
    mapping: presentMapping(mapping),
    staged:
      staged === undefined
        ? null
        : { ...staged, createdAt: iso(staged.createdAt), modifiedAt: iso(staged.modifiedAt) },
    progress:
      progress === undefined
        ? null
        : {
            ...progress,
            oldestWaitingAt: isoOrNull(progress.oldestWaitingAt),
            quarantined: progress.quarantined.map(presentQuarantined),
            heldAt: isoOrNull(progress.heldAt),
            keptAt: isoOrNull(progress.keptAt),
          },
    identity: identity === undefined ? null : presentIdentity(identity),
    joining:
      joining === null ? null : { ...joining, people: explained.sources.map(presentIdentity) },
    groups: explained.groups.map((group) => {
      const kept = explained.kept.get(group.identityId)
      return {
        ...presentBrief(group),
        held: kept === undefined ? null : { ...kept, heldAt: iso(kept.heldAt) },
      }
    }),
    roles: explained.roles.map(presentRole),
    events: explained.events.map(presentEvent),
    signIns: explained.signIns.map(presentSignIn),
  }
}
