/**
 * Provisioning clients: the OAuth client of a connection, by which Okta's "OAuth 2.0
 * Authorization Code" mode gets its SCIM access token from the Authority (SEC T-10).
 */
import type { Selectable } from 'kysely'
import type { Database, Db, Transaction } from '../db/index.ts'
import {
  type Actor,
  type ConnectionId,
  hashSecret,
  mintSecret,
  Refusal,
  type TenantId,
  laterThan,
} from '../lib/index.ts'
import { changeConnection, lockConnection } from './connection-rows.ts'
import type { PublicKeys } from './public-keys.ts'
import type { Given } from './types.ts'
import { cleanUrls } from './urls.ts'

export interface ProvisioningClient {
  readonly clientId: string
  readonly redirectUris: readonly string[]
  /** Whether it gets tokens by itself, without an administrator's consent. */
  readonly clientCredentials: boolean
  /** By which it shows who it is; null: by its secret. */
  readonly jwks: PublicKeys | null
  readonly createdAt: Date
  /** By tokens that it got by itself; grants have their own. */
  readonly lastUsedAt: Date | null
  readonly lastUsedFrom: string | null
}

export function createProvisioningClients({ db, audit, clock, random }: Given) {
  const readProvisioningClient = createProvisioningReader(db)
  return {
    /** @throws Refusal `not_found` */
    readProvisioningClient,

    /** Replaces the secret; the old one is refused from now on. Returns the new one, once. */
    async rotateProvisioningSecret(
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
    ): Promise<ProvisioningClient & { clientSecret: string }> {
      const client = await readProvisioningClient(tenantId, connectionId)
      const clientSecret = mintSecret(random)
      await db.inTenant(tenantId, async (trx) => {
        await trx
          .updateTable('provisioning_client')
          .set({ secret_hash: hashSecret(clientSecret) })
          .where('tenant_id', '=', tenantId)
          .where('client_id', '=', client.clientId)
          .execute()
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.provisioning-secret.rotated',
          object: client.clientId,
          details: { connectionId },
        })
      })
      return { ...client, clientSecret }
    },

    /**
     * Replaces the callback addresses; each is matched as an exact string.
     * @throws Refusal `conflict` where the connection was changed since `replaces` (SEC C-7)
     */
    async setProvisioningRedirectUris(
      actor: Actor,
      tenantId: TenantId,
      connectionId: ConnectionId,
      uris: readonly string[],
      replaces?: Date,
    ): Promise<ProvisioningClient> {
      const redirectUris = cleanUrls('redirect URI', uris, 1)
      const before = await readProvisioningClient(tenantId, connectionId)
      await db.inTenant(tenantId, async (trx) => {
        const connection = await lockConnection(trx, tenantId, connectionId, replaces)
        const changedAt = laterThan(connection.changed_at, clock())
        await changeConnection(trx, tenantId, connectionId, { changed_at: changedAt })
        await trx
          .updateTable('provisioning_client')
          .set({ redirect_uris: redirectUris })
          .where('tenant_id', '=', tenantId)
          .where('client_id', '=', before.clientId)
          .execute()
        await audit.record(trx, tenantId, actor, {
          act: 'tenants.provisioning-redirects.set',
          object: before.clientId,
          details: { connectionId, before: before.redirectUris, after: redirectUris },
        })
      })
      return { ...before, redirectUris }
    },
  }
}

/** How a connection's client is read. */
export function createProvisioningReader(db: Db) {
  return (tenantId: TenantId, connectionId: ConnectionId): Promise<ProvisioningClient> =>
    db.inTenant(tenantId, (trx) => readClient(trx, tenantId, connectionId))
}

/** @throws Refusal `not_found` */
export async function readClient(
  trx: Transaction,
  tenantId: TenantId,
  connectionId: ConnectionId,
): Promise<ProvisioningClient> {
  const row = await trx
    .selectFrom('provisioning_client')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('connection_id', '=', connectionId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined)
    throw new Refusal('not_found', `There is no provisioning client of ${connectionId}.`)
  return presentClient(row)
}

export function presentClient(
  row: Selectable<Database['provisioning_client']>,
): ProvisioningClient {
  return {
    clientId: row.client_id,
    redirectUris: row.redirect_uris,
    clientCredentials: row.client_credentials,
    jwks: row.jwks,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    lastUsedFrom: row.last_used_from,
  }
}

/** Makes a connection's client in the caller's transaction. */
export async function insertProvisioningClient(
  { clock, newId, random }: Given,
  trx: Transaction,
  tenantId: TenantId,
  connectionId: ConnectionId,
  redirectUris: string[],
): Promise<{ clientId: string; clientSecret: string }> {
  const clientId = newId('cli')
  const clientSecret = mintSecret(random)
  await trx
    .insertInto('provisioning_client')
    .values({
      tenant_id: tenantId,
      client_id: clientId,
      connection_id: connectionId,
      secret_hash: hashSecret(clientSecret),
      redirect_uris: redirectUris,
      created_at: clock(),
    })
    .execute()
  return { clientId, clientSecret }
}
