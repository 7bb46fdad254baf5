/**
 * Sites: the applications that rely on a tenant's Authority to sign people in. Registered by the
 * operator only (SEC O-2); the redirect addresses are kept as given, to be compared as strings.
 */
import type { Selectable } from 'kysely'
import type { Database, Transaction } from '../db/index.ts'
import {
  type Actor,
  hashSecret,
  mintSecret,
  Refusal,
  type SiteId,
  type TenantId,
} from '../lib/index.ts'
import { cleanName } from './names.ts'
import type { Given, Site } from './types.ts'
import { cleanOrigin, cleanUrl, cleanUrls } from './urls.ts'

type Row = Selectable<Database['site']>

export interface SiteSettings {
  readonly name: string
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  /** Null: the site is not told when a session ends. */
  readonly backchannelLogoutUri: string | null
  /** Set for a site behind the gateway, which gives no other addresses: they follow from it. */
  readonly gatewayOrigin: string | null
}

type Changeable = Omit<SiteSettings, 'gatewayOrigin'>
export type SiteChange = { readonly [K in keyof Changeable]?: Changeable[K] | undefined } & {
  readonly disabled?: boolean | undefined
}

export function createSites({ db, audit, clock, newId, random }: Given) {
  return {
    /**
     * Registers a site. Its client id is its id; its client secret is returned once, and null
     * behind the gateway: there nobody needs it, so nobody is told.
     */
    async createSite(
      actor: Actor,
      tenantId: TenantId,
      settings: SiteSettings,
    ): Promise<Site & { clientSecret: string | null }> {
      const columns = clean(settings)
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
          clientSecret: settings.gatewayOrigin === null ? clientSecret : null,
        }
      })
    },

    /** In order of birth; `after` is the last `siteId` of the page before. */
    async listSites(
      tenantId: TenantId,
      { limit, after }: { limit: number; after?: string | undefined },
    ): Promise<Site[]> {
      const rows = await db.inTenant(tenantId, (trx) =>
        trx
          .selectFrom('site')
          .selectAll()
          .where('tenant_id', '=', tenantId)
          .where('site_id', '>', (after ?? '') as SiteId)
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

    /** Changes what is given and leaves the rest. A disabled site signs nobody in. */
    async updateSite(
      actor: Actor,
      tenantId: TenantId,
      siteId: SiteId,
      { disabled, ...change }: SiteChange,
    ): Promise<Site> {
      return db.inTenant(tenantId, async (trx) => {
        const row = await lockSite(trx, tenantId, siteId)
        const before = settingsOf(row)
        const after = { ...before, ...withoutUndefined(change) }
        const disabledAt =
          disabled === undefined ? row.disabled_at : disabled ? (row.disabled_at ?? clock()) : null
        const changed = await trx
          .updateTable('site')
          .set({ ...clean(after), disabled_at: disabledAt })
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
          details: settingsOf(row),
        })
      })
    },
  }
}

async function lockSite(trx: Transaction, tenantId: TenantId, siteId: SiteId): Promise<Row> {
  const row = await trx
    .selectFrom('site')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('site_id', '=', siteId)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined)
    throw new Refusal('not_found', `This tenant has no site ${siteId}. List them with: site list`)
  return row
}

function clean(settings: SiteSettings) {
  const name = cleanName('site', settings.name)
  if (settings.gatewayOrigin !== null) return { name, ...cleanGateway(settings) }
  const logout = settings.backchannelLogoutUri
  return {
    name,
    gateway_origin: null,
    redirect_uris: cleanUrls('redirect URI', settings.redirectUris, 1),
    post_logout_redirect_uris: cleanUrls(
      'post-logout redirect URI',
      settings.postLogoutRedirectUris,
      0,
    ),
    backchannel_logout_uri: logout === null ? null : cleanUrl('back-channel logout URI', logout),
  }
}

/** Where the gateway takes people back follows from the origin, so nothing else may be given. */
function cleanGateway(settings: SiteSettings) {
  const origin = cleanOrigin('gateway origin', settings.gatewayOrigin ?? '')
  const addresses = {
    redirect_uris: [`${origin}/.rollcall/callback`],
    post_logout_redirect_uris: [`${origin}/`],
    backchannel_logout_uri: null,
  }
  const given = [
    ...settings.redirectUris,
    ...settings.postLogoutRedirectUris,
    ...(settings.backchannelLogoutUri === null ? [] : [settings.backchannelLogoutUri]),
  ]
  const derived = [...addresses.redirect_uris, ...addresses.post_logout_redirect_uris]
  const other = given.find((address) => !derived.includes(address))
  if (other !== undefined)
    throw new Refusal(
      'invalid_input',
      `The addresses of a site behind the gateway follow from its origin ${origin}: leave out "${other}".`,
    )
  return { gateway_origin: origin, ...addresses }
}

function settingsOf(row: Row) {
  return {
    name: row.name,
    redirectUris: row.redirect_uris,
    postLogoutRedirectUris: row.post_logout_redirect_uris,
    backchannelLogoutUri: row.backchannel_logout_uri,
    gatewayOrigin: row.gateway_origin,
  }
}

function withoutUndefined(change: Omit<SiteChange, 'disabled'>): Partial<SiteSettings> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}

export function presentSite(row: Row): Site {
  return {
    tenantId: row.tenant_id,
    siteId: row.site_id,
    ...settingsOf(row),
    createdAt: row.created_at,
    disabledAt: row.disabled_at,
  }
}
