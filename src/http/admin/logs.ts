/** Handlers of the sign-in log and the audit log. */
import type { logRoutes } from '../../contract/index.ts'
import { Refusal } from '../../lib/index.ts'
import type { SignIn } from '../../signin/index.ts'
import { type Handlers, iso, isoOrNull, page } from './handlers.ts'

export const logHandlers: Handlers<Omit<typeof logRoutes, 'readOpenApi'>> = {
  listSignIns: async ({ tenants, signin }, { tenant, limit, after, identity }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const rows = await signin.signIns(tenantId, { limit: limit + 1, after, identityId: identity })
    return page(rows, limit, (row) => row.signInId, presentSignIn)
  },

  readSignIn: async ({ signin }, { reference }) => {
    const found = await signin.findSignIn(reference)
    if (found === undefined)
      throw new Refusal('not_found', `No sign-in has the reference ${reference}.`)
    return presentSignIn(found)
  },

  listAudit: async ({ tenants, audit }, { tenant, limit, after }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const rows = await audit.list(tenantId, { limit: limit + 1, after })
    return page(
      rows,
      limit,
      (row) => row.auditId,
      ({ auditId, happenedAt, ...row }) => ({
        ...row,
        id: auditId,
        details: { ...row.details },
        happenedAt: iso(happenedAt),
      }),
    )
  },
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
