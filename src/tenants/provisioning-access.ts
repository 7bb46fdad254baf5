/**
 * What a provisioning client gets by itself (client credentials, SEC T-10): whether it may, what it shows
 * who it is by, and when it was used last. Off until somebody turns it on, since nobody consents then.
 */
import { isDeepStrictEqual } from 'node:util'
import { type Actor, type ConnectionId, type TenantId, refuseChanged } from '../lib/index.ts'
import { lockConnection } from './connection-rows.ts'
import { presentClient, type ProvisioningClient, readClient } from './provisioning-clients.ts'
import { cleanKeys, type PublicKeys } from './public-keys.ts'
import type { Given } from './types.ts'

export interface ProvisioningClientChange {
  readonly clientCredentials?: boolean | undefined
  readonly jwks?: PublicKeys | null | undefined
  /** What both were as they were read. Undefined: whatever they are. */
  readonly replaces?:
    | { readonly clientCredentials: boolean; readonly jwks: PublicKeys | null }
    | undefined
}

export function createProvisioningAccess({ db, audit, clock }: Given) {
  return {
    /**
     * How it shows who it is, and what it gets by that. What it got before is refused with it.
     * @throws Refusal `conflict` where it was changed since it was read (SEC C-7)
     */
    async changeProvisioningClient(
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
      { clientCredentials, jwks, replaces }: ProvisioningClientChange,
    ): Promise<ProvisioningClient> {
      const columns = {
        ...(clientCredentials !== undefined && { client_credentials: clientCredentials }),
        ...(jwks !== undefined && { jwks: jwks && cleanKeys(jwks) }),
      }
      return db.inTenant(tenantId, async (trx) => {
        await lockConnection(trx, tenantId, connectionId)
        const before = await readClient(trx, tenantId, connectionId)
        const known = { clientCredentials: before.clientCredentials, jwks: before.jwks }
        if (replaces !== undefined && !isDeepStrictEqual(known, replaces))
          refuseChanged('how the client shows who it is', 'connection show')
        if (Object.keys(columns).length === 0) return before
        const row = await trx
          .updateTable('provisioning_client')
          .set(columns)
          .where('tenant_id', '=', tenantId)
          .where('client_id', '=', before.clientId)
          .returningAll()
          .executeTakeFirstOrThrow()
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.provisioning-client.changed',
          object: before.clientId,
          details: {
            connectionId,
            clientCredentials: row.client_credentials,
            keys: row.jwks?.keys.map(({ kid }) => kid) ?? null,
          },
        })
        return presentClient(row)
      })
    },

    /** At most once a minute. */
    async noteProvisioningClientUse(
      tenantId: TenantId,
      clientId: string,
      from: string,
    ): Promise<void> {
      await db.inTenantOnce(
        tenantId,
        'note-provisioning-client-use',
        `update provisioning_client set last_used_at = $3, last_used_from = $4
          where tenant_id = $1 and client_id = $2
            and (last_used_at is null or last_used_at < $3::timestamptz - interval '1 minute')`,
        [tenantId, clientId, clock(), from],
      )
    },
  }
}
