/**
 * Sites: the applications that rely on a tenant's Authority to sign people in. Registered by the
 * operator only (SEC O-2); the redirect addresses are kept as given, to be compared as strings.
 */
import { type Selectable, sql } from 'kysely'
import type { Database, Transaction } from '../db/index.ts'
import {
  type Actor,
  hashSecret,
  mintSecret,
  Refusal,
  type SiteId,
  type TenantId,
  laterThan,
  refuseChanged,
} from '../lib/index.ts'
import { cleanSettings, hasSecret, settingsOf, type SiteSettings } from './site-settings.ts'
import type { Given, Site } from './types.ts'

type Row = Selectable<Database['site']>

type Changeable = Omit<SiteSettings, 'gatewayOrigin'>
export type SiteChange = { readonly [K in keyof Changeable]?: Changeable[K] | undefined } & {
  readonly disabled?: boolean | undefined
  /** `changedAt` as it was read. Undefined: whatever it is. */
  readonly replaces?: Date | undefined
}

export function createSites({ db, audit, clock, newId, random }: Given) {
  return {
    /**
     * Registers a site. Its client id is its id; its client secret is returned once, and null where
     * nobody needs one: the site has keys, or is behind the gateway.
     */
    async createSite(
      actor: Actor,
      tenantId: TenantId,
      settings: SiteSettings,
    ): Promise<Site & { clientSecret: string | null }> {
      const columns = cleanSettings(settings)
      const siteId: SiteId = newId('sit')
      const clientSecret = mintSecret(random)
      return db.inTenant(tenantId, async (trx) => {
        const row = await trx
          .insertInto('site')
          .values({
            ...columns,
            tenant_id: tenantId,
            site_id: siteId,
            secret_hash: hashSecret(clientSecret),
            created_at: clock(),
          })
          .returningAll()
          .executeTakeFirstOrThrow()
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.site.created',
          object: siteId,
          details: { ...settings },
        })
        return {
          ...presentSite(row),
          clientSecret: hasSecret(settings) ? clientSecret : null,
        }
      })
    },

    /**
     * In order of birth; `after` is the last `siteId` of the page before; `q` is part of a name or of an
     * id, in any letter case.
     */
    async listSites(
      tenantId: TenantId,
      {
        limit,
        after,
        q = '',
      }: { limit: number; after?: string | undefined; q?: string | undefined },
    ): Promise<Site[]> {
      const part = `%${q.trim().replace(/[\\%_]/g, '\\$&')}%`
      const rows = await db.inTenant(tenantId, (trx) =>
        trx
          .selectFrom('site')
          .selectAll()
          .where('tenant_id', '=', tenantId)
          .where('site_id', '>', (after ?? '') as SiteId)
          .where(sql<boolean>`name || ' ' || site_id ilike ${part}`)
          .orderBy('site_id')
          .limit(limit)
          .execute(),
      )
      return rows.map(presentSite)
    },

    /** @throws Refusal `not_found`, also for another tenant's (SEC I-8) */
    async readSite(tenantId: TenantId, siteId: SiteId): Promise<Site> {
      return presentSite(await db.inTenant(tenantId, (trx) => lockSite(trx, tenantId, siteId)))
    },

    /**
     * Changes what is given and leaves the rest. A disabled site signs nobody in.
     * @throws Refusal `conflict` where it was changed since it was read (SEC C-7)
     */
    async updateSite(
      actor: Actor,
      tenantId: TenantId,
      siteId: SiteId,
      { disabled, replaces, ...change }: SiteChange,
    ): Promise<Site> {
      return db.inTenant(tenantId, async (trx) => {
        const row = await lockSite(trx, tenantId, siteId, replaces)
        const before = settingsOf(row)
        const after = { ...before, ...withoutUndefined(change) }
        const disabledAt =
          disabled === undefined ? row.disabled_at : disabled ? (row.disabled_at ?? clock()) : null
        const changed = await trx
          .updateTable('site')
          .set({ ...cleanSettings(after), disabled_at: disabledAt, ...changedNow(row, clock()) })
          .where('tenant_id', '=', tenantId)
          .where('site_id', '=', siteId)
          .returningAll()
          .executeTakeFirstOrThrow()
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.site.changed',
          object: siteId,
          details: {
            before: { ...before, disabled: row.disabled_at !== null },
            after: { ...after, disabled: disabledAt !== null },
          },
        })
        return presentSite(changed)
      })
    },

    /** Nobody signs in there any longer. @throws Refusal `not_found` */
    async removeSite(actor: Actor, tenantId: TenantId, siteId: SiteId): Promise<void> {
      await db.inTenant(tenantId, async (trx) => {
        const row = await lockSite(trx, tenantId, siteId)
        await trx
          .deleteFrom('site')
          .where('tenant_id', '=', tenantId)
          .where('site_id', '=', siteId)
          .execute()
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.site.removed',
          object: siteId,
          details: { ...settingsOf(row) },
        })
      })
    },
  }
}

/**
 * @param replaces  when it was changed last, as whoever changes it knows it; undefined: whatever it is
 * @throws Refusal `not_found`, also for another tenant's (SEC I-8); `conflict` where it was changed since
 */
export async function lockSite(
  trx: Transaction,
  tenantId: TenantId,
  siteId: SiteId,
  replaces?: Date,
): Promise<Row> {
  const row = await trx
    .selectFrom('site')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('site_id', '=', siteId)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined)
    throw new Refusal('not_found', `This tenant has no site ${siteId}.`, { command: 'site list' })
  const { changedAt } = presentSite(row)
  if (replaces !== undefined && replaces.getTime() !== changedAt.getTime())
    refuseChanged('the site', 'site show')
  return row
}

function changedNow(before: Row, now: Date) {
  return { changed_at: laterThan(presentSite(before).changedAt, now) }
}

function withoutUndefined(
  change: Omit<SiteChange, 'disabled' | 'replaces'>,
): Partial<SiteSettings> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}

export function presentSite(row: Row): Site {
  return {
    tenantId: row.tenant_id,
    siteId: row.site_id,
    ...settingsOf(row),
    previousSecretEndsAt: row.previous_secret_ends_at,
    createdAt: row.created_at,
    changedAt: row.changed_at ?? row.created_at,
    disabledAt: row.disabled_at,
  }
}
