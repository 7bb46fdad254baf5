/**
 * Who is warned at a tenant: e-mail addresses, and a webhook, whose secret is made here, shown once and kept
 * sealed for its own row (SEC K-1).
 */
import { sealedColumn, type Transaction } from '../db/index.ts'
import {
  type Actor,
  laterThan,
  Refusal,
  refuseChanged,
  seal,
  type TenantId,
  unseal,
} from '../lib/index.ts'
import { cleanServerUrl } from '../tenants/index.ts'
import type { Given } from './given.ts'

const MOST_EMAILS = 20

export interface WarningSettings {
  readonly emails: readonly string[]
  readonly webhookUrl: string | null
  readonly changedAt: Date | null
}

export interface SettingsChange {
  readonly emails?: readonly string[] | undefined
  /** Null takes it away; another address, or the same again, gets another secret. */
  readonly webhookUrl?: string | null | undefined
  /** When they were changed last, as it was read: null for never. Undefined: whatever it is. */
  readonly replaces?: Date | null | undefined
}

export const SEALED_BY_WARNINGS = [
  sealedColumn({
    table: 'warning_settings',
    column: 'webhook_secret_sealed',
    key: ['tenant_id'],
    placeOf: ({ tenant_id }) => placeOf(tenant_id),
  }),
]

/** No row was changed then. */
const NEVER = new Date(0)

export function createSettings({ db, audit, clock, random, masterKey }: Given) {
  async function read(tenantId: TenantId) {
    return db.inTenant(tenantId, (trx) =>
      trx
        .selectFrom('warning_settings')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .executeTakeFirst(),
    )
  }

  return {
    async readWarningSettings(tenantId: TenantId): Promise<WarningSettings> {
      const row = await read(tenantId)
      return {
        emails: row?.emails ?? [],
        webhookUrl: row?.webhook_url ?? null,
        changedAt: row?.changed_at ?? null,
      }
    },

    /** In the form of Standard Webhooks; undefined where there is no webhook. */
    async readWebhookSecret(tenantId: TenantId): Promise<string | undefined> {
      const sealed = (await read(tenantId))?.webhook_secret_sealed
      return sealed ? unseal(masterKey, placeOf(tenantId), sealed) : undefined
    },

    /**
     * @returns what holds now, and the webhook's secret where one was made, once
     * @throws Refusal `invalid_input`; `conflict` where they were changed since they were read (SEC C-7)
     */
    async changeWarningSettings(
      actor: Actor,
      tenantId: TenantId,
      { emails, webhookUrl, replaces }: SettingsChange,
    ): Promise<WarningSettings & { readonly webhookSecret: string | null }> {
      if (webhookUrl) cleanServerUrl('webhook', webhookUrl)
      if (emails !== undefined && emails.length > MOST_EMAILS)
        throw new Refusal('invalid_input', `Give up to ${MOST_EMAILS} e-mail addresses.`)
      const webhookSecret = webhookUrl
        ? `whsec_${Buffer.from(random(32)).toString('base64')}`
        : null
      const sealed = webhookSecret && seal(masterKey, random, placeOf(tenantId), webhookSecret)
      const changed = {
        ...(emails && { emails: [...new Set(emails)] }),
        ...(webhookUrl !== undefined && { webhook_url: webhookUrl, webhook_secret_sealed: sealed }),
      }
      const row = await db.inTenant(tenantId, async (trx) => {
        const before = await lastChange(trx, tenantId)
        const values = { ...changed, changed_at: laterThan(before ?? NEVER, clock()) }
        await audit.record(trx, tenantId, actor, {
          act: 'warnings.settings.changed',
          object: tenantId,
          details: { emails, webhookUrl },
        })
        const written = await trx
          .insertInto('warning_settings')
          .values({ tenant_id: tenantId, ...values })
          .onConflict((conflict) => {
            const update = conflict.column('tenant_id').doUpdateSet(values)
            return replaces === undefined
              ? update
              : update.where('warning_settings.changed_at', '=', replaces ?? NEVER)
          })
          .returningAll()
          .executeTakeFirst()
        return written ?? refuseChanged('who is warned', 'warning show')
      })
      const { emails: now, webhook_url, changed_at } = row
      return { emails: now, webhookUrl: webhook_url, changedAt: changed_at, webhookSecret }
    },
  }
}

/** Nobody else changes them until this has. */
async function lastChange(trx: Transaction, tenantId: TenantId): Promise<Date | undefined> {
  const row = await trx
    .selectFrom('warning_settings')
    .select('changed_at')
    .where('tenant_id', '=', tenantId)
    .forUpdate()
    .executeTakeFirst()
  return row?.changed_at
}

export type Settings = ReturnType<typeof createSettings>

function placeOf(tenantId: TenantId): string {
  return `warning_settings.webhook_secret/${tenantId}`
}
