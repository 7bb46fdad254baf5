/** The client secret of a site: minted, shown once, kept as a digest, replaced with an overlap (SEC O-7). */
import {
  type Actor,
  hashSecret,
  mintSecret,
  Refusal,
  type SiteId,
  type TenantId,
} from '../lib/index.ts'
import { hasSecret, settingsOf } from './site-settings.ts'
import { lockSite, presentSite } from './sites.ts'
import type { Given, Site } from './types.ts'

const HOUR_MS = 3_600_000

export function createSiteSecrets({ db, audit, clock, random }: Given) {
  return {
    /**
     * Gives a site a new secret; the one before holds for `overlapHours` more (SEC O-7).
     * @throws Refusal `conflict` where a secret is no use
     */
    async rotateSiteSecret(
      actor: Actor,
      tenantId: TenantId,
      siteId: SiteId,
      { overlapHours }: { readonly overlapHours: number },
    ): Promise<Site & { clientSecret: string }> {
      const clientSecret = mintSecret(random)
      return db.inTenant(tenantId, async (trx) => {
        const row = await lockSite(trx, tenantId, siteId)
        const settings = settingsOf(row)
        if (!hasSecret(settings))
          throw new Refusal(
            'conflict',
            settings.gatewayOrigin === null
              ? `${siteId} shows who it is without a secret. Take its keys away first if it is to have one.`
              : `${siteId} is behind the gateway, and has no secret to keep.`,
          )
        const rotated = await trx
          .updateTable('site')
          .set({
            secret_hash: hashSecret(clientSecret),
            previous_secret_hash: row.secret_hash,
            previous_secret_ends_at: new Date(clock().getTime() + overlapHours * HOUR_MS),
          })
          .where('tenant_id', '=', tenantId)
          .where('site_id', '=', siteId)
          .returningAll()
          .executeTakeFirstOrThrow()
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.site-secret.rotated',
          object: siteId,
          details: { overlapHours },
        })
        return { ...presentSite(rotated), clientSecret }
      })
    },
  }
}
