/** Handlers of the provisioning log and the sign-in log. */
import { keyOfEntry, type ProvisioningEntry } from '../../audit/index.ts'
import type { logRoutes } from '../../contract/index.ts'
import { Refusal } from '../../lib/index.ts'
import type { SignIn } from '../../signin/index.ts'
import { type Handlers, iso, isoOrNull, page } from './handlers.ts'

export const logHandlers: Handlers<Omit<typeof logRoutes, 'readOpenApi'>> = {
  listSignIns: async ({ tenants, signin }, input) => {
    const { tenant, limit, identity, site, connection, since, until, ...ask } = input
    const { tenantId } = await tenants.findTenant(tenant)
    const rows = await signin.signIns(tenantId, {
      ...ask,
      limit: limit + 1,
      identityId: identity,
      clientId: site,
      connectionId: connection,
      ...withinOf({ since, until }),
    })
    return page(rows, limit, (row) => row.signInId, presentSignIn)
  },

  listSignals: async ({ tenants, signin }, { tenant, limit, after }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const rows = await signin.signals(tenantId, { limit: limit + 1, after })
    return page(
      rows,
      limit,
      (row) => row.signalId,
      ({ signalId, identityIds, receivedAt, ...row }) => ({
        ...row,
        id: signalId,
        identityIds: [...identityIds],
        receivedAt: iso(receivedAt),
      }),
    )
  },

  readSignIn: async ({ tenants, signin }, { tenant, reference }) => {
    const within = tenant && (await tenants.findTenant(tenant)).tenantId
    const found = await signin.findSignIn(reference)
    if (found === undefined || (within ?? found.tenantId) !== found.tenantId)
      throw new Refusal('not_found', `No sign-in has the reference ${reference}.`)
    return presentSignIn(found)
  },

  listLogoutNotices: async ({ tenants, signin }, { tenant, limit, after, site, identity }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const query = { limit: limit + 1, after, siteId: site, identityId: identity }
    const rows = await signin.listNotices(tenantId, query)
    return page(
      rows,
      limit,
      (row) => row.noticeId,
      ({ noticeId, createdAt, deliveredAt, nextTryAt, ...row }) => ({
        id: noticeId,
        ...row,
        createdAt: iso(createdAt),
        deliveredAt: isoOrNull(deliveredAt),
        nextTryAt: isoOrNull(nextTryAt),
      }),
    )
  },

  listProvisioningLog: async ({ tenants, provisioningLog }, input) => {
    const { tenantId } = await tenants.findTenant(input.tenant)
    const { limit, connection, resource, since, until, ...rest } = input
    const rows = await provisioningLog.list(tenantId, {
      ...rest,
      limit: limit + 1,
      connectionId: connection,
      resourceId: resource,
      ...withinOf({ since, until }),
    })
    return page(rows, limit, keyOfEntry, presentEntry)
  },

  readProvisioningLogEntry: async ({ tenants, provisioningLog }, { tenant, requestId }) => {
    const within = tenant && (await tenants.findTenant(tenant)).tenantId
    const found = await provisioningLog.find(requestId)
    if (found === undefined || (within ?? found.tenantId) !== found.tenantId)
      throw new Refusal(
        'not_found',
        `No SCIM request ${requestId} is in the log. It takes a second to be there, and it goes ` +
          'when it has outlived its days.',
      )
    return presentEntry(found)
  },

  readProvisioningLogPolicy: async ({ tenants, provisioningLog }, { tenant, connection }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    await tenants.readConnection(tenantId, connection)
    return provisioningLog.readPolicy(tenantId, connection)
  },

  changeProvisioningLogPolicy: async ({ tenants, provisioningLog, actor }, input) => {
    const { tenantId } = await tenants.findTenant(input.tenant)
    const { connection, keepsValues } = input
    await tenants.readConnection(tenantId, connection)
    await provisioningLog.setPolicy(actor, tenantId, connection, keepsValues)
    return { keepsValues }
  },
}

function withinOf({ since, until }: { since?: string | undefined; until?: string | undefined }) {
  return {
    since: since === undefined ? undefined : new Date(since),
    until: until === undefined ? undefined : new Date(until),
  }
}

export function presentEntry({ receivedAt, changes, ...rest }: ProvisioningEntry) {
  return {
    ...rest,
    receivedAt: iso(receivedAt),
    changed: [...rest.changed],
    changes: changes === null ? null : [...changes],
    rewrites: [...rest.rewrites],
    ignored: [...rest.ignored],
    unknownMembers: [...rest.unknownMembers],
  }
}

export function presentSignIn({ signInId, startedAt, endedAt, steps, ...rest }: SignIn) {
  return {
    ...rest,
    id: signInId,
    startedAt: iso(startedAt),
    endedAt: isoOrNull(endedAt),
    steps: steps.map((step) => ({ ...step })),
  }
}
