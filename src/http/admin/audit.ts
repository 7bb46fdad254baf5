/** Handlers of the audit logs. */
import type { AuditChain, AuditEntry } from '../../audit/index.ts'
import { type auditRoutes, isOfTenant } from '../../contract/index.ts'
import type { TenantId } from '../../lib/index.ts'
import { type AdminParts, type Handlers, iso, page } from './handlers.ts'

export const auditHandlers: Handlers<typeof auditRoutes> = {
  listAudit: async (parts, { tenant, limit, after }) => {
    const { tenantId } = await parts.tenants.findTenant(tenant)
    const rows = await parts.audit.list(tenantId, { limit: limit + 1, after })
    const isBound = parts.role === undefined || isOfTenant(parts.role)
    return pageOf(parts, rows, limit, isBound ? tenantId : null)
  },

  listPlatformAudit: async (parts, { limit, after }) => {
    const rows = await parts.audit.list(null, { limit: limit + 1, after })
    return pageOf(parts, rows, limit, null)
  },

  verifyAudit: async (parts, { tenant, ...asked }) =>
    verify(parts, (await parts.tenants.findTenant(tenant)).tenantId, asked),

  verifyPlatformAudit: (parts, asked) => verify(parts, null, asked),

  listAuditKeys: async ({ auditChain }) => ({
    items: (await auditChain.publicKeys()).map((key) => ({ ...key })),
  }),
}

/** @param boundTo  whoever asks is bound to that tenant */
async function pageOf(
  { operators }: Pick<AdminParts, 'operators'>,
  rows: readonly AuditEntry[],
  limit: number,
  boundTo: TenantId | null,
) {
  const names = await operators.actorNames(
    rows.map(({ actor }) => actor),
    boundTo,
  )
  return page(
    rows,
    limit,
    (row) => row.auditId,
    ({ auditId, happenedAt, ...row }) => ({
      ...row,
      id: auditId,
      actorName: names.get(row.actor) ?? null,
      details: { ...row.details },
      happenedAt: iso(happenedAt),
    }),
  )
}

async function verify(
  { auditChain }: Pick<AdminParts, 'auditChain'>,
  tenantId: TenantId | null,
  asked: Parameters<AuditChain['verify']>[1],
) {
  const { latest, broken, ...part } = await auditChain.verify(tenantId, asked)
  return {
    ...part,
    broken: broken && { ...broken },
    latest: latest && { ...latest, signedAt: iso(latest.signedAt) },
  }
}
