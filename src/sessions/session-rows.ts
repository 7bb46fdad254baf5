/**
 * The rows of the OpenID provider as what stands for somebody: sessions, opened, of these people or of a session at the
 * identity provider; and taking away all that came of either.
 */
import type { AdapterPayload } from 'oidc-provider'
import { sealedColumn, type Transaction } from '../db/index.ts'
import { type IdentityId, type MasterKey, type TenantId, unseal } from '../lib/index.ts'

export interface PayloadRow extends Record<string, unknown> {
  readonly model: string
  readonly id_hash: string
  readonly session_uid: string | null
  readonly payload: string
  readonly consumed_at: Date | null
}

export const COLUMNS = "model, id_hash, session_uid, payload #>> '{}' as payload, consumed_at"

/** What a payload is sealed for; one that was copied to another row does not open. */
export function placeOf(tenantId: TenantId, model: string, idHash: string): string {
  return `oidc_payload/${tenantId}/${model}/${idHash}`
}

export const SEALED_BY_SESSIONS = [
  sealedColumn({
    table: 'oidc_payload',
    column: 'payload',
    key: ['tenant_id', 'model', 'id_hash'],
    isJson: true,
    placeOf: ({ tenant_id, model, id_hash }) => placeOf(tenant_id, model, id_hash),
  }),
]

export function createSessionRows(masterKey: MasterKey) {
  const sessionsIn = (tenantId: TenantId, rows: readonly PayloadRow[]) =>
    rows.map((row) => {
      const place = placeOf(tenantId, 'Session', row.id_hash)
      return JSON.parse(unseal(masterKey, place, row.payload)) as AdapterPayload
    })

  return {
    /** The sessions of these people, opened, in the caller's transaction. */
    async sessionsOf(trx: Transaction, tenantId: TenantId, people: readonly IdentityId[]) {
      const values = [tenantId, people]
      return sessionsIn(tenantId, await trx.prepared('oidc-sessions-of', SESSIONS_OF, values))
    },

    /** What came of a session at the identity provider, opened. */
    async sessionsOfUpstream(trx: Transaction, tenantId: TenantId, upstreamSid: string) {
      const values = [tenantId, upstreamSid]
      const rows = await trx.prepared<PayloadRow>('oidc-sessions-of-upstream', OF_UPSTREAM, values)
      return sessionsIn(tenantId, rows)
    },

    /** Takes away all that stands for these people. */
    async forget(trx: Transaction, tenantId: TenantId, people: readonly IdentityId[]) {
      await trx.prepared(
        'oidc-forget',
        'delete from oidc_payload where tenant_id = $1 and identity_id = any ($2::text[])',
        [tenantId, people],
      )
    },

    /** Takes away sessions and what was given in them, but for provisioning, which goes on when they end (SEC T-10). */
    async forgetSessions(trx: Transaction, tenantId: TenantId, uids: readonly string[]) {
      await trx.prepared(
        'oidc-forget-sessions',
        `delete from oidc_payload
          where tenant_id = $1 and session_uid = any ($2::text[])
            and (client_id is null or client_id not like 'cli\\_%')`,
        [tenantId, uids],
      )
    },
  }
}

const SESSIONS_OF = `
  select ${COLUMNS} from oidc_payload
   where tenant_id = $1 and model = 'Session' and identity_id = any ($2::text[])`

const OF_UPSTREAM = `
  select ${COLUMNS} from oidc_payload
   where tenant_id = $1 and upstream_sid = $2 and model = 'Session' for update`
