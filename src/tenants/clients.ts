/** OpenID clients as the Authority asks for them: a site by its id, or a connection's provisioning client. */
import { isId, type TenantId } from '../lib/index.ts'
import { presentSite } from './sites.ts'
import type { Client, Given } from './types.ts'

export function createClients({ db, clock }: Given) {
  return {
    /** Undefined for an unknown, disabled or revoked one, and for another tenant's. */
    async readClient(tenantId: TenantId, clientId: string): Promise<Client | undefined> {
      if (isId('sit', clientId)) {
        const row = await db.inTenant(tenantId, (trx) =>
          trx
            .selectFrom('site')
            .selectAll()
            .where('tenant_id', '=', tenantId)
            .where('site_id', '=', clientId)
            .where('disabled_at', 'is', null)
            .executeTakeFirst(),
        )
        if (row === undefined) return undefined
        const { previous_secret_hash: previous, previous_secret_ends_at: endsAt } = row
        const isStillGood = previous !== null && endsAt !== null && endsAt > clock()
        return {
          kind: 'site',
          clientId,
          secretHashes: isStillGood ? [row.secret_hash, previous] : [row.secret_hash],
          ...presentSite(row),
        }
      }
      if (!isId('cli', clientId)) return undefined
      const row = await db.inTenant(tenantId, (trx) =>
        trx
          .selectFrom('provisioning_client')
          .selectAll()
          .where('tenant_id', '=', tenantId)
          .where('client_id', '=', clientId)
          .where('revoked_at', 'is', null)
          .executeTakeFirst(),
      )
      return (
        row && {
          kind: 'provisioning',
          clientId,
          connectionId: row.connection_id,
          redirectUris: row.redirect_uris,
          clientCredentials: row.client_credentials,
          jwks: row.jwks,
          secretHashes: [row.secret_hash],
        }
      )
    },
  }
}
