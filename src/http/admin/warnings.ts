/** Handlers of warnings. */
import type { warningRoutes } from '../../contract/index.ts'
import { type Delivery, subjectOf, type WarningSettings } from '../../warnings/index.ts'
import { type Handlers, iso, isoOrNull, page } from './handlers.ts'

export const warningHandlers: Handlers<typeof warningRoutes> = {
  listWarnings: async ({ tenants, warnings }, { tenant, limit, after }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const rows = await warnings.listDeliveries(tenantId, { limit: limit + 1, after })
    return page(rows, limit, ({ deliveryId }) => deliveryId, present)
  },

  readWarningSettings: async ({ tenants, warnings }, { tenant }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    return presentSettings(await warnings.readWarningSettings(tenantId), warnings.sendsEmail)
  },

  changeWarningSettings: async ({ tenants, warnings, actor }, { tenant, replaces, ...change }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const { webhookSecret, ...changed } = await warnings.changeWarningSettings(actor, tenantId, {
      ...change,
      replaces: typeof replaces === 'string' ? new Date(replaces) : replaces,
    })
    return { ...presentSettings(changed, warnings.sendsEmail), webhookSecret }
  },

  testWarnings: async ({ tenants, warnings, actor }, { tenant }) => {
    const { tenantId } = await tenants.findTenant(tenant)
    const owed = await warnings.testWarnings(actor, tenantId)
    return { items: owed.map(present) }
  },
}

function presentSettings({ emails, webhookUrl, changedAt }: WarningSettings, sendsEmail: boolean) {
  return { emails: [...emails], webhookUrl, changedAt: isoOrNull(changedAt), sendsEmail }
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
