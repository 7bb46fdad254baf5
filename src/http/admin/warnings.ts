/** Handlers of warnings. */
import type { warningRoutes } from '../../contract/index.ts'
import { type Delivery, subjectOf } from '../../warnings/index.ts'
import { type Handlers, iso, isoOrNull, page } from './handlers.ts'

export const warningHandlers: Handlers<typeof warningRoutes> = {
  listWarnings: async ({ tenants, warnings }, { tenant, limit, after }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const rows = await warnings.listDeliveries(tenantId, { limit: limit + 1, after })
    return page(rows, limit, ({ deliveryId }) => deliveryId, present)
  },

  readWarningSettings: async ({ tenants, warnings }, { tenant }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const { emails, webhookUrl } = await warnings.readWarningSettings(tenantId)
    return { emails: [...emails], webhookUrl, sendsEmail: warnings.sendsEmail }
  },

  changeWarningSettings: async ({ tenants, warnings, actor }, { tenant, ...change }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const changed = await warnings.changeWarningSettings(actor, tenantId, change)
    return { ...changed, emails: [...changed.emails], sendsEmail: warnings.sendsEmail }
  },

  testWarnings: async ({ tenants, warnings, actor }, { tenant }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const owed = await warnings.testWarnings(actor, tenantId)
    return { items: owed.map(present) }
  },
}

function present(delivery: Delivery) {
  return {
    id: delivery.deliveryId,
    kind: delivery.kind,
    subject: subjectOf(delivery),
    objectId: delivery.id,
    connectionId: delivery.connectionId as `con_${string}` | null,
    expiresAt: iso(delivery.expiresAt),
    channel: delivery.channel,
    target: delivery.target,
    outcome: delivery.outcome,
    tries: delivery.tries,
    answer: delivery.answer,
    createdAt: iso(delivery.createdAt),
    deliveredAt: isoOrNull(delivery.deliveredAt),
    nextTryAt: isoOrNull(delivery.nextTryAt),
  }
}
